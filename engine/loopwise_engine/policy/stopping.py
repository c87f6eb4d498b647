"""When to stop: what several rules of the literature say of a situation, and how sure one may be of them together.

Each rule is a number; where its signals are absent, so is the rule. How much each of them counts was learned from
experiments with known labels (`loopwise_training.stopping`), which went on long enough to see what that brings.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import StopAdvice, StopRule
from loopwise.strategies import Pool
from loopwise_engine.policy import budget
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.forecast import METRIC
from loopwise_engine.policy.samples import strided

LOOPS = 3
"""Over which predictions have to be stable, as in the paper, and the labels of batches to be foreseen."""

CURVE = 5
"""Last points of the accuracy that a plateau is seen on."""

KAPPA, CHANGE, SURE = "stopping/kappa", "stopping/change", "stopping/sure"
"""Names, beside the state features, of what is kept of a loop for those to come: see `stability`, and `advise`."""

FILE = "stopping.json"

_PREDICTIONS = 16_384
_SCALARS = 65_536
_SCATTER = 0.005
"""Standard deviation of an accuracy, at least, whatever few reports show."""

_ZHU = "Zhu, Wang, Hovy and Ma, Confidence-based stopping criteria for active learning for data annotation, 2010"


@dataclass(frozen=True)
class Rule:
    """A stopping rule.

    Attributes:
        meaning: of its number.
        rising: a large number speaks for stopping; otherwise a small one does.
        reference: the paper.
        stretched: the number as it is combined with others: where it comes near to what it aims at, differences count
            for more.
    """

    meaning: str
    rising: bool
    reference: str
    stretched: Callable[[float], float]


def _log(least: float) -> Callable[[float], float]:
    return lambda value: math.log10(max(0.0, value) + least)


RULES: dict[str, Rule] = {
    "agreement": Rule(
        "Cohen's kappa of the predictions of successive models for the candidates, mean of the last three",
        True,
        "Bloodgood and Vijay-Shanker, A method for stopping active learning based on stabilizing predictions, 2009",
        lambda kappa: math.log10(max(0.0, 1 - kappa) + 0.003),
    ),
    "classification_change": Rule(
        "share of the candidates whose predicted class is another one than in the loop before",
        False,
        "Zhu, Wang and Hovy, Multi-criteria-based strategy to stop active learning for data annotation, 2008",
        _log(0.001),
    ),
    "overall_uncertainty": Rule("mean of entropy / ln K over the candidates", False, _ZHU, _log(0.003)),
    "max_uncertainty": Rule(
        "mean of entropy / ln K over as many of the most uncertain candidates as a batch has records",
        False,
        _ZHU,
        _log(0.01),
    ),
    "expected_error": Rule("mean over the candidates of 1 less the largest probability", False, _ZHU, _log(0.001)),
    "selected_accuracy": Rule(
        "share of the last three batches whose labels the model had predicted", True, _ZHU, lambda share: share
    ),
    "plateau": Rule(
        "points of accuracy gained per doubling of the labels, over the last five loops that reported it",
        False,
        "Laws and Schütze, Stopping criteria for active learning of named entity recognition, 2008",
        lambda points: math.copysign(math.log1p(abs(points)), points),
    ),
    "gain_per_cost": Rule(
        "accuracy that the next batch gains per cost, at that slope, beside what was gained per cost so far",
        False,
        "marginal return",
        lambda share: max(-1.0, min(share, 2.0)),
    ),
}
"""By name."""

CONTEXT = ("labels_per_class", "growth")
"""What is combined with the rules: how many labels there are, and how many of them are new. Few new labels change few
predictions."""


def values(situation: Situation, features: Mapping[str, float]) -> dict[str, float]:
    """What the rules say: by name of the rule, a finite number; those whose signals are absent are left out.

    Args:
        situation: with the history of the experiment.
        features: its state features, and what `stability` says, as far as they are known.
    """
    found: dict[str, float] = {}
    size = budget.batch_size(situation)
    if KAPPA in features:
        found["agreement"] = _mean(_lately(situation, KAPPA, features[KAPPA]))
        found["classification_change"] = features[CHANGE]
    if "entropy_mean" in features:
        found["overall_uncertainty"] = features["entropy_mean"]
        found["max_uncertainty"] = _most_uncertain(situation.pool, size) / math.log(features["classes"])
    if features.get("has_least_confidence"):
        found["expected_error"] = float(strided(situation.pool.signal("least_confidence"), _SCALARS).mean())
    right = [loop.correct for loop in situation.history if loop.correct is not None][-LOOPS:]
    if right:
        found["selected_accuracy"] = _mean(right)
    return found | _from_curve(situation, size)


def stability(pool: Pool) -> dict[str, float]:
    """How far the predictions for the candidates agree with those of the loop before, on a sample of a large pool.

    Returns:
        `KAPPA` and `CHANGE`, as they are to be kept beside the state features; nothing where either is not known.
    """
    if len(pool.unlabeled) == 0 or pool.signals.why_missing("predicted_class", pool.unlabeled) is not None:
        return {}
    earlier = pool.signals.before("predicted_class", strided(pool.unlabeled, _PREDICTIONS))
    if earlier is None or len(earlier[0]) == 0:
        return {}
    positions, was = earlier
    now = pool.signal("predicted_class")[np.searchsorted(pool.unlabeled, positions)]
    return {KAPPA: kappa(was, now), CHANGE: float((was != now).mean())}


def kappa(one: NDArray[Any], other: NDArray[Any]) -> float:
    """Cohen's kappa of two lists of classes; 1 where both are one and the same class throughout."""
    both = np.unique(np.concatenate([one, other]), return_inverse=True)[1]
    a, b = both[: len(one)], both[len(one) :]
    size = int(both.max()) + 1
    chance = float(np.bincount(a, minlength=size) @ np.bincount(b, minlength=size)) / len(a) ** 2
    return 1.0 if chance == 1 else (float((a == b).mean()) - chance) / (1 - chance)


