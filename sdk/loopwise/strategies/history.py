"""Strategies over several loops: how a record's signals have moved while the model learned."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
