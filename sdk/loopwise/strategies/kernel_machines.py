"""Margins of kernel machines: the records nearest to the decision boundaries."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
