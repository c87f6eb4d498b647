"""Uncertainty sampling: the records about which the model is least sure."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies.base import Pool, UtilityStrategy


class LeastConfidence(UtilityStrategy):
    """Utility 1 - p_(1): the most probable class is improbable."""

    name = "least_confidence"
    needs = ("least_confidence",)
    description = "Takes the records whose most probable class is least probable."
    reference = "Lewis and Gale, A sequential algorithm for training text classifiers, SIGIR 1994"

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """What the most probable class lacks to certainty."""
        return pool.signal("least_confidence")


class Margin(UtilityStrategy):
    """Utility p_(2) - p_(1): the two most probable classes are hard to tell apart."""

    name = "margin"
    needs = ("margin",)
    description = "Takes the records whose two most probable classes are closest."
    reference = "Scheffer, Decomain and Wrobel, Active hidden Markov models for information extraction, IDA 2001"

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Minus the lead of the most probable class."""
        utilities: NDArray[np.floating[Any]] = np.negative(pool.signal("margin"))
        return utilities


class Entropy(UtilityStrategy):
    """Utility - sum p log p: the probabilities are spread over many classes."""

    name = "entropy"
    needs = ("entropy",)
    description = "Takes the records whose probabilities are most spread over all classes."
    reference = "Dagan and Engelson, Committee-based sampling for training probabilistic classifiers, ICML 1995"

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """The entropy in nats."""
        return pool.signal("entropy")
