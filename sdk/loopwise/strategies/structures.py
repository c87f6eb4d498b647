"""Strategies for records of many predictions each: sequences and images with objects."""

from __future__ import annotations

from loopwise.strategies.base import LargestSignal, SmallestSignal, Strategy


class Mnlp(SmallestSignal):
    """Utility - mean log p of the predicted tokens: the sequence is improbable, whatever its length."""

    name = "mnlp"
    needs = ("mnlp",)
    description = "Takes the sequences whose tokens are least probable on average."
    reference = (
        "Shen, Yun, Lipton, Kronrod and Anandkumar, Deep active learning for named entity recognition, ICLR 2018"
    )
    serves = "The default for tagging and generating sequences: long ones are not preferred."


class LeastSequenceConfidence(LargestSignal):
    """Utility 1 - P(predicted sequence): the sequence as a whole is improbable."""

    name = "least_sequence_confidence"
    needs = ("least_sequence_confidence",)
    description = "Takes the sequences that are least probable as a whole."
    reference = "Culotta and McCallum, Reducing labeling effort for structured prediction tasks, AAAI 2005"
    serves = "For short sequences that are right or wrong as a whole; it prefers long ones."


class TokenEntropy(LargestSignal):
    """Utility: the mean entropy of the tokens' class probabilities."""

    name = "token_entropy"
    needs = ("token_entropy",)
    description = "Takes the sequences whose tokens are most uncertain on average."
    reference = "Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008"
    serves = "For tagging with many classes, when a label costs as much as the sequence is long."


class TotalTokenEntropy(LargestSignal):
    """Utility: the summed entropy of the tokens' class probabilities."""

    name = "total_token_entropy"
    needs = ("total_token_entropy",)
    description = "Takes the sequences in which there is most uncertainty in all."
    reference = "Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008"
    serves = "For tagging, when a long sequence costs no more than a short one."


class DetectionUncertainty(LargestSignal):
    """Utility: (1 - margin)^2 of each detection, aggregated over the image by whoever reported it."""

    name = "detection_uncertainty"
    needs = ("detection_uncertainty",)
    description = "Takes the images whose detected objects are hardest to tell by class."
    reference = "Brust, Käding and Denzler, Active learning for deep object detection, VISAPP 2019"
    serves = "For object detection; blended with another strategy, for it leaves images without detections to the end."


STRATEGIES: tuple[type[Strategy], ...] = (
    Mnlp,
    LeastSequenceConfidence,
    TokenEntropy,
    TotalTokenEntropy,
    DetectionUncertainty,
)
