"""Strategies for records of many predictions each: sequences and images with objects."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
