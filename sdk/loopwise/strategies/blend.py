"""Blends: how several querying strategies fill one batch, and how that is executed."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals.columns import Positions
from loopwise.strategies.base import Pool, Strategy, UtilityStrategy, ranks, top_k
from loopwise.strategies.duplicates import distinct, least_square
from loopwise.strategies.random import Random
from loopwise.strategies.registry import get_strategy

RANDOM_SHARE = 255
"""In `Selection.chosen_by`: drawn at random, by no strategy of the blend."""

ALWAYS_RANDOM_FROM = 20
"""A batch of this size or more has at least one random record, unless the random share is 0."""


class BlendMode(enum.IntEnum):
    """How strategies work together. Numbers as in the contract."""

    SHARES = 1
    RANKS = 2
    CASCADE = 3


@dataclass(frozen=True)
class Part:
    """One strategy of a blend.

    Attributes:
        strategy: Its name.
        weight: Relative to the other parts; positive.
    """

    strategy: str
    weight: float = 1.0


@dataclass(frozen=True)
class Blend:
    """How a batch is to be filled.

    SHARES: each part fills its share of the batch, in order, and sees the records chosen before it as labeled.
    RANKS: the records with the largest weighted mean of the parts' utilities, each turned into ranks.
    CASCADE: the first part keeps its best records, the second chooses among them.

    Attributes:
        mode: One of these.
        parts: The strategies; a cascade has two.
        keep: For a cascade, the share of the candidates that the first part keeps, in (0, 1].
        random_share: Share of the batch that is drawn at random from what the strategies left, in [0, 1].
        distinct: No strategy's record lies nearer to a labeled or chosen one than this share of the pool's spread (the
            root mean square distance of its sketches to their mean), while there are others; 0, near-duplicates are
            not looked for.

    Raises:
        InvalidInputError: It is not a blend that could be executed.
    """

    mode: BlendMode
    parts: tuple[Part, ...]
    keep: float = 1.0
    random_share: float = 0.05
    distinct: float = 0.0

    def __post_init__(self) -> None:
        if self.mode not in list(BlendMode):
            raise InvalidInputError(f"A blend has no mode {self.mode!r}.")
        if not 0 < len(self.parts) < RANDOM_SHARE:
            raise InvalidInputError(f"A blend has 1 to {RANDOM_SHARE - 1} parts, not {len(self.parts)}.")
        if self.mode == BlendMode.CASCADE and len(self.parts) != 2:
            raise InvalidInputError(f"A cascade has two parts, a filter and a chooser, not {len(self.parts)}.")
        for part in self.parts:
            if not (math.isfinite(part.weight) and part.weight > 0):
                raise InvalidInputError(f"The weight of {part.strategy} must be positive, not {part.weight}.")
        if not 0 < self.keep <= 1:
            raise InvalidInputError(f"A cascade keeps a share in (0, 1], not {self.keep}.")
        if not 0 <= self.random_share <= 1:
            raise InvalidInputError(f"The random share lies in [0, 1], not at {self.random_share}.")
        if not 0 <= self.distinct < math.inf:
            raise InvalidInputError(f"The distance between records is a share of the spread, not {self.distinct}.")

    @classmethod
    def single(cls, name: str, random_share: float = 0.05, distinct: float = 0.0) -> Blend:
        """One strategy alone."""
        return cls(BlendMode.SHARES, (Part(name),), random_share=random_share, distinct=distinct)

    def name_of(self, chosen_by: int) -> str:
        """Name of the strategy behind an index of `Selection.chosen_by`: a part's, or "random"."""
        return Random.name if chosen_by == RANDOM_SHARE else self.parts[chosen_by].strategy

    def describe(self) -> str:
        """The blend in a few words, such as "70 % margin, 30 % k_center, 5 % of it at random"."""
        if self.mode == BlendMode.CASCADE:
            words = f"{self.parts[1].strategy} among the top {_percent(self.keep)} by {self.parts[0].strategy}"
        elif len(self.parts) == 1:
            words = self.parts[0].strategy
        else:
            total = sum(part.weight for part in self.parts)
            words = ", ".join(f"{_percent(part.weight / total)} {part.strategy}" for part in self.parts)
            if self.mode == BlendMode.RANKS:
                words = f"mean rank of {words}"
        if self.random_share:
            words += f", {_percent(self.random_share)} of it at random"
        return (
            f"{words}, none nearer to another than {_percent(self.distinct)} of the spread" if self.distinct else words
        )


