"""What is known of records that have several labels each."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