def inputs(situation: Situation, features: Mapping[str, float], rules: Mapping[str, float]) -> dict[str, float]:
    """What confidence follows from: the rules' numbers, stretched, and the `CONTEXT`; those that are known."""
    found = {name: RULES[name].stretched(value) for name, value in rules.items()}
    if "labels_per_class" in features:
        found["labels_per_class"] = math.log2(max(features["labels_per_class"], 0.1))
    labeled = len(situation.pool.labeled)
    before = max((loop.labeled_count for loop in situation.history if loop.labeled_count < labeled), default=0)
    if before:
        found["growth"] = math.log2(labeled / before)
    return found


@dataclass(frozen=True)
class Input:
    """How an input counts: `weight` times (value - `mean`) / `deviation`; `absent` where there is no value."""

    mean: float
    deviation: float
    weight: float
    absent: float


@dataclass(frozen=True)
class Combination:
    """What the corpus taught: a logistic regression over the inputs, and where each rule by itself should stop.

    Attributes:
        tolerance: points of accuracy that stopping may cost; confidence is the probability that it costs no more.
        intercept: of the regression.
        inputs: of the regression, by name.
        thresholds: by name of a rule, from where on its number speaks for stopping.
        cost: intercept and slope: the logarithm of the points that stopping is expected to cost, over the confidence.
        origin: what it was learned from, and how it did.
    """

    tolerance: float
    intercept: float
    inputs: Mapping[str, Input]
    thresholds: Mapping[str, float]
    cost: tuple[float, float]
    origin: Mapping[str, Any] = field(default_factory=dict)

    def confidence(self, known: Mapping[str, float]) -> float:
        """Probability that stopping costs no more than the tolerance; `known` are inputs by name."""
        log_odds = self.intercept
        for name, of in self.inputs.items():
            log_odds += of.weight * (known[name] - of.mean) / of.deviation if name in known else of.absent
        return 1 / (1 + math.exp(-log_odds))

    def expected_cost(self, confidence: float) -> float:
        """Points of accuracy that stopping is expected to cost."""
        return math.exp(self.cost[0] + self.cost[1] * confidence)

    def speaks(self, rule: str, value: float) -> bool:
        """Whether a rule by itself would stop."""
        if rule not in self.thresholds:
            return False
        return value >= self.thresholds[rule] if RULES[rule].rising else value <= self.thresholds[rule]

    def as_json(self) -> str:
        """As it stands in the file."""
        return json.dumps(asdict(self), indent=1, allow_nan=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Combination:
        """What `as_json` wrote."""
        read = json.loads(text)
        of = {name: Input(**one) for name, one in read["inputs"].items()}
        return cls(**{**read, "inputs": of, "cost": tuple(read["cost"])})


@cache
def shipped() -> Combination:
    """The combination that comes with the engine; `make stopping` learns it anew."""
    return Combination.from_json(resources.files(__package__).joinpath(FILE).read_text("utf-8"))


def advise(situation: Situation, features: Mapping[str, float]) -> tuple[StopAdvice, dict[str, float]]:
    """Whether to stop, how sure one may be of it, and why.

    It says stop where nothing is left to label or to spend, and where the experiment asks to stop at some confidence
    that is reached. Confidence is the mean over three loops: one loop in which little changes does not make sure.

    Args:
        situation: what is known.
        features: its state features.

    Returns:
        The advice, and what is to be kept beside the features for the loops to come.
    """
    if len(situation.pool.unlabeled) == 0:
        return StopAdvice(True, "No record is left to label.", 1.0), {}
    if budget.affordable(situation) == 0:
        return StopAdvice(True, f"The budget of {situation.label_budget} labels is spent.", 1.0), {}
    kept = stability(situation.pool)
    features = {**features, **kept}
    rules = values(situation, features)
    if not rules:
        return StopAdvice(False, "There is budget left, and there are records to label."), kept
    combination = shipped()
    kept[SURE] = combination.confidence(inputs(situation, features, rules))
    confidence = _mean(_lately(situation, SURE, kept[SURE]))
    said = tuple(StopRule(name, value, combination.speaks(name, value)) for name, value in rules.items())
    reason = (
        f"Stopping now would cost about {combination.expected_cost(confidence):.1f} points of accuracy, and no more "
        f"than {combination.tolerance:g} with a confidence of {confidence:.0%}: {_in_words(said)}."
    )
    if (reached := _target(situation)) is not None:
        rule, sure = reached
        said = (*said, rule)
        reason += (
            f" The accuracy of the last {LOOPS} loops, {rule.value:.3f}, has reached the target of "
            f"{situation.target_accuracy:g} with a confidence of {sure:.0%}."
        )
        confidence = max(confidence, sure)
    wanted = situation.stop_confidence
    return StopAdvice(wanted is not None and confidence >= wanted, reason, confidence, said), kept


def _in_words(rules: Sequence[StopRule]) -> str:
    def listed(some: Sequence[StopRule]) -> str:
        return ", ".join(f"{rule.name.replace('_', ' ')} {rule.value:.2g}" for rule in some)

    speaking = [rule for rule in rules if rule.stop]
    others = [rule for rule in rules if not rule.stop]
    parts = [f"{listed(some)} {what}" for some, what in ((speaking, "for stopping"), (others, "against it")) if some]
    return "; ".join(parts)


def _curve(situation: Situation) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Labels, ascending, and the accuracy that the user reported at each; empty where none is of this many labels.

    What is no share, such as 91 for 91 %, is left out.
    """
    labeled = len(situation.pool.labeled)
    reported = [(loop.labeled_count, loop.metrics) for loop in situation.history]
    reported.append((labeled, situation.metrics))
    curve = {labels: metrics[METRIC] for labels, metrics in reported if labels and 0 <= metrics.get(METRIC, -1) <= 1}
    points = sorted(curve.items()) if labeled in curve else []
    return np.array([labels for labels, _ in points], np.float64), np.array([value for _, value in points], np.float64)


def _target(situation: Situation) -> tuple[StopRule, float] | None:
    """Whether the reported accuracy has reached the target, and how sure that is, by how much it goes up and down."""
    accuracy = _curve(situation)[1][-LOOPS:]
    if situation.target_accuracy is None or len(accuracy) < LOOPS:
        return None
    mean, error = float(accuracy.mean()), max(_SCATTER, float(accuracy.std(ddof=1))) / math.sqrt(LOOPS)
    sure = (1 + math.erf((mean - situation.target_accuracy) / error / math.sqrt(2))) / 2
    return StopRule("target_accuracy", mean, mean >= situation.target_accuracy), sure


def _from_curve(situation: Situation, size: int) -> dict[str, float]:
    """What the accuracy that the user reports tells."""
    labels, accuracy = _curve(situation)
    if len(labels) < LOOPS:
        return {}
    slope = float(np.polyfit(np.log2(labels[-CURVE:]), accuracy[-CURVE:], 1)[0])
    found = {"plateau": 100 * slope}
    gained = float(accuracy[-CURVE:].mean() - accuracy[0])
    if gained > 0 and size:
        dearer = max(situation.label_cost, situation.retrain_cost)  # beside it, no cost is too large to add up
        label, loop = situation.label_cost / dearer, situation.retrain_cost / dearer
        spent = label * float(labels[-1] - labels[0]) + loop * (len(labels) - 1)
        ahead = slope * math.log2(1 + size / labels[-1]) / (label * size + loop)
        found["gain_per_cost"] = ahead * spent / gained
    return found


def _most_uncertain(pool: Pool, size: int) -> float:
    """Mean entropy of as many candidates as a batch has records, the most uncertain ones; of a sample, their share."""
    entropy = strided(pool.signal("entropy"), _SCALARS)
    count = max(1, round(size * len(entropy) / len(pool.unlabeled)))
    return float(np.partition(entropy, len(entropy) - count)[len(entropy) - count :].mean())


def _lately(situation: Situation, name: str, now: float) -> list[float]:
    """What was kept under a name in the last loops that kept it, this one's last."""
    return [*(loop.features[name] for loop in situation.history if name in loop.features), now][-LOOPS:]


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
