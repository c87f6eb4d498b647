"""What more labels will bring: a learning curve fitted to the metric that the user reports.

The curve is a power law with an offset, `a - b n^-c` after n labels, which describes most learning curves as well as
anything (Viering and Loog, The shape of learning curves: a review, IEEE TPAMI 2023), fitted by least squares that trust
later points more (Figueroa, Zeng-Treitler, Kandula and Ngo, Predicting sample size required for classification
performance, BMC Medical Informatics and Decision Making 2012). Many exponents c fit a handful of noisy points about as
well, so that the forecast is the mean over all of a grid, each as likely as it fits; how far they disagree, how noisy
the points are, and how far ahead one looks make the width of the interval.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import Forecast
from loopwise_engine.policy.base import Situation

METRIC = "accuracy"
"""What is forecast where a user reports several metrics."""

MIN_POINTS = 4
"""Loops with the metric below which nothing is forecast."""

# Chosen on one half of the families of 83 public data sets with logistic regression; see docs/budget.md for the other.
NOISE = 0.008
"""Least standard deviation of a reported value around its curve."""

DRIFT = 0.02
"""Standard deviation of how far a curve strays from a power law, for each factor e of labels ahead."""

SPREAD = 1.18
"""Half of the interval of 80 %, in standard deviations."""

_EXPONENTS = np.array([0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0])


class LearningCurve:
    """A metric in [0, 1] as a function of the number of labels.

    Args:
        labels: (m,) ascending, above 0; at least two are different.
        values: (m,) in [0, 1].
    """

    def __init__(self, labels: NDArray[np.float64], values: NDArray[np.float64]) -> None:
        self._last = labels[-1]
        weights = np.arange(1, len(labels) + 1) / len(labels)
        x = (labels / self._last)[None, :] ** -_EXPONENTS[:, None]
        total = weights.sum()
        x_mean, y_mean = x @ weights / total, values @ weights / total
        self._xx = ((x - x_mean[:, None]) ** 2) @ weights
        slope = -((x - x_mean[:, None]) * (values - y_mean)) @ weights / self._xx
        slope = np.maximum(slope, 0)  # a curve that falls is taken for a flat one
        self._b = slope
        self._a = y_mean + slope * x_mean
        self._x_mean, self._total = x_mean, total
        squares = ((values - (self._a[:, None] - slope[:, None] * x)) ** 2) @ weights
        self._variance = max(NOISE**2, squares.min() / max(1.0, total - 2))
        likelihood = np.exp(-(squares - squares.min()) / (2 * self._variance))
        self._share = likelihood / likelihood.sum()

    def at(self, labels: float) -> tuple[float, float]:
        """The value that is expected with this many labels, and its standard deviation as it will be reported."""
        x = (labels / self._last) ** -_EXPONENTS
        values = np.minimum(self._a - self._b * x, 1)
        mean = self._share @ values
        fit = self._share @ (1 / self._total + (x - self._x_mean) ** 2 / self._xx)
        drift = DRIFT * np.log(max(labels / self._last, 1.0))
        variance = self._share @ (values - mean) ** 2 + self._variance * (1 + fit) + drift**2
        return float(mean), float(np.sqrt(variance))


def learning_curve(situation: Situation) -> tuple[str, LearningCurve] | None:
    """The name of the metric that can be forecast, and its curve; None where too little is known.

    The metric is "accuracy", or the only one that the last loop reported, if all its values are in [0, 1]; such a one
    only while it rises, for an error is no accuracy. How often the model was right about what was labeled next is no
    substitute: these are the records that it was least sure of.
    """
    name = METRIC if METRIC in situation.metrics else next(iter(situation.metrics), None)
    if name is None or (name != METRIC and len(situation.metrics) > 1):
        return None
    known = {loop.labeled_count: loop.metrics[name] for loop in situation.history if name in loop.metrics}
    now = len(situation.pool.labeled)
    known[now] = situation.metrics[name]
    points = sorted((labels, value) for labels, value in known.items() if labels > 0)
    if now == 0 or len(points) < MIN_POINTS or not all(0 <= value <= 1 for _, value in points):
        return None
    labels, values = np.array(points, np.float64).T
    if name != METRIC and np.cov(np.log(labels), values)[0, 1] < 0:
        return None
    return name, LearningCurve(labels, values)


def forecast(situation: Situation, labels: int) -> Forecast | None:
    """What is to be expected of the metric with this many labels; None where too little is known."""
    found = learning_curve(situation)
    if found is None:
        return None
    name, curve = found
    value, deviation = curve.at(labels)
    low, high = max(0.0, value - SPREAD * deviation), min(1.0, value + SPREAD * deviation)
    return Forecast(name, labels, value, low, high, _labels_for(curve, situation))


def _labels_for(curve: LearningCurve, situation: Situation) -> int | None:
    """The fewest labels, from now on, with which the wished accuracy is to be expected; None, not within the pool."""
    target, known = situation.target_accuracy, len(situation.pool.labeled)
    if target is None or curve.at(situation.pool_size)[0] < target:
        return None
    return bisect_left(range(situation.pool_size), target, lo=known, key=lambda labels: curve.at(labels)[0])
