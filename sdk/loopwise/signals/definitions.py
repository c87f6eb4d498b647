"""The signals that loopwise knows: what each one means, how it travels, and which values are possible."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import row_blocks

TOLERANCE = 1e-3
"""How far rounding may carry a value beyond its bounds, and a row of probabilities from the sum 1."""

FLOAT16_MAX = 65504.0


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
        high_by_classes: Largest possible value for a number of classes, where it depends on it.
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
    high_by_classes: Callable[[int], float] | None = None

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
        high = self.high if classes is None or self.high_by_classes is None else self.high_by_classes(classes)
        for rows in row_blocks(values):
            block = values[rows]
            if block.dtype == np.float16:  # sums and comparisons would round, and run slowly
                block = block.astype(np.float32)
            if not self._all_good(block, high):
                row, fault = self._first_fault(block, high)
                return rows.start + row, fault
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
        whole = np.dtype(self.dtypes[0]).kind == "i"
        if values.dtype.kind not in ("iu" if whole else "biuf"):
            return f"cannot be read: {self.name} takes {'integers' if whole else 'real numbers'}, not {values.dtype}"
        return None

    def _all_good(self, block: NDArray[Any], high: float) -> bool:
        """Are all rows good? In few fast passes: NaN and infinity carry through minimum, maximum and sum."""
        if self.per_class:
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
        slack = 0.0 if self.per_class else TOLERANCE
        for value in row.tolist():
            if value < self.low - slack:
                return f"holds {value:.6g}; {self.name} is never below {self.low:g}"
        if self.per_class:
            return f"sums to {math.fsum(row.tolist()):.6g}; {self.name} must sum to 1 within {TOLERANCE:g}"
        return f"holds {row.max():.6g}; {self.name} is never above {high:.6g} here"


def _signals(*signals: Signal) -> Mapping[str, Signal]:
    return MappingProxyType({signal.name: signal for signal in signals})


SIGNALS: Mapping[str, Signal] = _signals(
    Signal(
        name="probabilities",
        level=ShareLevel.PROBABILITIES,
        dtypes=("<f4",),
        meaning="The model's probability of each class.",
        formula="p_1 ... p_C, p >= 0, sum p = 1",
        source="the user's model",
        low=0.0,
        high=1.0,
        per_class=True,
    ),
    Signal(
        name="least_confidence",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the most probable class is from certain; large is uncertain.",
        formula="1 - max p",
        source="Lewis and Gale, A sequential algorithm for training text classifiers, SIGIR 1994",
        low=0.0,
        high=1.0,
    ),
    Signal(
        name="margin",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the most probable class is ahead of the second; small is uncertain.",
        formula="p_(1) - p_(2), the two largest; the second is 0 where there is one class",
        source="Scheffer, Decomain and Wrobel, Active hidden Markov models for information extraction, IDA 2001",
        low=0.0,
        high=1.0,
    ),
    Signal(
        name="entropy",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How spread the probabilities are over all classes, in nats; large is uncertain.",
        formula="- sum p log p, with 0 log 0 = 0",
        source="Shannon, A mathematical theory of communication, 1948",
        low=0.0,
        high=math.inf,
        high_by_classes=math.log,
    ),
    Signal(
        name="predicted_class",
        level=ShareLevel.SCORES,
        dtypes=("<i4",),
        meaning="The most probable class, counted from 0; the first of equals.",
        formula="argmax p",
        source="the user's model",
        low=0.0,
        high=math.inf,
        high_by_classes=lambda classes: classes - 1,
    ),
    Signal(
        name="sketch",
        level=ShareLevel.EMBEDDINGS,
        dtypes=("<f2", "<f4"),
        meaning="A random projection of the record's embedding; keeps distances and angles, not the embedding.",
        formula="E R, R a secret random matrix",
        source="Johnson and Lindenstrauss, Extensions of Lipschitz mappings into a Hilbert space, 1984",
        low=-FLOAT16_MAX,
        high=FLOAT16_MAX,
        vector=True,
    ),
    Signal(
        name="typicality",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How densely the record's surroundings are populated; large is typical.",
        formula="1 / mean distance to the nearest neighbours",
        source="Hacohen, Dekel and Weinshall, Active learning on a budget, ICML 2022",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="density",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How similar the record is to the pool on the whole; large is representative.",
        formula="mean cosine similarity to all records",
        source="Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008",
        low=-1.0,
        high=1.0,
    ),
    Signal(
        name="loss",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="The model's loss on the record, or its own estimate of it; large is hard.",
        formula="any loss in the user's own unit",
        source="Yoo and Kweon, Learning loss for active learning, CVPR 2019",
        low=-math.inf,
        high=math.inf,
    ),
)
