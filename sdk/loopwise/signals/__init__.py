"""What is known of a record: the signals, how they follow from each other, and one loop's worth of them."""

from loopwise.signals.columns import Column, SignalSet
from loopwise.signals.definitions import SIGNALS, ShareLevel, Signal
from loopwise.signals.derive import (
    DERIVATIONS,
    density,
    entropy,
    least_confidence,
    margin,
    predicted_class,
    typicality,
)

__all__ = [
    "DERIVATIONS",
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
    "typicality",
]
