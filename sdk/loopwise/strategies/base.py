"""What a querying strategy is: a pure function from what is known of a pool to the records to label."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals import SignalSet
from loopwise.signals.blocks import BLOCK_BYTES, row_blocks
from loopwise.signals.columns import Positions, Rows, ascending

_SAMPLE = 1 << 14
_FEW = 4 * _SAMPLE


@dataclass(frozen=True, eq=False)
class Pool:
    """A pool as a strategy sees it.

    Attributes:
        unlabeled: (n,) int64, ascending: positions of the candidates.
        labeled: (m,) int64, ascending: positions of the labeled records.
        signals: What is known of the records.
    """

    unlabeled: Positions
    labeled: Positions
    signals: SignalSet

    def __post_init__(self) -> None:
        for field in ("unlabeled", "labeled"):
            positions = ascending(getattr(self, field), f"{field.capitalize()} positions")
            if positions.size and positions[-1] >= self.signals.pool_size:
                raise InvalidInputError(f"Position {positions[-1]} lies outside a pool of {self.signals.pool_size}.")
            object.__setattr__(self, field, positions)

    def signal(self, name: str) -> NDArray[Any]:
        """Rows of the signal, aligned with `unlabeled`; read-only. Raises MissingSignalError."""
        return self.signals.take(name, self.unlabeled)

    def rows(self, name: str) -> Rows:
        """As `signal`, for strategies that work in blocks of rows: no more than a block is copied at a time."""
        return self.signals.rows(name, self.unlabeled)

    def own(self, name: str) -> NDArray[Any]:
        """Rows of the signal, aligned with `unlabeled`, the caller's own to change; copied once at most."""
        rows = self.signal(name)
        if rows.base is not None:
            return rows.copy()
        rows.flags.writeable = True  # gathered for this call
        return rows

    def labeled_signal(self, name: str) -> NDArray[Any]:
        """Rows of the signal for those labeled records that have it, possibly none; read-only."""
        return self.signals.take(name, self.labeled[self.signals.covered(name, self.labeled)])

    def only(self, positions: Positions) -> Pool:
        """The pool with these of its candidates only."""
        return Pool(np.sort(positions), self.labeled, self.signals)

    def without(self, positions: Positions) -> Pool:
        """The pool without these of its candidates."""
        rest = np.ones(len(self.unlabeled), np.bool_)
        rest[np.searchsorted(self.unlabeled, positions)] = False
        return Pool(self.unlabeled[rest], self.labeled, self.signals)

    def after(self, positions: Positions) -> Pool:
        """The pool as it will be once these candidates are labeled."""
        labeled = np.sort(np.concatenate([self.labeled, positions]))
        return Pool(self.without(positions).unlabeled, labeled, self.signals)


class Strategy(ABC):
    """A querying strategy: chooses which unlabeled records to label next.

    Pure: the same pool, size and generator state give the same records; nothing is kept between calls and no array
    is changed. Parameters live in the signature of `__init__`, each with a default, each documented here, in the
    class docstring. `loopwise.testing.StrategySuite` tests all of this for any strategy.

    Attributes:
        name: As in blends and decisions.
        needs: Signals that it needs for every candidate.
        description: One sentence, for the person who reads a decision.
        reference: The paper or source of the method.
        serves: When to reach for it, in one sentence.
        scales: Its time grows about in proportion to the pool.
    """

    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    description: ClassVar[str]
    reference: ClassVar[str]
    serves: ClassVar[str] = ""
    scales: ClassVar[bool] = True

    @abstractmethod
    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Choose records.

        Args:
            pool: The candidates and what is known of them.
            size: How many, 1 .. len(pool.unlabeled).
            rng: The only source of randomness.

        Returns:
            (size,) int64: unique positions out of `pool.unlabeled`, best first.

        Raises:
            MissingSignalError: A signal that it needs is not there for every candidate.
        """

    def why_unmet(self, pool: Pool) -> tuple[tuple[str, ...], str] | None:
        """The signals that the pool lacks for this strategy and a sentence about them; None when it can choose."""
        missing = {name: pool.signals.why_missing(name, pool.unlabeled) for name in self.needs}
        reasons = {name: why for name, why in missing.items() if why is not None}
        return (tuple(reasons), " ".join(reasons.values())) if reasons else None


class UtilityStrategy(Strategy):
    """A strategy that gives each record a utility, independent of the rest of the batch, and takes the largest."""

    @abstractmethod
    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """(n,) floats aligned with `pool.unlabeled`, larger where a label is worth more."""

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """The records of largest utility; ties are broken at random."""
        return pool.unlabeled[top_k(self.utilities(pool, rng), size, rng)]


class LargestSignal(UtilityStrategy):
    """The utility is the one signal that the strategy needs."""

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """The signal."""
        return pool.signal(self.needs[0])


class SmallestSignal(UtilityStrategy):
    """The utility is minus the one signal that the strategy needs."""

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Minus the signal."""
        utilities: NDArray[np.floating[Any]] = pool.own(self.needs[0])
        np.negative(utilities, out=utilities)
        return utilities


