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
from loopwise.signals.definitions import TOLERANCE

Floats = NDArray[np.float32]

_PROBABILITIES = next(signal for signal in uncertainty.SIGNALS if signal.name == "probabilities")
_TINY = np.finfo(np.float32).tiny
_FEW_CLASSES = 64
"""Up to here the largest of a row is found faster column by column."""


class Block:
    """Some records as their committee sees them, and what several signals need of that, computed once.

    Args:
        members: (members, records, classes), real numbers.
        rows: Which of the records.
    """

    def __init__(self, members: NDArray[Any], rows: slice = slice(None)) -> None:
        self._members = members
        self._rows = rows

    @cached_property
    def P(self) -> Floats:  # noqa: N802  the field's name for it
        """Their probabilities, (members, rows, classes), float32, contiguous."""
        with np.errstate(over="ignore"):  # a float64 too large becomes infinite, and is refused
            return np.ascontiguousarray(self._members[:, self._rows], np.float32)

    def compute(self, kernels: ModuleType, *, votes: bool, divergences: bool) -> bool:
        """Compute these in one compiled pass; whether that was possible, which says that the rows are probabilities."""
        members, _, classes = self._members.shape
        rows = self._rows.stop - self._rows.start
        if self._members.dtype != np.float32 or not self._members.flags.c_contiguous or classes > _FEW_CLASSES:
            return False
        counted = np.empty((rows, classes) if votes else (0, 0), np.intp)
        diverged = np.empty((members, rows) if divergences else (0, 0), np.float32)
        if not kernels.committee(self._members, self._rows.start, np.float32(TOLERANCE), counted, diverged):
            return False
        if votes:
            self.votes = counted
        if divergences:
            self.divergences = diverged
        return True

    @cached_property
    def mean(self) -> Floats:
        """Mean probabilities, (rows, classes)."""
        total: Floats = np.add.reduce(self.P, axis=0)
        total /= len(self._members)
        return total

    @cached_property
    def divergences(self) -> Floats:
        """Kullback-Leibler divergence of each member to the mean, (members, rows)."""
        terms = log(self.P)
        terms -= log(self.mean)
        terms *= self.P
        return row_sums(terms)

    @cached_property
    def votes(self) -> NDArray[np.intp]:
        """Number of members that vote for each class, (rows, classes)."""
        _, rows, classes = self.P.shape
        cells = _most_probable(self.P) + np.arange(0, rows * classes, classes)
        return np.bincount(cells.ravel(), minlength=rows * classes).reshape(rows, classes)

    @cached_property
    def vote_entropy(self) -> Floats:
        """Entropy of the votes, (rows,)."""
        shares = np.arange(len(self._members) + 1, dtype=np.float32) / np.float32(len(self._members))
        return row_sums((-shares * log(shares)).take(self.votes))

    @cached_property
    def normalised_vote_entropy(self) -> Floats:
        """Entropy of the votes over the logarithm of the number of classes with a vote, (rows,)."""
        most = np.log(np.count_nonzero(self.votes, axis=1).astype(np.float32))
        ratios: Floats = np.divide(self.vote_entropy, most, out=np.zeros_like(most), where=most > 0)
        return ratios

    def variation_ratio(self) -> Floats:
        """Share of the members outside the largest group, (rows,)."""
        others: Floats = (len(self._members) - self.votes.max(axis=1)).astype(np.float32)
        others /= len(self._members)
        return others

    def mean_std(self) -> Floats:
        """Standard deviation over the members, mean over the classes, (rows,)."""
        squares = self.P - self.mean
        squares *= squares
        deviations = np.add.reduce(squares, axis=0)
        deviations /= len(self._members)
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


_OF_VOTES = frozenset(("vote_entropy", "normalised_vote_entropy", "variation_ratio"))
_OF_DIVERGENCES = frozenset(("bald", "kl_max"))


def measure(members: NDArray[Any], names: Iterable[str]) -> dict[str, Floats]:
    """These of the measures, (records,) each."""
    M = as_committee(members)
    values = {name: np.empty(M.shape[1], np.float32) for name in names}
    for rows, block in blocks(M, votes=bool(_OF_VOTES & set(values)), divergences=bool(_OF_DIVERGENCES & set(values))):
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


def blocks(
    M: NDArray[Any], first: int = 0, *, votes: bool = False, divergences: bool = False
) -> Iterator[tuple[slice, Block]]:
    """Blocks of records of which all members' rows stay in the cache, once it is sure that these are probabilities.

    Args:
        M: (members, records, classes).
        first: Number of the first record, for who reads of a fault.
        votes: Whether these will be asked for.
        divergences: Likewise.

    Raises:
        InvalidInputError: A row is no probabilities; member and row are named.
    """
    kernels = compiled.kernels(M.size) if votes or divergences else None
    step = max(1, BLOCK_BYTES // (4 * M.shape[0] * M.shape[2]))  # whatever the dtype, or rounding would differ by it
    for start in range(0, M.shape[1], step):
        rows = slice(start, min(start + step, M.shape[1]))
        block = Block(M, rows)
        if kernels is None or not block.compute(kernels, votes=votes, divergences=divergences):
            fault = _PROBABILITIES.check(block.P.reshape(-1, M.shape[2]))
            if fault is not None:
                member, row = divmod(fault[0], rows.stop - start)
                raise InvalidInputError(f"Member {member} is wrong in row {first + start + row}: it {fault[1]}.")
        yield rows, block


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
