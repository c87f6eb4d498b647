"""All signals that loopwise knows, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, ModuleType

from loopwise.signals import (
    change,
    committee,
    embeddings,
    history,
    kernel_machines,
    multilabel,
    regression,
    structures,
    uncertainty,
)
from loopwise.signals.definitions import Signal

FAMILIES: tuple[ModuleType, ...] = (
    uncertainty,
    committee,
    kernel_machines,
    change,
    embeddings,
    history,
    multilabel,
    regression,
    structures,
)
"""The modules that define signals, one family each, in the order in which they are documented."""

SIGNALS: Mapping[str, Signal] = MappingProxyType(
    {signal.name: signal for family in FAMILIES for signal in family.SIGNALS}
)
"""Each signal once; the order is that in which they are listed and sent."""