@dataclass(frozen=True, eq=False)
class Selection:
    """Chosen records, best first; those of the random share come last.

    Attributes:
        positions: (k,) int64, unique.
        propensities: (k,) float64 in (0, 1]: the probability that the record was chosen, given those before it. Where a
            strategy chose it is 1, for the choice is a function of the seed; by chance it is drawn / candidates.
        chosen_by: (k,) uint8: index into the blend's parts, or RANDOM_SHARE. In RANKS, the part that spoke most for it.
    """

    positions: Positions
    propensities: NDArray[np.float64]
    chosen_by: NDArray[np.uint8]

    def only(self, rows: NDArray[np.int64] | slice) -> Selection:
        """These of its rows."""
        return Selection(self.positions[rows], self.propensities[rows], self.chosen_by[rows])


def execute(blend: Blend, pool: Pool, size: int, seed: int) -> Selection:
    """Choose a batch. Pure: the same arguments give the same bytes, on the engine as on the client.

    Args:
        blend: How.
        pool: From what.
        size: How many records, at least 1; more than there are candidates means all of them.
        seed: Governs every random choice; 0 or larger.

    Returns:
        The selection. Of it, round(size * random_share) records are drawn at random from what the strategies left, and
        at least one in a batch of 20 or more.

    Raises:
        MissingSignalError: A strategy lacks a signal; the message names both.
        InvalidInputError: An unknown strategy, a filter or rank without utilities, or a strategy that broke its word.
    """
    if size < 1 or seed < 0:
        raise InvalidInputError(f"A batch has at least 1 record and a seed of at least 0, not {size} and {seed}.")
    chosen = [get_strategy(part.strategy) for part in blend.parts]
    for strategy in chosen:
        if unmet := strategy.why_unmet(pool):
            raise MissingSignalError(unmet[0][0], f"The strategy {strategy.name} cannot choose: {unmet[1]}")
    if blend.distinct and (why := pool.signals.why_missing("sketch", pool.unlabeled)):
        raise MissingSignalError("sketch", f"Near-duplicates cannot be told: {why}")
    candidates = len(pool.unlabeled)
    if candidates == 0:
        return _join([])
    size = min(size, candidates)
    by_chance = _random_count(size, blend.random_share)
    # A stream per part, so that what one of them draws does not change the others.
    *streams, chance = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(len(chosen) + 1))
    choose = _run_distinct if blend.distinct else _run
    by_strategy = choose(blend, chosen, pool, size - by_chance, streams)
    selection = _join([by_strategy, _draw_rest(pool, by_strategy.positions, by_chance, chance)])
    if size == candidates:  # nothing was left to chance
        selection.propensities[:] = 1
    return selection


Streams = Sequence[np.random.Generator]


def _run(blend: Blend, chosen: Sequence[Strategy], pool: Pool, size: int, streams: Streams) -> Selection:
    by_mode = {BlendMode.SHARES: _shares, BlendMode.RANKS: _ranks, BlendMode.CASCADE: _cascade}
    return by_mode[blend.mode](blend, chosen, pool, size, streams)


def _run_distinct(blend: Blend, chosen: Sequence[Strategy], pool: Pool, size: int, streams: Streams) -> Selection:
    """As `_run`, but near-duplicates wait until nothing else is left."""
    least = least_square(pool, blend.distinct)
    taken, waiting = [_join([])], [_join([])]
    more = size
    while size and len(pool.unlabeled):
        asked = _run(blend, chosen, pool, min(more, len(pool.unlabeled)), streams)
        kept = distinct(pool, asked.positions, least)
        taken.append(asked.only(np.flatnonzero(kept)[:size]))
        waiting.append(asked.only(np.flatnonzero(~kept)))
        size -= len(taken[-1].positions)
        more *= 2  # of many copies, few rounds
        pool = pool.after(taken[-1].positions).without(waiting[-1].positions)
    return _join([*taken, _join(waiting).only(slice(size))])


