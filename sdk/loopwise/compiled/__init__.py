"""Compiled kernels for the hottest loops: the extra `compiled`. Without it NumPy does the same, more slowly.

Only logarithms differ, by rounding. Numba is imported at the first large array, not before: small ones are done before
it would be there. What is compiled is kept on disk where a place for it can be written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from types import ModuleType

LEAST_VALUES = 1_000_000
"""Arrays of fewer values are left to NumPy, which needs a millisecond or two; importing Numba takes half a second."""

_plain: ContextVar[bool] = ContextVar("plain", default=False)


def kernels(values: int) -> ModuleType | None:
    """The module of kernels, for work on so many values; None where NumPy is to do it."""
    return None if values < LEAST_VALUES or _plain.get() else _kernels()


@contextmanager
def plain() -> Iterator[None]:
    """Within it NumPy does everything; for tests and benchmarks."""
    token = _plain.set(True)
    try:
        yield
    finally:
        _plain.reset(token)


@cache
def _kernels() -> ModuleType | None:
    try:
        from loopwise.compiled import rows  # noqa: PLC0415
    except ImportError:
        return None
    return rows
