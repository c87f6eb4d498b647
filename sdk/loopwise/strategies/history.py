"""Strategies over several loops: how a record's signals have moved while the model learned."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.strategies.base import LargestSignal, Pool, SmallestSignal, Strategy, UtilityStrategy

_YAO = (
    "Yao, Dou, Nie and Wen, Looking back on the past: active learning with historical evaluation results, IEEE TKDE "
    "2020"
)


class HistoryUncertainty(SmallestSignal):
    """History uncertainty sampling, utility minus the mean margin over the loops."""

    name = "history_uncertainty"
    needs = ("margin_history",)
    description = "Takes the records whose margin has been smallest over the last loops."
    reference = "Davy and Luz, Active learning with history-based query selection for text categorisation, ECIR 2007"
    serves = "When single models are noisy, so that one loop's uncertainty is not to be trusted."


class WeightedHistory(LargestSignal):
    """WSHS, the weighted sum of the historical sequence: entropies of all loops, the latest counting most."""

    name = "wshs"
    needs = ("entropy_history",)
    description = "Takes the records whose entropy has been largest over the last loops, the latest counting most."
    reference = _YAO
    serves = "When single models are noisy, but the model also learns from loop to loop."


class Fluctuation(UtilityStrategy):
    """FHS, the fluctuation of the historical sequence: utility H + weight * variance of H over the loops.

    Args:
        weight: How much the variance counts beside the present entropy.
    """

    name = "fhs"
    needs = ("entropy", "entropy_fluctuation")
    description = "Takes the records whose entropy is large now, or has varied most over the last loops."
    reference = _YAO
    serves = "When the model keeps changing its mind about some records."

    def __init__(self, weight: float = 1.0) -> None:
        self.weight = weight

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """The present entropy, raised where it is not steady."""
        return np.asarray(pool.signal("entropy") + np.float32(self.weight) * pool.signal("entropy_fluctuation"))


class TemporalDiscrepancy(LargestSignal):
    """Temporal output discrepancy, utility |p_t - p_(t-1)|: a lower bound of the loss, up to a constant."""

    name = "temporal_discrepancy"
    needs = ("output_discrepancy",)
    description = "Takes the records whose probabilities have moved most since the last loop."
    reference = (
        "Huang, Wang, Xiong, Huan and Dou, Semi-supervised active learning with temporal output discrepancy, ICCV 2021"
    )
    serves = "For any model from the second loop on; it asks nothing of the model but its probabilities."


class PredictionFlips(LargestSignal):
    """Utility: how often the predicted class changed from loop to loop."""

    name = "prediction_flips"
    needs = ("prediction_flips",)
    description = "Takes the records whose predicted class has changed most often over the loops."
    reference = "A count of the changes of the model's prediction; cf. Toneva et al., ICLR 2019"
    serves = "After some loops, when the model gives classes but no probabilities worth their name."


class Forgetting(LargestSignal):
    """Utility: how often what is predicted now was predicted before and given up."""

    name = "forgetting"
    needs = ("forgetting",)
    description = "Takes the records whose present prediction the model has given up most often over the loops."
    reference = (
        "cf. Toneva et al., An empirical study of example forgetting during deep neural network learning, ICLR 2019"
    )
    serves = "After some loops of few labels each, to find what the model learns and loses again."


class LabelDispersion(LargestSignal):
    """Utility: the share of loops in which another class was predicted than most often."""

    name = "label_dispersion"
    needs = ("label_dispersion",)
    description = "Takes the records that have been predicted as the most different classes over the loops."
    reference = (
        "Zolfaghari Bengar, Raducanu and van de Weijer, When deep learners change their mind: learning dynamics for "
        "active learning, CAIP 2021"
    )
    serves = "For overconfident models, after some loops."


class DynamicsEntropy(LargestSignal):
    """Utility: the entropy of the probabilities' mean over the loops, the training dynamics of TiDAL.

    The paper averages over the epochs of one training and predicts that mean for the unlabeled records; here it is
    taken over the loops, where it is known.
    """

    name = "dynamics_entropy"
    needs = ("dynamics_entropy",)
    description = "Takes the records whose probabilities, averaged over the loops, are most spread over all classes."
    reference = "Kye, Choi, Byun and Chang, TiDAL: Learning training dynamics for active learning, ICCV 2023"
    serves = "For overconfident models that change their mind between loops."


STRATEGIES: tuple[type[Strategy], ...] = (
    HistoryUncertainty,
    WeightedHistory,
    Fluctuation,
    TemporalDiscrepancy,
    PredictionFlips,
    Forgetting,
    LabelDispersion,
    DynamicsEntropy,
)
