"""Active learning by learning: a bandit over querying strategies, paid by importance-weighted accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise_engine.policy import Situation
from loopwise_training.baselines.base import Baseline, batches_of
from loopwise_training.trial import Trial

DELTA = 0.1
"""Probability with which EXP4.P's bound on the regret may fail."""


class Exp4P:
    """The bandit EXP4.P: experts advise how to draw an action, and those whose advice paid gain weight.

    Beygelzimer, Langford, Li, Reyzin and Schapire, Contextual bandit algorithms with supervised learning guarantees,
    AISTATS 2011; with the least probability given to experts rather than to actions, as in ALBL.

    Args:
        experts: how many.
        draws: that it is planned for.

    Attributes:
        least: probability that every expert keeps.
    """

    def __init__(self, experts: int, draws: int) -> None:
        self._draws = draws
        self._log_weights = np.zeros(experts)
        self.least = min(float(np.sqrt(np.log(experts) / (experts * draws))), 1 / (2 * experts))

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(experts,) of following each."""
        weights = np.exp(self._log_weights - self._log_weights.max())
        followed: NDArray[np.float64] = (1 - len(weights) * self.least) * weights / weights.sum() + self.least
        return followed

    def learn(self, advice: NDArray[np.float64], drawn: int, reward: float) -> None:
        """Takes in what an action paid.

        Args:
            advice: (experts, actions) the probabilities that each expert gave to the actions.
            drawn: the action.
            reward: that it brought, about 0 to 1.
        """
        chances = self.probabilities @ advice
        paid = advice[:, drawn] * reward / chances[drawn]
        variance = np.divide(advice, chances, where=advice > 0, out=np.zeros_like(advice)).sum(axis=1)
        bonus = np.sqrt(np.log(len(advice) / DELTA) / (advice.shape[1] * self._draws))
        self._log_weights += self.least / 2 * (paid + variance * bonus)


@dataclass(frozen=True, eq=False)
class _Asked:
    """A batch: the experts' advice on the candidates, and which of these were drawn."""

    advice: NDArray[np.float64]
    drawn: NDArray[np.int64]


class Albl(Baseline):
    """ALBL, our reimplementation: EXP4.P over querying strategies, its reward the accuracy that labels tell of.

    Hsu and Lin, Active learning by learning, AAAI 2015. The accuracy of the newest model on all records that were
    queried, each weighted by one over its probability of having been queried, divided by the pool and by all queries
    that are planned.

    Different here: a batch is drawn without replacement from one distribution, and the bandit learns of its records
    one after the other once they are labeled; the strategies are ours (the paper's were uncertainty, PSDS, QUIRE and
    random); a strategy that lacks a signal advises as `random` does.

    Args:
        rounds: batches that are planned.
        experts: names of the strategies, besides "random".
    """

    def __init__(self, rounds: int, experts: Sequence[str] = ("margin", "typicality", "k_center")) -> None:
        self._rounds = max(1, rounds)
        self._experts = tuple(experts)
        self._bandit: Exp4P | None = None
        self._queried = np.empty(0, np.int64)
        self._weights = np.empty(0)
        self._asked: _Asked | None = None

    @property
    def followed(self) -> dict[str, float]:
        """The probability of each strategy now."""
        names = (*self._experts, "random")
        return {} if self._bandit is None else dict(zip(names, self._bandit.probabilities.tolist(), strict=True))

    def choose(self, trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        """The next batch; see `Baseline.choose`."""
        if self._bandit is None:
            self._bandit = Exp4P(len(self._experts) + 1, self._rounds * size)
        if self._asked is not None:
            reward = self._reward(trial, size)
            for drawn in self._asked.drawn:
                self._bandit.learn(self._asked.advice, int(drawn), reward)
        candidates = situation.pool.unlabeled
        advice = np.full((len(self._experts) + 1, len(candidates)), 1 / len(candidates))
        for name, batch in batches_of(self._experts, situation.pool, size, seed).items():
            row = self._experts.index(name)
            advice[row] = 0
            advice[row, np.searchsorted(candidates, batch)] = 1 / len(batch)
        chances = self._bandit.probabilities @ advice
        drawn = np.random.default_rng([seed, 13]).choice(len(candidates), size, replace=False, p=chances)
        self._asked = _Asked(advice, drawn)
        self._queried = np.concatenate((self._queried, candidates[drawn]))
        self._weights = np.concatenate((self._weights, 1 / chances[drawn]))
        return candidates[drawn]

    def _reward(self, trial: Trial, size: int) -> float:
        if trial.predicted is None:
            return 0.0
        right = trial.predicted[self._queried].argmax(axis=1) == trial.split.y_pool[self._queried]
        planned = max(self._rounds * size, len(self._queried))
        return float((self._weights * right).sum() / (len(trial.labeled) * planned))
