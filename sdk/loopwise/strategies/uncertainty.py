"""Uncertainty sampling: the records about which the model is least sure."""

from __future__ import annotations

from loopwise.strategies.base import LargestSignal, SmallestSignal, Strategy


class LeastConfidence(LargestSignal):
    """Utility 1 - p_(1): the most probable class is improbable."""

    name = "least_confidence"
    needs = ("least_confidence",)
    description = "Takes the records whose most probable class is least probable."
    reference = "Lewis and Gale, A sequential algorithm for training text classifiers, SIGIR 1994"
    serves = "When only the confidence in the prediction is known; with two classes it is margin."


class Margin(SmallestSignal):
    """Utility p_(2) - p_(1): the two most probable classes are hard to tell apart."""

    name = "margin"
    needs = ("margin",)
    description = "Takes the records whose two most probable classes are closest."
    reference = "Scheffer, Decomain and Wrobel, Active hidden Markov models for information extraction, IDA 2001"
    serves = "The strong default of uncertainty sampling, once there are some labels per class."


class Ratio(LargestSignal):
    """Utility p_(2) / p_(1): the second class is nearly as probable as the first."""

    name = "ratio"
    needs = ("ratio",)
    description = "Takes the records whose second class comes closest to the most probable, as a share of it."
    reference = "Monarch, Human-in-the-loop machine learning, Manning 2021"
    serves = "With many classes, where small probabilities make every margin small; with two classes it is margin."


class Entropy(LargestSignal):
    """Utility - sum p log p: the probabilities are spread over many classes."""

    name = "entropy"
    needs = ("entropy",)
    description = "Takes the records whose probabilities are most spread over all classes."
    reference = "Dagan and Engelson, Committee-based sampling for training probabilistic classifiers, ICML 1995"
    serves = "When all classes matter, not only the two most probable; with two classes it is margin."


STRATEGIES: tuple[type[Strategy], ...] = (LeastConfidence, Margin, Ratio, Entropy)
