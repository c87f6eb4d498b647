"""How much memory this process takes at its peak."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from pathlib import Path

_RESET_PEAK = "5"
"""What /proc/self/clear_refs takes to begin the peak anew."""


def begin_peak() -> int | None:
    """Gives back what earlier calls left, begins the peak anew, and tells it in bytes; None where it cannot be told."""
    try:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK)
        return peak()
    except OSError:
        return None


def peak() -> int:
    """The peak so far, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    raise OSError("the peak of memory is not told here")
