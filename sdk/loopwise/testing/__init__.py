"""Suites that other packages run against their own parts. Needs pytest, which loopwise itself does not."""

from loopwise.testing.strategies import StrategySuite
from loopwise.testing.streams import StreamSuite

__all__ = ["StrategySuite", "StreamSuite"]