def top_k(utilities: NDArray[np.floating[Any]], k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of the k largest utilities, best first; ties are broken at random, at the end of the list too.

    Exact, in about one pass: a sample gives a threshold that surely more than k values reach, and only those are
    partitioned and sorted. Extra memory is a small share of the utilities', besides some multiple of k; where very many
    are equal, time is some passes more.

    Args:
        utilities: (n,) floats, larger is better; infinite values are allowed.
        k: How many, 0 .. n.
        rng: Breaks ties.

    Returns:
        (k,) int64.

    Raises:
        InvalidInputError: A utility is NaN, or there are fewer than k.
    """
    count = len(utilities)
    if not 0 <= k <= count:
        raise InvalidInputError(f"The best {k} of {count} records cannot be chosen.")
    if k == 0:
        return np.empty(0, np.int64)
    if np.isnan(utilities.min()):  # the minimum is NaN when any is
        raise InvalidInputError(f"The utility of candidate {int(np.isnan(utilities).argmax())} is NaN.")
    candidates = _reaching(utilities, _threshold(utilities, k), 2 * k + max(_FEW, count // 16))
    if len(candidates) < k:  # the sample was not like the rest, or there are very many equal ones
        candidates = _with_ties(utilities, _kth_largest(utilities, k), k, rng)
    values = utilities[candidates]
    if k < len(candidates):
        kth = _largest(values, k)[0]
        above = np.flatnonzero(values > kth)
        ties = rng.permutation(np.flatnonzero(values == kth))[: k - len(above)]
        keep = np.concatenate([above, ties])
        candidates, values = candidates[keep], values[keep]
    shuffle = rng.permutation(k)
    order = np.argsort(-values[shuffle], kind="stable")
    return candidates[shuffle[order]]


def _threshold(utilities: NDArray[np.floating[Any]], k: int) -> float:
    """A value that probably k utilities reach, and not many more."""
    count = len(utilities)
    if count <= _FEW or 2 * k > count:
        return -np.inf
    sample = utilities[:: count // _SAMPLE]
    expected = k * len(sample) / count
    rank = int(expected + 6 * np.sqrt(expected) + 10)
    if rank >= len(sample):
        return -np.inf
    return float(np.partition(sample, len(sample) - rank)[len(sample) - rank])


def _reaching(utilities: NDArray[np.floating[Any]], least: float, most: int) -> NDArray[np.int64]:
    """Indices of the utilities that are at least so large; none where there are more than `most`."""
    found, count = [], 0
    for rows in row_blocks(utilities):
        found.append(np.flatnonzero(utilities[rows] >= least) + rows.start)
        count += len(found[-1])
        if count > most:
            return np.empty(0, np.int64)
    return np.concatenate(found)


def _kth_largest(utilities: NDArray[np.floating[Any]], k: int) -> float:
    """The k-th largest utility; never more than three times k values and a block's are held."""
    held, count, least = [utilities[:0]], 0, -np.inf
    for rows in row_blocks(utilities):
        block = utilities[rows]
        held.append(block[block > least] if count >= k else block)
        count += len(held[-1])
        if count >= 2 * k:
            held = [_largest(np.concatenate(held), k)]
            count, least = k, held[0][0]
    return float(_largest(np.concatenate(held), k)[0])


def _largest(values: NDArray[np.floating[Any]], k: int) -> NDArray[np.floating[Any]]:
    """The k largest, the smallest of them first."""
    return np.partition(values, len(values) - k)[len(values) - k :]


def _with_ties(utilities: NDArray[np.floating[Any]], kth: float, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Indices of k utilities, `kth` being the smallest: all that are larger, and a draw from those that equal it."""
    blocks = list(row_blocks(utilities))
    above = np.concatenate([np.flatnonzero(utilities[rows] > kth) + rows.start for rows in blocks])
    ends = np.cumsum([np.count_nonzero(utilities[rows] == kth) for rows in blocks])
    drawn = np.sort(rng.choice(ends[-1], k - len(above), replace=False, shuffle=False))
    found, end = [above], 0
    for rows, some in zip(blocks, np.split(drawn, np.searchsorted(drawn, ends[:-1])), strict=True):
        ties = np.flatnonzero(utilities[rows] == kth) + rows.start
        found.append(ties[some - end])
        end += len(ties)
    return np.concatenate(found)


def ranks(utilities: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Ranks from 0 (worst) to 1 (best), (n,) float32; equal ones share the mean of their places."""
    count = len(utilities)
    order, equal = _order(utilities)
    places = np.arange(count, dtype=np.float32)
    changes = np.flatnonzero(np.diff(equal, prepend=False, append=False))
    starts, ends = changes[::2], changes[1::2]  # the first and the last of each run of equal ones
    tied = np.zeros(count, np.bool_)
    tied[:-1] = equal
    tied[ends] = True
    places[tied] = np.repeat((starts + ends) / 2, ends - starts + 1)
    places /= max(1, count - 1)
    shared = np.empty(count, np.float32)
    shared[order] = places
    return shared


def _order(values: NDArray[np.floating[Any]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Indices that sort, (n,), and which of the sorted values but the last equal the next one."""
    if values.dtype != np.float32:
        order = np.argsort(values)
        ordered = values[order]
        return order, ordered[1:] == ordered[:-1]
    # Value and index in one integer: a pool of ten millions is sorted in a quarter of the time.
    bits = (values + np.float32(0)).view(np.int32)  # -0.0 equals 0.0
    bits ^= (bits >> 31) & np.int32(0x7FFFFFFF)  # now ordered as the floats are
    keys = bits.astype(np.int64)
    keys <<= 32
    keys |= np.arange(len(keys))
    keys.sort()
    equal = np.empty(max(0, len(keys) - 1), np.bool_)
    for rows in row_blocks(equal, BLOCK_BYTES // 8):
        np.less((keys[1:][rows] ^ keys[:-1][rows]).view(np.uint64), 1 << 32, out=equal[rows])
    keys &= 0xFFFFFFFF
    return keys, equal
