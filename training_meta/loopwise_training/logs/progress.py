"""How far a long command is, on stderr."""

from __future__ import annotations

import math
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

AFTER_SECONDS = 2.0
"""What is done sooner shows nothing."""


class Steps:
    """A bar of so many steps, with the time gone and about to go; a context manager.

    Args:
        total: number of steps.
    """

    def __init__(self, total: int) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("gone, about"),
            TimeRemainingColumn(),
            TextColumn("to go"),
            speed_estimate_period=math.inf,  # steps are slow, and differ
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=total)
        self._begin = time.monotonic()
        self._shown = False

    def __enter__(self) -> Steps:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._bar.stop()

    def step(self, what: str, count: int = 0) -> None:
        """Says what comes next, and how many steps were done before it."""
        self._bar.update(self._task, description=what, advance=count)
        if not self._shown and time.monotonic() - self._begin > AFTER_SECONDS:
            self._bar.start()
            self._shown = True
