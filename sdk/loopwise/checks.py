"""Checks of single values, and the sentences about them: the same at home as in the engine."""

from __future__ import annotations

import math
import unicodedata

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_TEXT


def check_text(what: str, text: str, *, limit: int = MAX_TEXT, empty: bool = False) -> None:
    """Raises InvalidInputError unless the text has 1 to `limit` characters (or none, if `empty`), no control ones."""
    least = 0 if empty else 1
    if not least <= len(text) <= limit:
        raise InvalidInputError(f"{what} has {len(text)} characters; it must have {least} to {limit}")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise InvalidInputError(f"{what} {text!r} must not hold control characters")


def check_count(what: str, count: int, limit: int) -> None:
    """Raises InvalidInputError unless the count is 1 to `limit`."""
    if not 1 <= count <= limit:
        raise InvalidInputError(f"{what} {count} must be 1 to {limit}")


def check_cost(what: str, cost: float) -> None:
    """Raises InvalidInputError unless the cost is finite and above 0."""
    if not (math.isfinite(cost) and cost > 0):
        raise InvalidInputError(f"{what} {cost} must be finite and above 0")


def check_level(what: str, level: float | None) -> None:
    """Raises InvalidInputError unless the level is above 0 and at most 1, or None."""
    if level is not None and not 0 < level <= 1:  # NaN is neither
        raise InvalidInputError(f"{what} {level} must be above 0 and at most 1")


def check_amount(what: str, amount: float | None) -> None:
    """Raises InvalidInputError unless the amount is finite and not negative, or None."""
    if amount is not None and not (math.isfinite(amount) and amount >= 0):
        raise InvalidInputError(f"{what} {amount} must be finite and not negative")
