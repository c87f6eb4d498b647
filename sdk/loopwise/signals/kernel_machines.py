"""Where a record lies to the boundaries of a kernel machine. Pure functions, memory bounded by a block.

They run beside the user's model, and what they return is reported: decision values and support vectors stay home.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.vectors import nearest


def boundary_distance(decision_values: NDArray[Any]) -> NDArray[np.float32]:
    """Distance to the nearest of the classes' hyperplanes, in the unit of the decision values: min |f|.

    Args:
        decision_values: (rows, classes), one class against the rest each; or (rows,), of two classes. Real.

    Returns:
        (rows,), float32, never negative.

    Reference: Schohn and Cohn, Less is more: active learning with support vector machines, ICML 2000; for more than
    two classes Tuia, Volpi, Copa, Kanevski and Muñoz-Marí, A survey of active learning algorithms for supervised remote
    sensing image classification, IEEE JSTSP 2011.
    """
    F = _decisions(decision_values)
    distances = np.empty(len(F), np.float32)
    for rows in row_blocks(F):
        distances[rows] = np.abs(F[rows].astype(np.float32)).min(axis=1)
    return distances


def decision_gap(decision_values: NDArray[Any]) -> NDArray[np.float32]:
    """Lead of the class with the largest decision value over the second: f_(1) - f_(2).

    Args:
        decision_values: (rows, classes), one class against the rest each; or (rows,), of two classes: f and -f then,
            so that the gap is 2 |f|. Real.

    Returns:
        (rows,), float32, never negative.

    Reference: Demir, Persello and Bruzzone, Batch-mode active-learning methods for the interactive classification of
    remote sensing images, IEEE TGRS 2011 (multiclass-level uncertainty, MCLU).
    """
    F = _decisions(decision_values)
    gaps = np.empty(len(F), np.float32)
    for rows in row_blocks(F):
        block = F[rows].astype(np.float32)
        if F.shape[1] == 1:
            gaps[rows] = 2 * np.abs(block[:, 0])
        else:
            block.partition(F.shape[1] - 2, axis=1)
            np.subtract(block[:, -1], block[:, -2], out=gaps[rows])
    return gaps


def nearest_support(embeddings: NDArray[Any], support_vectors: NDArray[Any]) -> NDArray[np.int32]:
    """Which support vector is nearest, by Euclidean distance; with a Gaussian kernel also the nearest in its space.

    Args:
        embeddings: (rows, width), real and finite: the records as the machine sees them.
        support_vectors: (supports, width), real and finite, at least one.

    Returns:
        (rows,), int32, counted from 0; the first of equals.

    Raises:
        InvalidInputError: Widths that differ, no support vectors, or a value that is not finite.

    Reference: Tuia, Ratle, Pacifici, Kanevski and Emery, Active learning methods for remote sensing image
    classification, IEEE TGRS 2009.
    """
    E, S = as_matrix(embeddings, "embeddings"), as_matrix(support_vectors, "support vectors")
    if len(S) == 0 or S.shape[1] != E.shape[1]:
        raise InvalidInputError(
            f"Support vectors must be at least one of the embeddings' width {E.shape[1]}; their shape is {S.shape}."
        )
    if not np.isfinite(S).all():
        raise InvalidInputError("Support vectors must be finite.")
    indices, squares = nearest(E, S)
    finite = np.isfinite(squares)
    if not finite.all():
        raise InvalidInputError(f"Embeddings must be finite; row {int(finite.argmin())} is not.")
    return indices.astype(np.int32)


def _decisions(values: NDArray[Any]) -> NDArray[Any]:
    """Decision values with one column per class; a single one where there are two classes."""
    values = np.asarray(values)
    return as_matrix(values[:, None] if values.ndim == 1 else values, "decision values")


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="boundary_distance",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the record is from the nearest decision boundary of a kernel machine; small is uncertain.",
        formula="min |f_c|, f_c the decision values of the classes against the rest",
        source="Schohn and Cohn, Less is more: active learning with support vector machines, ICML 2000",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="decision_gap",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the largest decision value of a kernel machine is ahead of the second; small is uncertain.",
        formula="f_(1) - f_(2), the two largest decision values; 2 |f| where one decides between two classes",
        source=(
            "Demir, Persello and Bruzzone, Batch-mode active-learning methods for the interactive classification of "
            "remote sensing images, IEEE TGRS 2011"
        ),
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="nearest_support",
        level=ShareLevel.SCORES,
        dtypes=("<i4",),
        meaning="Which support vector of a kernel machine is nearest to the record, counted from 0.",
        formula="argmin_s |x - s|",
        source=(
            "Tuia, Ratle, Pacifici, Kanevski and Emery, Active learning methods for remote sensing image "
            "classification, IEEE TGRS 2009"
        ),
        low=0.0,
        high=math.inf,
    ),
)
