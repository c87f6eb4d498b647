"""What a signal is: what it means, how it travels, which values are possible, and from what it follows."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import row_blocks

TOLERANCE = 1e-3
"""How far rounding may carry a value beyond its bounds, and a row of probabilities from the sum 1."""


class ShareLevel(enum.IntEnum):
    """Which signals may leave the user's process; each level includes those before it. Numbers as in the contract."""

    SCORES = 2
    PROBABILITIES = 3
    EMBEDDINGS = 4


@dataclass(frozen=True)
class Signal:
    """What is known of one signal: a number, or a short vector, per record and loop.

    Attributes:
        name: As in reports and in `Strategy.needs`.
        level: The least share level at which it may leave.
        dtypes: NumPy type strings allowed on the wire, the default first.
        meaning: One sentence in words.
        formula: How it is computed.
        source: The paper or source of the definition.
        low: Smallest possible value.
        high: Largest possible value.
        per_class: One value per class; otherwise one value per record, or a vector.
        vector: A vector of any width.
        per_member: A vector of one value per class from each member of a committee in turn, each member's sum 1.
        high_by_classes: Largest possible value for a number of classes, where it depends on it.
        of_pool: It says something of the records whatever the model; all others are one model's.
        sources: Signals from which it follows, where it was not reported itself.
        derive: How: takes the values of the sources, one array each, row by row of the same records.
        over_loops: It follows from the history of its one source: `derive` takes an iterable of arrays instead, the
            present loop's last, each with a row for every one of the present records.
    """

    name: str
    level: ShareLevel
    dtypes: tuple[str, ...]
    meaning: str
    formula: str
    source: str
    low: float
    high: float
    per_class: bool = False
    vector: bool = False
    per_member: bool = False
    high_by_classes: Callable[[int], float] | None = None
    of_pool: bool = False
    sources: tuple[str, ...] = ()
    derive: Callable[..., NDArray[Any]] | None = None
    over_loops: bool = False

    @property
    def shape(self) -> str:
        """The shape of n records' values, in words."""
        return "(n, classes)" if self.per_class else "(n, width)" if self.vector else "(n,)"

    @property
    def _sums_to_one(self) -> bool:
        return self.per_class or self.per_member

    def check(self, values: NDArray[Any], classes: int | None = None) -> tuple[int, str] | None:
        """Look for the first row that cannot be a value of this signal; memory is bounded by a block of rows.

        Args:
            values: (rows,), or (rows, width) for a vector or one value per class; any real dtype.
            classes: Number of classes, or None when it is not known.

        Returns:
            None when all is well; otherwise the row's index and what is wrong with it, in words that continue
            "row 7 ...". A wrong shape or dtype is said of row 0.
        """
        if fault := self._fault_of_shape(values, classes):
            return 0, fault
        members = self._members(values, classes) if self.per_member else 1
        if members > 1 and (width := values.shape[1]) % members:
            return 0, f"has {width} values that sum to {members}; so many {self.name} cannot share them evenly"
        high = self.high if classes is None or self.high_by_classes is None else self.high_by_classes(classes)
        for rows in row_blocks(values):
            block = values[rows]
            if block.dtype == np.float16:  # sums and comparisons would round, and run slowly
                block = block.astype(np.float32)
            if members > 1:
                block = block.reshape(len(block) * members, -1)
            if not self._all_good(block, high):
                row, fault = self._first_fault(block, high)
                return rows.start + row // members, fault
        return None

    def _fault_of_shape(self, values: NDArray[Any], classes: int | None) -> str | None:
        wide = self.per_class or self.vector
        if values.ndim != (2 if wide else 1):
            expected = "one row of values per record" if wide else "one value per record"
            return f"cannot be read: {self.name} is {expected}, and the array has the shape {values.shape}"
        if wide and values.shape[1] == 0:
            return "is empty"
        if self.per_class and classes is not None and values.shape[1] != classes:
            return f"has {values.shape[1]} values; {self.name} has one for each of the {classes} classes"
        if self.per_member and classes is not None and values.shape[1] % classes:
            return f"has {values.shape[1]} values; each member of {self.name} has one for each of the {classes} classes"
        whole = np.dtype(self.dtypes[0]).kind == "i"
        if values.dtype.kind not in ("iu" if whole else "biuf"):
            return f"cannot be read: {self.name} takes {'integers' if whole else 'real numbers'}, not {values.dtype}"
        return None

    @staticmethod
    def _members(values: NDArray[Any], classes: int | None) -> int:
        """How many members the rows are of; where the classes are not known, as many as the first row sums to."""
        if classes is not None:
            return int(values.shape[1]) // classes
        with np.errstate(invalid="ignore", over="ignore"):
            total = float(values[:1].sum(dtype=np.float64))
        return max(1, round(total)) if math.isfinite(total) else 1

    def _all_good(self, block: NDArray[Any], high: float) -> bool:
        """Are all rows good? In few fast passes: NaN and infinity carry through minimum, maximum and sum."""
        if self._sums_to_one:
            with np.errstate(invalid="ignore", over="ignore"):
                sums = block @ np.ones(block.shape[1], np.result_type(block.dtype, np.float32))
                return bool(block.min() >= self.low and (np.abs(sums - 1) <= TOLERANCE).all())
        least, most = block.min(), block.max()
        finite = math.isfinite(least) and math.isfinite(most)
        return bool(finite and least >= self.low - TOLERANCE and most <= high + TOLERANCE)

    def _first_fault(self, block: NDArray[Any], high: float) -> tuple[int, str]:
        """The first bad row of a block in which there is one, by halving."""
        start, stop = 0, len(block)
        while stop - start > 1:
            middle = (start + stop) // 2
            if self._all_good(block[start:middle], high):
                start = middle
            else:
                stop = middle
        return start, self._fault_of_row(block[start].reshape(-1), high)

    def _fault_of_row(self, row: NDArray[Any], high: float) -> str:
        for value in row.tolist():
            if not math.isfinite(value):
                return f"holds {value}; {self.name} must be finite"
        slack = 0.0 if self._sums_to_one else TOLERANCE
        for value in row.tolist():
            if value < self.low - slack:
                return f"holds {value:.6g}; {self.name} is never below {self.low:g}"
        total = math.fsum(row.tolist())
        if self.per_member:
            return f"holds a member that sums to {total:.6g}; each of {self.name} must sum to 1 within {TOLERANCE:g}"
        if self.per_class:
            return f"sums to {total:.6g}; {self.name} must sum to 1 within {TOLERANCE:g}"
        return f"holds {row.max():.6g}; {self.name} is never above {high:.6g} here"
