"""What the members of a committee say of a record, and how far they disagree."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
