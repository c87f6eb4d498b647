"""Where a record lies to the boundaries of a kernel machine, from its decision values."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
