"""Query by committee: the records about which the members of an ensemble disagree."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies.base import LargestSignal, Pool, Strategy
from loopwise.strategies.batchbald import BatchBald
from loopwise.strategies.noise import Power


class VoteEntropy(LargestSignal):
    """Utility - sum v log v, v the share of the members that vote for a class."""

    name = "vote_entropy"
    needs = ("vote_entropy",)
    description = "Takes the records on which the votes of a committee are most divided."
    reference = "Dagan and Engelson, Committee-based sampling for training probabilistic classifiers, ICML 1995"
    serves = "For a committee that votes without probabilities; the more members, the finer it orders."


class NormalisedVoteEntropy(LargestSignal):
    """Utility vote entropy / log(number of classes with a vote): how evenly a committee is divided."""

    name = "normalised_vote_entropy"
    needs = ("normalised_vote_entropy",)
    description = "Takes the records on which a committee is most evenly divided, between however many classes."
    reference = (
        "Copa, Tuia, Volpi and Kanevski, Unbiased query-by-bagging active learning for VHR image classification, "
        "SPIE Remote Sensing 2010"
    )
    serves = "When two classes that are hard to tell apart matter as much as many that are (nEQB in remote sensing)."


class VariationRatio(LargestSignal):
    """Utility 1 - max v, v the share of the members that vote for a class."""

    name = "variation_ratio"
    needs = ("variation_ratio",)
    description = "Takes the records whose class of most votes has the fewest."
    reference = "Gal, Islam and Ghahramani, Deep Bayesian active learning with image data, ICML 2017"
    serves = "For dropout passes of a deep model; strong in its paper, and simple."


class ConsensusEntropy(LargestSignal):
    """Utility - sum q log q, q the mean of the members' probabilities."""

    name = "consensus_entropy"
    needs = ("consensus_entropy",)
    description = "Takes the records about which a committee as a whole is least sure."
    reference = "Settles, Active learning, Morgan and Claypool 2012, as soft vote entropy"
    serves = "When a committee's mean is a better model than any one, and noisy labels are rare."


class KLMax(LargestSignal):
    """Utility max KL(p_m || q), q the mean of the members' probabilities p_m."""

    name = "kl_max"
    needs = ("kl_max",)
    description = "Takes the records on which one member dissents most from the rest of its committee."
    reference = "Danka and Horvath, modAL: a modular active learning framework for Python, 2018"
    serves = "When a single dissenting member should be heard, as with members that see different features."


class Bald(LargestSignal):
    """Utility H(q) - mean H(p_m), q the mean of the members' probabilities p_m.

    It is the mean Kullback-Leibler divergence of the members to their mean too.
    """

    name = "bald"
    needs = ("bald",)
    description = "Takes the records about which each member is sure, but of another class."
    reference = (
        "Houlsby, Huszar, Ghahramani and Lengyel, Bayesian active learning for classification and preference "
        "learning, 2011; McCallum and Nigam, Employing EM and pool-based active learning for text classification, "
        "ICML 1998"
    )
    serves = "When labels are noisy: it looks for what the members do not know, not for what cannot be known."


class PowerBald(Power):
    """Draws in proportion to bald ** beta.

    Args:
        beta: How far it decides: near 0 hardly, for large values alone.
    """

    name = "power_bald"
    needs = ("bald",)
    description = "Draws records at random, in proportion to how far a committee disagrees about them."
    serves = "For large batches of dropout passes: about as good as batch_bald, and as quick as bald."

    def scores(self, pool: Pool) -> NDArray[np.floating[Any]]:
        """The mutual information."""
        return pool.own("bald")


class MeanStd(LargestSignal):
    """Utility: standard deviation of a class's probability over the members, mean over the classes."""

    name = "mean_std"
    needs = ("mean_std",)
    description = "Takes the records whose probabilities differ most between the members of a committee."
    reference = (
        "Kampffmeyer, Salberg and Jenssen, Semantic segmentation of small objects and modeling of uncertainty in "
        "urban remote sensing images using deep convolutional neural networks, CVPR workshops 2016"
    )
    serves = "For dropout passes, as a plain measure of spread; bald is sharper."


class Epig(LargestSignal):
    """Utility: mean mutual information of the record's class and those of target records."""

    name = "epig"
    needs = ("epig",)
    description = "Takes the records whose labels would tell most of the labels of target records."
    reference = (
        "Bickford Smith, Kirsch, Farquhar, Gal, Foster and Rainforth, Prediction-oriented Bayesian active learning, "
        "AISTATS 2023"
    )
    serves = "When the pool holds much that does not matter, and there are records like those that do."


STRATEGIES: tuple[type[Strategy], ...] = (
    VoteEntropy,
    NormalisedVoteEntropy,
    VariationRatio,
    ConsensusEntropy,
    KLMax,
    Bald,
    PowerBald,
    BatchBald,
    MeanStd,
    Epig,
)
