"""Tables on stdout, for people."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import Any


def print_table(names: Sequence[str], rows: Sequence[Sequence[Any]], right: Collection[str] = ()) -> None:
    """Prints rows below the names of their columns.

    Args:
        names: of the columns.
        rows: of values; None is shown as a dash.
        right: columns that are set to the right, as those that hold nothing but numbers are anyway.
    """
    from rich.console import Console  # noqa: PLC0415  not needed for --help
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, header_style="bold", pad_edge=False)
    for index, name in enumerate(names):
        numbers = all(row[index] is None or isinstance(row[index], int | float) for row in rows)
        table.add_column(name, justify="right" if numbers or name in right else "left")
    for row in rows:
        table.add_row(*(_text(value) for value in row))
    # A terminal wraps what is too wide; a file or pipe gets whole lines.
    console = Console(markup=False, highlight=False) if sys.stdout.isatty() else Console(width=10_000, markup=False)
    console.print(table)


def _text(value: Any) -> str:
    return "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
