"""What was measured of the store, as tables in the terminal and in Markdown, and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.report import PAGE, between, duration, times

PICTURE = "store.png"
NAMES = {"floor": "a file, with fsync", "sqlite": "SQLite", "postgresql": "PostgreSQL"}
MEMORY_MB = 100.0
"""What reading a history may take beside one column."""

Row = dict[str, Any]


def print_store(console: Console, report: Row) -> None:
    """A line per figure."""
    table = Table(title=f"The store: {work(report)}", title_justify="left")
    for column in ("", "", *HEAD):
        table.add_column(column, justify="left" if not column else "right")
    for row in rows(report, "[red]{}[/red]"):
        table.add_row(*row)
    console.print(table)


def write_docs(report: Row, folder: Path) -> None:
    """Put the table between its marks in the page, and draw the picture beside it."""
    page = folder / PAGE
    text = page.read_text(encoding="utf-8")
    page.write_text(between(text, "store", markdown(report)), encoding="utf-8")
    draw(report, folder / PICTURE)


HEAD = ("time", "over the floor", "goal", "peak extra memory")


def work(report: Row) -> str:
    """What is committed, in words."""
    return f"{report['records']:,} records x {report['signals']} float32"


def markdown(report: Row) -> str:
    """A row per figure."""
    lines = ["| " + " | ".join(("", "", *HEAD)) + " |", "|---|---" + "|---:" * len(HEAD) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows(report, "**{}**")]
    machine, versions = report["machine"], report["versions"]
    where = ", ".join(f"{NAMES[name]} {version}" for name, version in versions.items())
    lines += ["", f"{machine['cores']} cores, {machine['processor']}; Python {machine['python']}; {where}."]
    if report["quick"]:
        lines.append("Made with `--quick`: a hundredth of the sizes.")
    return "\n".join(lines) + "\n"


def rows(report: Row, missing: str) -> list[tuple[str, ...]]:
    """The cells; what misses its goal is put into `missing`."""

    def judged(text: str, missed: bool) -> str:
        return missing.format(text) if missed else text

    found: list[tuple[str, ...]] = []
    title = f"a loop of {work(report)}"
    for name, row in report["commit"].items():
        goal = report["goals"].get(name)
        ratio = judged(times(row["ratio"]), goal is not None and row["ratio"] > goal)
        found.append((title, NAMES[name], duration(row["seconds"]), ratio, f"{goal:g}x" if goal else "", ""))
    for row in report["history"]:
        most = row["column_mb"] + MEMORY_MB
        for what, words in HISTORY.items():
            extra = row[what]["extra_mb"]
            told = "" if extra is None else judged(f"{extra:,.0f} MB", what != "array" and extra > most)
            title = f"{words}, {row['loops']} loops"
            goal = "" if what == "array" else f"{most:,.0f} MB"
            found.append((title, NAMES[row["database"]], duration(row[what]["seconds"]), "", goal, told))
    for name in report["goals"]:
        first, last, slope = growth(report, name)
        title = f"time of a commit from {first:,} to {last:,} records"
        found.append((title, NAMES[name], f"~ records^{slope:.2f}", "", "^1", ""))
    return found


HISTORY = {
    "pages": "one signal's history, page by page",
    "array": "the same, as one array",
    "of_history": "a signal of history (`entropy_history`), page by page",
}


def growth(report: Row, name: str) -> tuple[int, int, float]:
    """The two largest sizes of the pool, a factor of ten apart, and the exponent of the time between them."""
    before, last = report["growth"][-2:]
    exponent = np.log(last[name] / before[name]) / np.log(last["records"] / before["records"])
    return before["records"], last["records"], float(exponent)


def draw(report: Row, path: Path) -> None:
    """Time of a commit over the size of the pool, both logarithmic."""
    import matplotlib as mpl  # noqa: PLC0415 - only for the picture

    mpl.use("agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, axes = plt.subplots(figsize=(6, 3.6), dpi=110)
    records = [row["records"] for row in report["growth"]]
    for name, colour in zip(NAMES, ("black", "#1f5f99", "#c07a2c"), strict=True):
        axes.plot(records, [row[name] for row in report["growth"]], marker="o", color=colour, label=NAMES[name])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("records in the pool", fontsize=8)
    axes.set_ylabel(f"seconds per loop of {report['signals']} float32 signals", fontsize=8)
    axes.tick_params(labelsize=8)
    axes.grid(visible=True, which="major", linewidth=0.4)
    axes.legend(fontsize=8, frameon=False)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)
