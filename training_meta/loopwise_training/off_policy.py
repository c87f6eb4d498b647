"""Off-policy estimates: what a policy would have gained, from the logs of another one, with how much they can tell.

A log holds what was known when a decision was due (the context), the arm that was followed and with what probability,
and the reward. The value of a policy is the mean reward if it had decided in the same contexts, one loop each: where
its own decisions would have led later is not in the logs.

- IPS: rewards weighted by the target's probability of the arm over the logged one (Horvitz and Thompson, A
  generalization of sampling without replacement from a finite universe, JASA 1952).
- SNIPS: the same, divided by the weights' sum instead of the count (Swaminathan and Joachims, The self-normalized
  estimator for counterfactual learning, NeurIPS 2015).
- DR: the prediction of a direct model, corrected by weighted residuals (Dudik, Langford and Li, Doubly robust policy
  evaluation and learning, ICML 2011); the model has not seen the experiments that it predicts.

Contexts at which the logs never follow what the target would have followed tell nothing of it. They are left out, and
`supported` says how many are left: the value is one on those alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEAST_EFFECTIVE = 20
"""Effective decisions below which there is no estimate: intervals from fewer are not to be believed."""

LEAST_EXPERIMENTS = 5


@dataclass(frozen=True, eq=False)
class Log:
    """Decisions as they were logged.

    Attributes:
        experiments: (n,) which one; decisions of one experiment are not independent of each other.
        followed: (n,) index of the arm, -1 for another decision than an arm's.
        propensities: (n, arms) with what probability each arm was followed.
        rewards: (n,).
    """

    experiments: NDArray[np.int64]
    followed: NDArray[np.int64]
    propensities: NDArray[np.float64]
    rewards: NDArray[np.float64]

    def only(self, rows: NDArray[np.bool_]) -> Log:
        """These of its decisions."""
        return Log(self.experiments[rows], self.followed[rows], self.propensities[rows], self.rewards[rows])


@dataclass(frozen=True)
class Value:
    """An estimate of a mean reward.

    Attributes:
        mean: in the reward's unit.
        error: standard error of it, over experiments.
        low: of the interval that covers the truth in 95 of 100 logs like this one.
        high: likewise.
    """

    mean: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """What logs tell of a policy.

    Attributes:
        told: share of the decisions for which it is known what the target would have done.
        supported: share of these at which the logged policy might have done it too.
        effective: effective number of decisions: the squared sum of the weights over the sum of their squares.
        logged: mean reward of the policy that was logged, on the supported decisions.
        ips: of the target, there; None, like all that follow, where too little is known to say.
        snips: likewise.
        dr: likewise.
        beside: of the target less the logged policy, by DR.
        why_none: why there is no estimate, in words; None where there is one.
    """

    told: float
    supported: float
    effective: float
    logged: Value | None = None
    ips: Value | None = None
    snips: Value | None = None
    dr: Value | None = None
    beside: Value | None = None
    why_none: str | None = None


def estimate(log: Log, target: NDArray[np.float64], predicted: NDArray[np.float64]) -> Estimate:
    """What the logs tell of a policy.

    Args:
        log: the decisions.
        target: (n, arms) with what probability the policy follows each arm; a row of NaN where that is not known.
        predicted: (n, arms) the reward that a direct model predicts, which has not seen the decision's experiment;
            for the arms that target and log may follow.
    """
    if len(log.rewards) == 0:
        return Estimate(0.0, 0.0, 0.0, why_none="no decision has a reward")
    known: NDArray[np.bool_] = np.logical_not(np.isnan(target).any(axis=1))
    reachable = np.where((log.propensities > 0) & known[:, None], target, 0).sum(axis=1)
    supported = np.logical_and(known, reachable > 1 - 1e-9)
    told = float(known.mean())
    share = float(supported.sum() / max(1, known.sum()))
    if not known.any():
        return Estimate(told, share, 0.0, why_none="the logs do not tell what it would have done")
    log, target, predicted = log.only(supported), target[supported], predicted[supported]
    rows = np.flatnonzero(log.followed >= 0)
    arms = log.followed[rows]
    weights, residuals = np.zeros(len(log.rewards)), np.zeros(len(log.rewards))
    weights[rows] = target[rows, arms] / log.propensities[rows, arms]
    residuals[rows] = log.rewards[rows] - predicted[rows, arms]
    effective = float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0
    if effective < LEAST_EFFECTIVE:
        return Estimate(told, share, effective, why_none=f"the logs followed it {effective:.0f} times, effectively")
    if len(np.unique(log.experiments[weights > 0])) < LEAST_EXPERIMENTS:
        return Estimate(
            told, share, effective, why_none=f"it was followed in fewer than {LEAST_EXPERIMENTS} experiments"
        )
    direct = (np.where(target > 0, predicted, 0) * target).sum(axis=1)
    robust = direct + weights * residuals
    of = log.experiments
    return Estimate(
        told,
        share,
        effective,
        logged=mean_over(log.rewards, of),
        ips=mean_over(weights * log.rewards, of),
        snips=ratio_over(weights * log.rewards, weights, of),
        dr=mean_over(robust, of),
        beside=mean_over(robust - log.rewards, of),
    )


def mean_over(scores: NDArray[np.float64], experiments: NDArray[np.int64]) -> Value:
    """The mean of a score for each decision; its error takes decisions of one experiment as one observation."""
    return ratio_over(scores, np.ones(len(scores)), experiments)


def ratio_over(scores: NDArray[np.float64], weights: NDArray[np.float64], experiments: NDArray[np.int64]) -> Value:
    """The scores' sum over the weights' sum; the error is that of the ratio linearised, clustered by experiment."""
    ratio = float(scores.sum() / weights.sum())
    index = np.unique(experiments, return_inverse=True)[1]
    gaps = np.bincount(index, scores - ratio * weights)
    clusters = len(gaps)
    if clusters < 2:
        return Value(ratio, float("inf"), float("-inf"), float("inf"))
    error = float(np.sqrt(clusters / (clusters - 1) * (gaps**2).sum()) / weights.sum())
    reach = float(stats.t.ppf(0.975, clusters - 1)) * error
    return Value(ratio, error, ratio - reach, ratio + reach)
