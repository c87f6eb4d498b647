"""Query by committee: the records about which the members of an ensemble disagree."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
