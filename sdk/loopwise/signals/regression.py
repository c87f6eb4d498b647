"""What is known of records whose label is a number."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
