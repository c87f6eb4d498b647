"""Contrast: the records that differ from what is labeled, by prediction or by place."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
