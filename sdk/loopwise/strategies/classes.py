"""Strategies that look at the balance of classes and groups."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
