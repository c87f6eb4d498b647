"""What is known of a record: the signals, how they follow from each other, and one loop's worth of them."""

from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.change import expected_gradient_length, expected_model_change, gradient_norm
from loopwise.signals.columns import Column, SignalSet
from loopwise.signals.committee import (
    bald,
    committee_signals,
    consensus,
    consensus_entropy,
    epig,
    flatten_members,
    kl_max,
    mean_std,
    normalised_vote_entropy,
    variation_ratio,
    vote_entropy,
)
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.embeddings import cluster, density, distance_to_labeled, typicality
from loopwise.signals.history import (
    dynamics_entropy,
    fluctuation,
    forgetting,
    label_dispersion,
    mean_history,
    output_discrepancy,
    prediction_flips,
    probability_change,
    weighted_history,
)
from loopwise.signals.kernel_machines import boundary_distance, decision_gap, nearest_support
from loopwise.signals.multilabel import label_cardinality, label_margin, mean_label_entropy
from loopwise.signals.regression import prediction_variance
from loopwise.signals.structures import (
    detection_uncertainty,
    least_sequence_confidence,
    mnlp,
    token_entropy,
    total_token_entropy,
)
from loopwise.signals.uncertainty import entropy, least_confidence, margin, predicted_class, ratio, softmax, top_classes

__all__ = [
    "SIGNALS",
    "Column",
    "ShareLevel",
    "Signal",
    "SignalSet",
    "bald",
    "boundary_distance",
    "cluster",
    "committee_signals",
    "consensus",
    "consensus_entropy",
    "decision_gap",
    "density",
    "detection_uncertainty",
    "distance_to_labeled",
    "dynamics_entropy",
    "entropy",
    "epig",
    "expected_gradient_length",
    "expected_model_change",
    "flatten_members",
    "fluctuation",
    "forgetting",
    "gradient_norm",
    "kl_max",
    "label_cardinality",
    "label_dispersion",
    "label_margin",
    "least_confidence",
    "least_sequence_confidence",
    "margin",
    "mean_history",
    "mean_label_entropy",
    "mean_std",
    "mnlp",
    "nearest_support",
    "normalised_vote_entropy",
    "output_discrepancy",
    "predicted_class",
    "prediction_flips",
    "prediction_variance",
    "probability_change",
    "ratio",
    "softmax",
    "token_entropy",
    "top_classes",
    "total_token_entropy",
    "typicality",
    "variation_ratio",
    "vote_entropy",
    "weighted_history",
]
