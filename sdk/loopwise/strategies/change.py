"""Expected change and error: the records whose label would change the model, or its predictions, most."""

from __future__ import annotations

from loopwise.strategies.base import Strategy

STRATEGIES: tuple[type[Strategy], ...] = ()
