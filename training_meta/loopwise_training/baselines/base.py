"""What a baseline is: something that chooses batches of a trial, with its labels, and remembers what came of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, Pool, execute, get_strategy
from loopwise_engine.policy import Situation
from loopwise_training.trial import Trial


class Baseline(ABC):
    """Chooses the batches of one run; a run needs a new one, for it may remember the batches before."""

    @abstractmethod
    def choose(self, trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        """The next batch.

        Args:
            trial: with the labels of what was chosen before; those of other records are not to be looked at.
            situation: as an engine would see it.
            size: of the batch, at most the candidates.
            seed: governs every random choice.

        Returns:
            (size,) int64: unique positions of candidates.
        """


def batches_of(names: Iterable[str], pool: Pool, size: int, seed: int) -> dict[str, Positions]:
    """What each of these strategies would choose alone, best first, by name; of those whose signals are there."""
    return {
        name: execute(Blend.single(name, random_share=0.0), pool, size, seed).positions
        for name in names
        if get_strategy(name).why_unmet(pool) is None
    }
