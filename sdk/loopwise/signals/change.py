"""How much a label would change the model: losses, gradients, expected errors.

All are reported by the user's process, which has the model: `loopwise.lookahead.expected_error` estimates the last of
them with the model itself, the others follow from its predictions and features by the functions here.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal


def expected_gradient_length(probabilities: NDArray[Any], features: NDArray[Any]) -> NDArray[np.float32]:
    """Expected length of the loss's gradient in a softmax layer, over the labels that the model holds possible.

    Were the label c, the gradient of the log-loss in the layer's weights would be the outer product of p - e_c and the
    features, so its length is the product of theirs: sum_c p_c |p - e_c| |x|. Gradients are never formed.

    Args:
        probabilities: (rows, classes), real.
        features: (rows, width), real: what the last layer sees; with a column of ones where it has an intercept.

    Returns:
        (rows,), float32, never negative.

    Raises:
        InvalidInputError: Not one row of features per row of probabilities.

    Reference: Settles, Craven and Ray, Multiple-instance active learning, NIPS 2007; Settles and Craven, An analysis of
    active learning strategies for sequence labeling tasks, EMNLP 2008.
    """
    P = as_matrix(probabilities, "probabilities")
    lengths = _row_lengths(features, len(P))
    for rows in row_blocks(P):
        p = P[rows].astype(np.float64)  # for certain records float32 would cancel to nothing below
        squares = np.einsum("ij,ij->i", p, p)[:, None] - 2 * p + 1  # |p - e_c|^2
        lengths[rows] *= (p * np.sqrt(np.maximum(squares, 0))).sum(axis=1)
    return lengths


def expected_model_change(
    members: NDArray[Any], predictions: NDArray[Any], features: NDArray[Any]
) -> NDArray[np.float32]:
    """Expected change of a linear regression by one step of its gradient, the label being one of an ensemble's guesses.

    The mean over the members of |f_k(x) - f(x)| |x|; the learning rate, the same for all records, is left out.

    Args:
        members: (members, rows), real: each member's prediction, e.g. of models that were fitted to bootstrap samples.
        predictions: (rows,), real: the model's own.
        features: (rows, width), real; with a column of ones where the model has an intercept.

    Returns:
        (rows,), float32, never negative; in the unit of the label times that of the features.

    Raises:
        InvalidInputError: No members, or not one prediction of each and one row of features per record.

    Reference: Cai, Zhang and Zhou, Maximizing expected model change for active learning in regression, ICDM 2013.
    """
    F, own = as_matrix(members, "members' predictions"), np.asarray(predictions)
    if len(F) == 0 or own.shape != F.shape[1:] or own.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"Members' predictions of shape {F.shape} go with as many real predictions as records, and at least one "
            f"member; the predictions are {own.dtype} of shape {own.shape}."
        )
    lengths = _row_lengths(features, len(own))
    for rows in row_blocks(F.T):
        lengths[rows] *= np.abs(F[:, rows] - own[rows].astype(np.float64)).mean(axis=0)
    return lengths


def gradient_norm(gradients: NDArray[Any]) -> NDArray[np.float32]:
    """Length of each record's gradient.

    Args:
        gradients: (rows, parameters), real: of a loss without labels, such as the expected loss or the entropy of the
            prediction; of the last layer, or of as much of the model as there is room for.

    Returns:
        (rows,), float32, never negative.

    Reference: Wang et al., Boosting active learning via improving test performance, AAAI 2022.
    """
    return _row_lengths(gradients, len(gradients), "gradients")


def _row_lengths(values: NDArray[Any], rows: int, what: str = "features") -> NDArray[np.float32]:
    """Euclidean length of each row, (rows,)."""
    X = as_matrix(values, what)
    if len(X) != rows:
        raise InvalidInputError(f"There are {len(X)} rows of {what} for {rows} records.")
    lengths = np.empty(rows, np.float32)
    for part in row_blocks(X):
        block = X[part].astype(np.float64)  # squares of float32 may overflow
        lengths[part] = np.sqrt(np.einsum("ij,ij->i", block, block))
    return lengths


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="loss",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="The model's loss on the record, or its own estimate of it; large is hard.",
        formula="any loss in the user's own unit",
        source="Yoo and Kweon, Learning loss for active learning, CVPR 2019",
        low=-math.inf,
        high=math.inf,
    ),
    Signal(
        name="gradient_norm",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="Length of the gradient of a loss without label, such as the prediction's entropy; large is telling.",
        formula="|g|, g the gradient for this record",
        source="Wang et al., Boosting active learning via improving test performance, AAAI 2022",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="expected_gradient_length",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="Length of the gradient that the record's label would cause, expected over its possible labels.",
        formula="sum_c p_c |g_c|; in a softmax layer sum_c p_c |p - e_c| |x|",
        source="Settles, Craven and Ray, Multiple-instance active learning, NIPS 2007",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="expected_model_change",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How much the record's label would move a regression, by an ensemble's guesses of that label.",
        formula="mean_k |f_k(x) - f(x)| |x|",
        source="Cai, Zhang and Zhou, Maximizing expected model change for active learning in regression, ICDM 2013",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="expected_error",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="The error on the pool that the model expects of itself once it has the record's label; small is good.",
        formula="sum_c p_c error(model fitted with label c too)",
        source=(
            "Roy and McCallum, Toward optimal active learning through Monte Carlo estimation of error reduction, "
            "ICML 2001"
        ),
        low=0.0,
        high=math.inf,
    ),
)
