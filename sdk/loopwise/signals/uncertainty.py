"""What a model's class probabilities say of each record. Pure functions, float32 out, memory bounded by a block."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise import compiled
from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal

COMPILED_BYTES = 8 * BLOCK_BYTES
"""Kernels have tiles of their own, and a call of one costs some microseconds."""

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
    for rows, first, second in _leaders(P):
        np.subtract(first, second, out=leads[rows])
    return leads


def ratio(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Probability of the second class as a share of that of the most probable: p_(2) / p_(1).

    Args:
        probabilities: (rows, classes), real. With one class the second is 0.

    Returns:
        (rows,), float32, in [0, 1].
    """
    P = as_matrix(probabilities, "probabilities")
    shares = np.empty(len(P), np.float32)
    for rows, first, second in _leaders(P):
        np.divide(second, first, out=shares[rows])
    return shares


def least_confidence(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """What the most probable class lacks to certainty: 1 - max p.

    Args:
        probabilities: (rows, classes), real.

    Returns:
        (rows,), float32.
    """
    P = as_matrix(probabilities, "probabilities")
    lacks = np.empty(len(P), np.float32)
    for rows, first in _largest(P):
        np.subtract(1, first, out=lacks[rows])
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
    kernels = compiled.kernels(P.size)
    blocks = list(row_blocks(P, BLOCK_BYTES if kernels is None else 8 * COMPILED_BYTES))
    room = np.empty((blocks[0].stop if blocks else 0, P.shape[1]), np.float32)
    for rows in blocks:
        block = np.ascontiguousarray(P[rows], np.float32)
        if kernels is None or not kernels.entropy(block, nats[rows]):
            terms = room[: len(block)]
            np.maximum(block, tiny, out=terms)
            np.log(terms, out=terms)
            terms *= block
            np.matmul(terms, minus_ones, out=nats[rows])
        np.maximum(nats[rows], 0, out=nats[rows])  # -0.0 and rounding of one-hot rows
    return nats


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


def top_classes(probabilities: NDArray[Any], k: int = 3) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k most probable classes of each record and their probabilities, the most probable first.

    Args:
        probabilities: (rows, classes), real.
        k: How many, at least 1; all of them when there are fewer. Meant to be small: each costs a pass.

    Returns:
        Classes, counted from 0, and probabilities, both (rows, min(k, classes)), int32 and float32. Of equal classes
        the first comes first.
    """
    P = as_matrix(probabilities, "probabilities")
    if k < 1:
        raise InvalidInputError(f"The top {k} classes cannot be chosen; it must be at least 1.")
    shape = len(P), min(k, P.shape[1])
    classes, best = np.empty(shape, np.int32), np.empty(shape, np.float32)
    for rows in row_blocks(P):
        block = P[rows].astype(np.float32)
        each = np.arange(len(block))
        for place in range(shape[1]):
            leader = block.argmax(axis=1)
            classes[rows, place], best[rows, place] = leader, block[each, leader]
            block[each, leader] = -np.inf
    return classes, best


def softmax(logits: NDArray[Any]) -> NDArray[np.float32]:
    """Probabilities from logits: exp z_c / sum exp z, without overflow.

    Args:
        logits: (rows, classes), real, as a model gives them before its softmax.

    Returns:
        (rows, classes), float32; each row sums to 1.

    Raises:
        InvalidInputError: A logit is NaN or infinite; the first row of that kind is named.
    """
    Z = as_matrix(logits, "logits")
    P = np.empty(Z.shape, np.float32)
    ones = np.ones(Z.shape[1], np.float32)
    for rows in row_blocks(Z):
        block = Z[rows].astype(np.result_type(Z.dtype, np.float32))
        if not (math.isfinite(block.min()) and math.isfinite(block.max())):
            row = int(np.isfinite(block).all(axis=1).argmin())
            raise InvalidInputError(f"The logits of row {rows.start + row} are not all finite.")
        with np.errstate(over="ignore"):  # of doubles near their limits: -inf, of which exp is 0 as it should be
            block -= block.max(axis=1, keepdims=True)
        terms = np.exp(block, out=P[rows], casting="same_kind", dtype=block.dtype)
        terms /= (terms @ ones)[:, None]
    return P


class _Columns:
    """Turns blocks of rows into contiguous columns, as float32.

    Reductions over a short row cost NumPy a call per row; over columns they run at the speed of the cache. The
    turning itself goes by tiles, for a row that is read in strides must still be in the cache for its next column.
    """

    def __init__(self, values: NDArray[Any], block_bytes: int) -> None:
        self._values = values
        row_bytes = 4 * values.shape[1]
        self.rows = min(len(values), max(1, block_bytes // row_bytes))
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


def _largest(P: NDArray[Any]) -> Iterator[tuple[slice, NDArray[np.float32]]]:
    """By blocks of rows: their largest value, overwritten by the next."""
    kernels = compiled.kernels(P.size)
    work = _Columns(P, BLOCK_BYTES if kernels is None else COMPILED_BYTES)
    leaders = np.empty(work.rows, np.float32)
    for rows in work.blocks():
        first = leaders[: rows.stop - rows.start]
        if kernels is None or not kernels.largest(np.ascontiguousarray(P[rows], np.float32), first):
            work.load(rows).max(axis=0, out=first)
        yield rows, first


def _leaders(P: NDArray[Any]) -> Iterator[tuple[slice, NDArray[np.float32], NDArray[np.float32]]]:
    """By blocks of rows: their largest and second largest value, overwritten by the next; with one class it is 0."""
    kernels = compiled.kernels(P.size)
    work = _Columns(P, BLOCK_BYTES if kernels is None else COMPILED_BYTES)
    runners_up = np.empty((P.shape[1] - P.shape[1] // 2, work.rows), np.float32)
    spare = np.empty_like(runners_up[: P.shape[1] // 4 + 1])
    leaders = np.empty((2, work.rows), np.float32)
    for rows in work.blocks():
        one, two = leaders[:, : rows.stop - rows.start]
        if kernels is not None and kernels.two_largest(np.ascontiguousarray(P[rows], np.float32), one, two):
            yield rows, one, two
            continue
        first = work.load(rows)
        second = runners_up[:, : first.shape[1]]
        _two_largest(first, second, spare[:, : first.shape[1]])
        yield rows, first[0], second[0]


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
        name="ratio",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How close the second class comes to the most probable, as a share of it; large is uncertain.",
        formula="p_(2) / p_(1), the two largest; the second is 0 where there is one class",
        source="Monarch, Human-in-the-loop machine learning, Manning 2021",
        low=0.0,
        high=1.0,
        sources=("probabilities",),
        derive=ratio,
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
    Signal(
        name="group",
        level=ShareLevel.SCORES,
        dtypes=("<i4",),
        meaning="The group to which a record belongs, for proportions; counted from 0.",
        formula="a number for each group",
        source="the user's records: a site, a language, a cluster",
        low=0.0,
        high=math.inf,
        of_pool=True,
    ),
)
