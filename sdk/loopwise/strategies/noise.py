"""Uncertainty with noise: batches that are less alike, and chances that are known."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
