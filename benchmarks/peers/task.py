"""What an adapter is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Task:
    """One piece of work.

    Attributes:
        arrays: By name, read-only, in the process's own memory.
        batch: How many records are to be chosen.
        labeled: The first so many records are labeled.
        records: How many records there are, where that follows from no array.
    """

    arrays: Mapping[str, NDArray[Any]]
    batch: int
    labeled: int = 0
    records: int = 0


Run = Callable[[], object]
Calls = dict[str, Callable[[Task], Run]]


def best(scores: NDArray[Any], batch: int) -> NDArray[Any]:
    """The largest, best first: what one writes around a library that gives bare scores."""
    chosen = np.argpartition(-scores, batch - 1)[:batch]
    return np.asarray(chosen[np.argsort(-scores[chosen])])


def of_scores(score: Callable[[NDArray[Any]], Any], array: str = "probabilities") -> Callable[[Task], Run]:
    """A call that scores every record, larger is better, and takes the best."""

    def prepare(task: Task) -> Run:
        values = task.arrays[array]
        return lambda: best(np.asarray(score(values)), task.batch)

    return prepare
