"""What is known of a record: the signals, how they follow from each other, and one loop's worth of them."""

from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.columns import Column, SignalSet
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.embeddings import density, typicality
from loopwise.signals.uncertainty import entropy, least_confidence, margin, predicted_class, ratio, softmax, top_classes

__all__ = [
    "SIGNALS",
    "Column",
    "ShareLevel",
    "Signal",
    "SignalSet",
    "density",
    "entropy",
    "least_confidence",
    "margin",
    "predicted_class",
    "ratio",
    "softmax",
    "top_classes",
    "typicality",
]
