"""Work through large arrays in blocks of rows, so that memory is bounded by the block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

BLOCK_BYTES = 1 << 19
"""Half a megabyte: a block and its intermediate results stay in a core's own cache."""


def row_blocks(values: NDArray[Any], block_bytes: int = BLOCK_BYTES) -> Iterator[slice]:
    """Slices that cover the rows of `values` in order, each of at most `block_bytes` (and at least one row)."""
    rows = len(values)
    step = max(1, block_bytes * rows // max(1, values.nbytes))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))
