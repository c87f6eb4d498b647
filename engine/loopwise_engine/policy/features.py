"""State features: what a policy looks at, computed by this one module in training and in serving.

`FEATURES` defines each of them. A feature that cannot be computed (its signal was not reported, it is the first loop,
the number of classes is not known) is absent, never zero. Notation: N records in the pool, U the candidates, L the
labeled records, K classes, b the batch size. Large pools are looked at through evenly strided subsamples, so that the
cost is bounded and no random number is needed.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.label_features import LABEL_FEATURES
from loopwise.strategies.random import Random
from loopwise_engine.policy import budget
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.samples import strided

_QUANTILES = (10, 25, 50, 75, 90)
_SCALAR_SAMPLE = 65_536
_BATCHES = 5
_FOR_A_SLOPE = 3

_LOOKED_FOR = ("probabilities", "least_confidence", "margin", "entropy", "predicted_class", "sketch", "density", "loss")

FEATURES: dict[str, str] = {
    "loop": "number of the loop",
    "pool_size": "N",
    "labeled_count": "|L|",
    "unlabeled_share": "|U| / N",
    "budget_spent": "|L| / budget",
    "batch_size": "b",
    "batch_share": "b / |U|",
    "classes": "K, as declared; else the width of the probabilities; else the distinct predicted classes, at least 2",
    "labels_per_class": "|L| / K",
    **{f"has_{name}": f"1 when {name} is there for all of U, reported or derived; else 0" for name in _LOOKED_FOR},
    "margin_mean": "mean of margin over U",
    **{f"margin_q{q}": f"{q} % quantile of margin over U" for q in _QUANTILES},
    "margin_mean_change": "margin_mean minus that of the loop before; absent where the model skipped records in either",
    "entropy_mean": "mean of entropy / ln K over U",
    **{f"entropy_q{q}": f"{q} % quantile of entropy / ln K over U" for q in _QUANTILES},
    "predicted_balance": "entropy of the shares of the predicted classes over U / ln K: 1 even, 0 one class only",
    "predicted_classes": "distinct predicted classes over U / K",
    "neighbour_distance": "s, the median over a sample of U of the distance to the nearest other sketch in the sample",
    "coverage_q50": "median over the sample of the distance to the nearest labeled sketch / s; 1 is a neighbour's",
    "coverage_q90": "90 % quantile of the same",
    "novelty_mean": "mean over the sample of 1 - k to the nearest labeled sketch; k is exp(-d^2 / 8 s^2)",
    "uncertain_novelty": "the same, each of the sample weighted by (1 - margin)^2",
    "uncertainty_novelty": "rank correlation over the sample of 1 - margin and 1 - k to the nearest labeled sketch",
    "uncertainty_density": "rank correlation over the sample of 1 - margin and the mean of k to the sample",
    "neighbours_differ": "share of the sample whose predicted class is not the likeliest around it, averaged with k",
    "density_variation": "standard deviation over the sample of the mean of k to the sample / its mean",
    "correct_last": "share of the last batch whose labels the model had predicted",
    "correct_mean": "mean of the same over the last five batches for which it is known",
    "correct_slope": "per loop, of the least-squares line through these five; absent where fewer than three are known",
    "correct_random": "mean of the same over the last five loops, of the records drawn at random",
    **LABEL_FEATURES,
}
"""Every state feature by name, and its formula."""


def state_features(situation: Situation) -> dict[str, float]:
    """The state features of a situation, by name; a subset of `FEATURES`, all finite."""
    features = _counts(situation)
    pool = situation.pool
    if len(pool.unlabeled) > 0:
        for name in _LOOKED_FOR:
            features[f"has_{name}"] = float(pool.signals.why_missing(name, pool.unlabeled) is None)
        features |= _uncertainty(situation, features.get("classes"))
        features |= _coverage(situation, features.get("classes"))
    features |= {name: value for name, value in situation.label_features.items() if name in LABEL_FEATURES}
    return features | _prequential(situation)


def _counts(situation: Situation) -> dict[str, float]:
    candidates, labeled = len(situation.pool.unlabeled), len(situation.pool.labeled)
    batch = budget.batch_size(situation)
    features = {
        "loop": float(situation.loop),
        "pool_size": float(situation.pool_size),
        "labeled_count": float(labeled),
        "unlabeled_share": candidates / situation.pool_size,
        "batch_size": float(batch),
    }
    if candidates:
        features["batch_share"] = batch / candidates
    if situation.label_budget:
        features["budget_spent"] = labeled / situation.label_budget
    classes = _classes(situation)
    if classes is not None:
        features["classes"] = float(classes)
        features["labels_per_class"] = labeled / classes
    return features


def _classes(situation: Situation) -> int | None:
    if situation.classes is not None:
        return situation.classes
    probabilities = _sampled(situation, "probabilities")
    if probabilities is not None:
        return int(probabilities.shape[1])
    predicted = _sampled(situation, "predicted_class")
    return None if predicted is None else max(2, len(np.unique(predicted)))


def _uncertainty(situation: Situation, classes: float | None) -> dict[str, float]:
    features: dict[str, float] = {}
    margin = _sampled(situation, "margin")
    if margin is not None:
        features |= _distribution("margin", margin)
        last = situation.history[-1] if situation.history else None
        before = None if last is None else last.features.get("margin_mean")
        if (
            last is not None and before is not None and last.complete and len(situation.skipped) == 0
        ):  # of alike records
            features["margin_mean_change"] = features["margin_mean"] - before
    if classes is None or classes < 2:
        return features
    entropy = _sampled(situation, "entropy")
    if entropy is not None:
        features |= _distribution("entropy", entropy / math.log(classes))
    predicted = _sampled(situation, "predicted_class")
    if predicted is not None:
        shares = np.unique(predicted, return_counts=True)[1] / len(predicted)
        features["predicted_balance"] = abs(float(-(shares * np.log(shares)).sum())) / math.log(classes)
        features["predicted_classes"] = len(shares) / classes
    return features


def _distribution(name: str, values: NDArray[Any]) -> dict[str, float]:
    quantiles = np.quantile(values, np.array(_QUANTILES) / 100)
    features = {f"{name}_mean": float(values.mean(dtype=np.float64))}
    return features | {f"{name}_q{q}": float(value) for q, value in zip(_QUANTILES, quantiles, strict=True)}


def _prequential(situation: Situation) -> dict[str, float]:
    """How often the model was right about what was labeled next, before it learned from it."""
    known = [(loop.number, loop.correct) for loop in situation.history if loop.correct is not None][-_BATCHES:]
    if not known:
        return {}
    numbers, correct = np.array(known).T
    features = {"correct_last": float(correct[-1]), "correct_mean": float(correct.mean())}
    by_chance = situation.correct_by(Random.name)
    if by_chance is not None:
        features["correct_random"] = by_chance
    if len(known) >= _FOR_A_SLOPE:
        features["correct_slope"] = float(np.cov(numbers, correct)[0, 1] / np.var(numbers, ddof=1))
    return features


def _coverage(situation: Situation, classes: float | None) -> dict[str, float]:
    landscape = situation.landscape
    if landscape is None or len(landscape.positions) < 2:
        return {}
    neighbour = math.sqrt(landscape.square)
    features = {"neighbour_distance": neighbour}
    if neighbour == 0:
        return features
    kernel = landscape.kernels[2]
    density = kernel.mean(axis=1)
    features["density_variation"] = float(density.std() / density.mean())
    pool = situation.pool
    uncertainty = None
    if pool.signals.why_missing("margin", pool.unlabeled) is None:
        uncertainty = 1 - pool.signals.take("margin", landscape.positions).astype(np.float64)
        features |= _correlation("uncertainty_density", uncertainty, density)
    if classes and pool.signals.why_missing("predicted_class", pool.unlabeled) is None:
        present, predicted = np.unique(pool.signals.take("predicted_class", landscape.positions), return_inverse=True)
        around = (kernel @ np.eye(len(present))[predicted]).argmax(axis=1)
        features["neighbours_differ"] = float((around != predicted).mean())
    if len(landscape.labeled):
        apart = np.quantile(np.sqrt(landscape.apart) / neighbour, (0.5, 0.9))
        features["coverage_q50"], features["coverage_q90"] = (float(q) for q in apart)
        novelty = 1 - landscape.near(landscape.apart)[2]
        features["novelty_mean"] = float(novelty.mean())
        if uncertainty is not None and uncertainty.any():
            features["uncertain_novelty"] = float(np.average(novelty, weights=uncertainty**2))
            features |= _correlation("uncertainty_novelty", uncertainty, novelty)
    return features


def _correlation(name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> dict[str, float]:
    """Spearman's rank correlation, ties in the order of the sample; nothing where one of them is constant."""
    if x.min() == x.max() or y.min() == y.max():
        return {}
    first, second = (np.argsort(np.argsort(values, kind="stable")) for values in (x, y))
    return {name: float(np.corrcoef(first, second)[0, 1])}


def _sampled(situation: Situation, signal: str) -> NDArray[Any] | None:
    """The signal on an evenly strided subsample of the candidates; None when it is not there for all of them."""
    pool = situation.pool
    if len(pool.unlabeled) == 0 or pool.signals.why_missing(signal, pool.unlabeled) is not None:
        return None
    return strided(pool.signal(signal), _SCALAR_SAMPLE)
