"""Signals that follow from other signals. Pure functions, float32 out, memory bounded by a block of rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, row_blocks

TILE_BYTES = 1 << 16
"""A tile that is turned from rows into columns: its rows must stay in the cache until they are read."""

NEIGHBOURS = 20
"""Hacohen et al. 2022 take the 20 nearest neighbours."""


def margin(probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Lead of the most probable class over the second: p_(1) - p_(2).

    Args:
        probabilities: (rows, classes), real. With one class the second is 0.

    Returns:
        (rows,), float32.
    """
    P = _matrix(probabilities, "probabilities")
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
    P = _matrix(probabilities, "probabilities")
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
    P = _matrix(probabilities, "probabilities")
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
    P = _matrix(probabilities, "probabilities")
    classes = np.empty(len(P), np.int32)
    for rows in row_blocks(P):
        classes[rows] = P[rows].argmax(axis=1)
    return classes


def density(embeddings: NDArray[Any]) -> NDArray[np.float32]:
    """Information density: the mean cosine similarity to all records, the record itself included.

    The mean of the inner products with all unit vectors is the inner product with their mean, so it costs two
    passes instead of all pairs. A record without direction (norm 0) is similar to none.

    Args:
        embeddings: (rows, width), real.

    Returns:
        (rows,), float32, in [-1, 1].

    Reference: Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008.
    """
    E = _matrix(embeddings, "embeddings")
    total = np.zeros(E.shape[1])
    for rows in row_blocks(E):
        total += _unit_rows(E[rows]).sum(axis=0)
    mean = (total / max(1, len(E))).astype(np.float32)
    similarity = np.empty(len(E), np.float32)
    for rows in row_blocks(E):
        np.matmul(_unit_rows(E[rows]), mean, out=similarity[rows])
    return similarity


def typicality(embeddings: NDArray[Any], neighbours: int = NEIGHBOURS) -> NDArray[np.float32]:
    """Inverse of the mean Euclidean distance to the nearest neighbours among the given records.

    All pairs are compared: meant for a cluster or a sample, not for a large pool.

    Args:
        embeddings: (rows, width), real.
        neighbours: How many; all others when there are fewer.

    Returns:
        (rows,), float32; 0 for a record that is alone.

    Reference: Hacohen, Dekel and Weinshall, Active learning on a budget, ICML 2022.
    """
    E = _matrix(embeddings, "embeddings").astype(np.float32)
    count = min(neighbours, len(E) - 1)
    if count < 1:
        return np.zeros(len(E), np.float32)
    E -= E.mean(axis=0)  # distances stay, and the products below lose less to rounding
    norms = np.einsum("ij,ij->i", E, E)
    mean = np.empty(len(E), np.float32)
    step = max(1, BLOCK_BYTES // (4 * len(E)))
    for start in range(0, len(E), step):
        rows = slice(start, start + step)
        squares = norms[rows, None] + norms - 2 * (E[rows] @ E.T)
        squares[np.arange(len(squares)), np.arange(start, start + len(squares))] = np.inf  # not its own neighbour
        squares.partition(count - 1, axis=1)
        mean[rows] = np.sqrt(np.maximum(squares[:, :count], 0)).mean(axis=1)
    mean += 1e-5  # duplicates are very typical, not infinitely
    return np.reciprocal(mean, out=mean)


DERIVATIONS: Mapping[str, tuple[tuple[str, ...], Callable[[NDArray[Any]], NDArray[Any]]]] = MappingProxyType(
    {
        "margin": (("probabilities",), margin),
        "least_confidence": (("probabilities",), least_confidence),
        "entropy": (("probabilities",), entropy),
        "predicted_class": (("probabilities",), predicted_class),
        "density": (("sketch",), density),
    }
)
"""Which signals follow from which: name -> (what it is derived from, how)."""


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


def _unit_rows(block: NDArray[Any]) -> NDArray[np.float32]:
    """Rows scaled to length 1; rows of length 0 stay 0. Always a copy."""
    units = block.astype(np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", units, units))
    units /= np.where(norms > 0, norms, 1)[:, None]
    return units


def _matrix(values: NDArray[Any], what: str) -> NDArray[Any]:
    values = np.asarray(values)
    if values.ndim != 2 or values.shape[1] == 0 or values.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"{what} must be real numbers of shape (records, width), not {values.dtype} of shape {values.shape}."
        )
    return values