def _shares(blend: Blend, chosen: Sequence[Strategy], pool: Pool, size: int, streams: Streams) -> Selection:
    counts = _largest_remainder([part.weight for part in blend.parts], size)
    selections = []
    for index, (strategy, count, rng) in enumerate(zip(chosen, counts, streams, strict=True)):
        if count:
            selections.append(_ask(strategy, index, pool, count, rng))
            if sum(counts[index + 1 :]):
                pool = pool.after(selections[-1].positions)
    return _join(selections)


def _ranks(blend: Blend, chosen: Sequence[Strategy], pool: Pool, size: int, streams: Streams) -> Selection:
    total = sum(part.weight for part in blend.parts)
    votes = np.stack(
        [
            part.weight / total * ranks(_scorer(strategy, "be ranked").utilities(pool, rng))
            for part, strategy, rng in zip(blend.parts, chosen, streams, strict=True)
        ]
    )
    best = top_k(votes.sum(axis=0), size, streams[0])
    return Selection(pool.unlabeled[best], np.ones(size), votes[:, best].argmax(axis=0).astype(np.uint8))


def _cascade(blend: Blend, chosen: Sequence[Strategy], pool: Pool, size: int, streams: Streams) -> Selection:
    keep = max(size, math.ceil(blend.keep * len(pool.unlabeled)))
    scorer = _scorer(chosen[0], "filter")
    kept = top_k(scorer.utilities(pool, streams[0]), keep, streams[0])
    return _ask(chosen[1], 1, pool.only(pool.unlabeled[kept]), size, streams[1])


def _ask(strategy: Strategy, part: int, pool: Pool, size: int, rng: np.random.Generator) -> Selection:
    """The strategy's records, once it is sure that it kept its word."""
    if size == 0:
        return _join([])
    positions = np.asarray(strategy.select(pool, size, rng))
    if not _is_batch(positions, pool, size):
        raise InvalidInputError(f"The strategy {strategy.name} did not return {size} unique unlabeled positions.")
    propensity = size / len(pool.unlabeled) if isinstance(strategy, Random) else 1.0
    return Selection(positions, np.full(size, propensity), np.full(size, part, np.uint8))


def _is_batch(positions: NDArray[Any], pool: Pool, size: int) -> bool:
    if positions.dtype != np.int64 or positions.shape != (size,):
        return False
    ordered = np.sort(positions)
    rows = np.searchsorted(pool.unlabeled, ordered).clip(max=len(pool.unlabeled) - 1)
    return bool((ordered[1:] > ordered[:-1]).all() and np.array_equal(pool.unlabeled[rows], ordered))


def _draw_rest(pool: Pool, taken: Positions, count: int, rng: np.random.Generator) -> Selection:
    """Draw records at random from those that are not taken, all with the same probability."""
    rest = len(pool.unlabeled) - len(taken)
    draws = rng.choice(rest, count, replace=False)
    # The i-th of the records that are left stands behind as many taken ones as have at most i left before them.
    taken_rows = np.searchsorted(pool.unlabeled, np.sort(taken))
    rows = draws + np.searchsorted(taken_rows - np.arange(len(taken)), draws, side="right")
    return Selection(pool.unlabeled[rows], np.full(count, count / max(1, rest)), np.full(count, RANDOM_SHARE, np.uint8))


def _random_count(size: int, share: float) -> int:
    at_least = 1 if size >= ALWAYS_RANDOM_FROM and share > 0 else 0
    return max(round(size * share), at_least)


def _largest_remainder(weights: Sequence[float], size: int) -> list[int]:
    """Whole numbers that sum to `size`, in proportion to the weights; what is over goes to the largest fractions."""
    exact = np.asarray(weights) / math.fsum(weights) * size
    counts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: size - counts.sum()]] += 1
    return [int(count) for count in counts]


def _scorer(strategy: Strategy, task: str) -> UtilityStrategy:
    if not isinstance(strategy, UtilityStrategy):
        raise InvalidInputError(f"The strategy {strategy.name} cannot {task}: it gives no utilities, it fills batches.")
    return strategy


def _join(selections: Sequence[Selection]) -> Selection:
    empty = Selection(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))
    parts = [empty, *selections]
    return Selection(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.propensities for part in parts]),
        np.concatenate([part.chosen_by for part in parts]),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
