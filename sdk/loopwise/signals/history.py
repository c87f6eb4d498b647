"""How a record's signals moved over the loops."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
