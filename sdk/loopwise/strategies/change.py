"""Expected change and error: the records whose label would change the model, or its predictions, most."""

from __future__ import annotations

from loopwise.strategies.base import LargestSignal, SmallestSignal, Strategy


class LargestLoss(LargestSignal):
    """Utility: the loss that a loss-prediction module, or another estimate, expects on the record."""

    name = "largest_loss"
    needs = ("loss",)
    description = "Takes the records on which the model expects its largest loss."
    reference = "Yoo and Kweon, Learning loss for active learning, CVPR 2019"
    serves = "For deep models of any task that learn to predict their own loss."


class GradientNorm(LargestSignal):
    """Utility: the length of the gradient of a loss that needs no label."""

    name = "gradient_norm"
    needs = ("gradient_norm",)
    description = "Takes the records with the longest gradients."
    reference = "Wang et al., Boosting active learning via improving test performance, AAAI 2022"
    serves = "For deep models of any task whose gradients per record can be had."


class ExpectedGradientLength(LargestSignal):
    """Utility: the length of the gradient that the label would cause, expected over the possible labels."""

    name = "expected_gradient_length"
    needs = ("expected_gradient_length",)
    description = "Takes the records whose labels are expected to cause the longest gradients."
    reference = "Settles, Craven and Ray, Multiple-instance active learning, NIPS 2007"
    serves = "For models trained by gradients, where records differ in more than their uncertainty."


class ExpectedModelChange(LargestSignal):
    """Utility: how far the label would move the regression, by the guesses of an ensemble."""

    name = "expected_model_change"
    needs = ("expected_model_change",)
    description = "Takes the records whose labels are expected to move the regression most."
    reference = "Cai, Zhang and Zhou, Maximizing expected model change for active learning in regression, ICDM 2013"
    serves = "For regression with a linear model, or with the features that a last linear layer sees."


class ExpectedError(SmallestSignal):
    """Utility: minus the error on the pool that the model expects of itself once it has the label."""

    name = "expected_error"
    needs = ("expected_error",)
    description = "Takes the records after whose labels the model expects the fewest errors on the pool."
    reference = (
        "Roy and McCallum, Toward optimal active learning through Monte Carlo estimation of error reduction, ICML 2001"
    )
    serves = "For models that are fitted in no time, one record or few at a time."


STRATEGIES: tuple[type[Strategy], ...] = (
    LargestLoss,
    GradientNorm,
    ExpectedGradientLength,
    ExpectedModelChange,
    ExpectedError,
)
