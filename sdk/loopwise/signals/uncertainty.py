"""What a model's class probabilities say of each record. Pure functions, float32 out, memory bounded by a block."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES, as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal

TILE_BYTES = 1 << 16
"""A tile that is turned from rows into columns: its rows must stay in the cache until they are read."""


def margin(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Lead of the most probable class over the second: p_(1) - p_(2).

    Args:
        probabilities: (rows, classes), real. With one class the second is 0.

    Returns:
        (rows,), float32.
    """
    P = as_matrix(probabilities, "probabilities")
    leads = np.empty(len(P), np.float32)
    work = _Columns(P)
    runners_up = np.empty((P.shape[1] - P.shape[1] // 2, work.rows), np.float32)
    spare = np.empty_like(runners_up[: P.shape[1] // 4 + 1])
    for rows in work.blocks():
        first = work.load(rows)
        second = runners_up[:, : first.shape[1]]
        _two_largest(first, second, spare[:, : first.shape[1]])
        np.subtract(first[0], second[0], out=leads[rows])
    return leads


def least_confidence(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """What the most probable class lacks to certainty: 1 - max p.

    Args:
        probabilities: (rows, classes), real.

    Returns:
        (rows,), float32.
    """
    P = as_matrix(probabilities, "probabilities")
    lacks = np.empty(len(P), np.float32)
    work = _Columns(P)
    for rows in work.blocks():
        np.subtract(1, work.load(rows).max(axis=0), out=lacks[rows])
    return lacks


def entropy(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Shannon's entropy, - sum p log p, in nats; a class of probability 0 adds 0.

    Args:
        probabilities: (rows, classes), real.

    Returns:
        (rows,), float32.
    """
    P = as_matrix(probabilities, "probabilities")
    nats = np.empty(len(P), np.float32)
    minus_ones = np.full(P.shape[1], -1, np.float32)
    tiny = np.finfo(np.float32).tiny
    for rows in row_blocks(P):
        block = np.ascontiguousarray(P[rows], np.float32)
        terms = np.maximum(block, tiny)
        np.log(terms, out=terms)
        terms *= block
        np.matmul(terms, minus_ones, out=nats[rows])
    return np.maximum(nats, 0, out=nats)  # -0.0 and rounding of one-hot rows


def predicted_class(probabilities: NDArray[Any]) -> NDArray[np.int32]:
    """The most probable class, the first of equals.

    Args:
        probabilities: (rows, classes), real.

    Returns:
        (rows,), int32.
    """
    P = as_matrix(probabilities, "probabilities")
    classes = np.empty(len(P), np.int32)
    for rows in row_blocks(P):
        classes[rows] = P[rows].argmax(axis=1)
    return classes


class _Columns:
    """Turns blocks of rows into contiguous columns, as float32.

    Reductions over a short row cost NumPy a call per row; over columns they run at the speed of the cache. The
    turning itself goes by tiles, for a row that is read in strides must still be in the cache for its next column.
    """

    def __init__(self, values: NDArray[Any]) -> None:
        self._values = values
        row_bytes = 4 * values.shape[1]
        self.rows = min(len(values), max(1, BLOCK_BYTES // row_bytes))
        self._tile = max(32, TILE_BYTES // row_bytes)
        self._columns = np.empty((values.shape[1], self.rows), np.float32)

    def blocks(self) -> list[slice]:
        count = len(self._values)
        return [slice(start, min(start + self.rows, count)) for start in range(0, count, max(1, self.rows))]

    def load(self, rows: slice) -> NDArray[np.float32]:
        """The block's columns, (width, rows); overwritten by the next call."""
        block = self._values[rows]
        columns = self._columns[:, : len(block)]
        for start in range(0, len(block), self._tile):
            tile = slice(start, start + self._tile)
            columns[:, tile] = block[tile].T
        return columns


def _two_largest(first: NDArray[np.float32], second: NDArray[np.float32], spare: NDArray[np.float32]) -> None:
    """Leaves the largest over the columns in first[0] and the second largest in second[0].

    A tournament: the columns are folded in half again and again, and of each the two largest are kept.

    Args:
        first: (width, rows); overwritten.
        second: (at least half the width, rows), room to work in.
        spare: (at least a quarter of the width, rows), room to work in.
    """
    half, width = len(first) // 2, len(first) - len(first) // 2
    second[half:] = 0  # a column without a partner
    np.minimum(first[:half], first[width:], out=second[:half])
    np.maximum(first[:half], first[width:], out=first[:half])
    while width > 1:
        half, fold = width // 2, width - width // 2
        left, right, loser = first[:half], first[fold:width], spare[:half]
        np.minimum(left, right, out=loser)
        np.maximum(left, right, out=left)
        np.maximum(loser, second[fold:width], out=loser)
        np.maximum(loser, second[:half], out=second[:half])
        width = fold


SIGNALS: tuple[Signal, ...] = (
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
        sources=("probabilities",),
        derive=least_confidence,
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
        sources=("probabilities",),
        derive=margin,
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
        sources=("probabilities",),
        derive=entropy,
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
        sources=("probabilities",),
        derive=predicted_class,
    ),
)
