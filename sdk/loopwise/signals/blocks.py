"""Work through large arrays in blocks of rows, so that memory is bounded by the block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError

BLOCK_BYTES = 1 << 19
"""Half a megabyte: a block and its intermediate results stay in a core's own cache."""


def row_blocks(values: NDArray[Any], block_bytes: int = BLOCK_BYTES) -> Iterator[slice]:
    """Slices that cover the rows of `values` in order, each of at most `block_bytes` (and at least one row)."""
    rows = len(values)
    step = max(1, block_bytes * rows // max(1, values.nbytes))
    for start in range(0, rows, step):
        yield slice(start, min(start + step, rows))


def as_matrix(values: NDArray[Any], what: str) -> NDArray[Any]:
    """The values, once it is sure that they are real numbers of shape (records, width); else InvalidInputError."""
    values = np.asarray(values)
    if values.ndim != 2 or values.shape[1] == 0 or values.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"{what} must be real numbers of shape (records, width), not {values.dtype} of shape {values.shape}."
        )
    return values
