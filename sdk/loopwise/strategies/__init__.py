"""Querying strategies, and the blends in which they fill a batch."""

from loopwise.strategies.base import Pool, Strategy, UtilityStrategy, top_k
from loopwise.strategies.blend import RANDOM_SHARE, Blend, BlendMode, Part, Selection, execute
from loopwise.strategies.registry import get_strategy, strategies
from loopwise.strategies.streams import StreamStrategy

__all__ = [
    "RANDOM_SHARE",
    "Blend",
    "BlendMode",
    "Part",
    "Pool",
    "Selection",
    "Strategy",
    "StreamStrategy",
    "UtilityStrategy",
    "execute",
    "get_strategy",
    "strategies",
    "top_k",
]
