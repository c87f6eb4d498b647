"""Measures of disagreement in a committee, computed over blocks of records in shared passes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise import compiled
from loopwise.errors import InvalidInputError
from loopwise.signals import uncertainty
from loopwise.signals.blocks import BLOCK_BYTES

Floats = NDArray[np.float32]

_PROBABILITIES = next(signal for signal in uncertainty.SIGNALS if signal.name == "probabilities")
_TINY = np.finfo(np.float32).tiny
_FEW_CLASSES = 64
"""Up to here the largest of a row is found faster column by column."""


class Block:
    """Some records as their committee sees them, and what several signals need of that, computed once.

    Args:
        P: (members, rows, classes), float32, contiguous.
        kernels: Compiled ones, where they are to be used.
    """

    def __init__(self, P: Floats, kernels: ModuleType | None = None) -> None:
        self.P = P
        self._kernels = kernels

    @cached_property
    def mean(self) -> Floats:
        """Mean probabilities, (rows, classes)."""
        total: Floats = np.add.reduce(self.P, axis=0)
        total /= len(self.P)
        return total

    @cached_property
    def divergences(self) -> Floats:
        """Kullback-Leibler divergence of each member to the mean, (members, rows)."""
        logs = log(self.mean)
        terms = np.empty_like(self.P)
        if self._kernels is None or not self._kernels.divergence_terms(self.P, logs, terms):
            terms = log(self.P)
            terms -= logs
            terms *= self.P
        return row_sums(terms)

    @cached_property
    def votes(self) -> NDArray[np.intp]:
        """Number of members that vote for each class, (rows, classes)."""
        _, rows, classes = self.P.shape
        if self._kernels is not None and classes <= _FEW_CLASSES:
            votes = np.zeros((rows, classes), np.intp)
            self._kernels.count_votes(self.P, votes)
            return votes
        cells = _most_probable(self.P) + np.arange(0, rows * classes, classes)
        return np.bincount(cells.ravel(), minlength=rows * classes).reshape(rows, classes)

    @cached_property
    def vote_entropy(self) -> Floats:
        """Entropy of the votes, (rows,)."""
        shares = np.arange(len(self.P) + 1, dtype=np.float32) / np.float32(len(self.P))
        return row_sums((-shares * log(shares)).take(self.votes))

    @cached_property
    def normalised_vote_entropy(self) -> Floats:
        """Entropy of the votes over the logarithm of the number of classes with a vote, (rows,)."""
        most = np.log(np.count_nonzero(self.votes, axis=1).astype(np.float32))
        ratios: Floats = np.divide(self.vote_entropy, most, out=np.zeros_like(most), where=most > 0)
        return ratios

    def variation_ratio(self) -> Floats:
        """Share of the members outside the largest group, (rows,)."""
        others: Floats = (len(self.P) - self.votes.max(axis=1)).astype(np.float32)
        others /= len(self.P)
        return others

    def mean_std(self) -> Floats:
        """Standard deviation over the members, mean over the classes, (rows,)."""
        squares = self.P - self.mean
        squares *= squares
        deviations = np.add.reduce(squares, axis=0)
        deviations /= len(self.P)
        return row_sums(np.sqrt(deviations, out=deviations)) / np.float32(self.P.shape[2])


MEASURES: Mapping[str, Callable[[Block], Floats]] = {
    "vote_entropy": lambda block: block.vote_entropy,
    "normalised_vote_entropy": lambda block: block.normalised_vote_entropy,
    "variation_ratio": Block.variation_ratio,
    "consensus_entropy": lambda block: uncertainty.entropy(block.mean),
    # Never negative but for rounding.
    "bald": lambda block: np.maximum(block.divergences.mean(axis=0), 0),
    "kl_max": lambda block: np.maximum(block.divergences.max(axis=0), 0),
    "mean_std": Block.mean_std,
}
"""The scalars that follow from one block of records alone, by name of the signal."""


def measure(members: NDArray[Any], names: Iterable[str]) -> dict[str, Floats]:
    """These of the measures, (records,) each."""
    M = as_committee(members)
    values = {name: np.empty(M.shape[1], np.float32) for name in names}
    for rows, block in blocks(M):
        for name, column in values.items():
            column[rows] = MEASURES[name](block)
    return values


def as_committee(members: NDArray[Any]) -> NDArray[Any]:
    """The members, once it is sure that they are real numbers of shape (members, records, classes)."""
    M = np.asarray(members)
    if M.ndim != 3 or 0 in (M.shape[0], M.shape[2]) or M.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"A committee must be real numbers of shape (members, records, classes), not {M.dtype} of shape {M.shape}."
        )
    return M


def blocks(M: NDArray[Any], first: int = 0) -> Iterator[tuple[slice, Block]]:
    """Blocks of records of which all members' rows stay in the cache, once it is sure that these are probabilities."""
    kernels = compiled.kernels(M.size)
    step = max(1, BLOCK_BYTES // (4 * M.shape[0] * M.shape[2]))  # whatever the dtype, or rounding would differ by it
    for start in range(0, M.shape[1], step):
        rows = slice(start, min(start + step, M.shape[1]))
        with np.errstate(over="ignore"):  # a float64 too large becomes infinite, and is refused
            P = np.ascontiguousarray(M[:, rows], np.float32)
        fault = _PROBABILITIES.check(P.reshape(-1, P.shape[2]))
        if fault is not None:
            member, row = divmod(fault[0], P.shape[1])
            raise InvalidInputError(f"Member {member} is wrong in row {first + start + row}: it {fault[1]}.")
        yield rows, Block(P, kernels)


def log(values: Floats) -> Floats:
    """Logarithm, finite for 0, so that 0 log 0 = 0; a new array."""
    logs: Floats = np.maximum(values, _TINY)
    return np.log(logs, out=logs)


def row_sums(values: Floats) -> Floats:
    """Sums over the last axis: a product with ones, for NumPy's own sum costs a call per short row."""
    sums: Floats = values @ np.ones(values.shape[-1], np.float32)
    return sums


def _most_probable(P: Floats) -> NDArray[np.intp]:
    """Index of the first largest value along the last axis, (members, rows)."""
    if P.shape[2] > _FEW_CLASSES:
        return np.asarray(P.argmax(axis=2))
    largest, *columns = np.ascontiguousarray(P.reshape(-1, P.shape[2]).T)
    found = np.zeros(largest.shape, np.uint8)
    for index, column in enumerate(columns, start=1):
        larger = column > largest
        np.maximum(largest, column, out=largest)
        np.maximum(found, larger.view(np.uint8) * np.uint8(index), out=found)
    return found.astype(np.intp).reshape(P.shape[:2])
