"""What is known of records of many predictions each: sequences of tokens, images with objects."""

from __future__ import annotations

from loopwise.signals.definitions import Signal

SIGNALS: tuple[Signal, ...] = ()
