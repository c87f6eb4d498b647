"""What is known of records whose label is a number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import row_blocks
from loopwise.signals.definitions import ShareLevel, Signal


def prediction_variance(members: NDArray[Any]) -> NDArray[np.float32]:
    """How far the members of an ensemble differ in the number that they predict.

    Members are whatever gives several predictions of the same records: models fitted to bootstrap samples, folds or
    seeds, or passes with dropout. Memory is bounded by a block.

    Args:
        members: (members, records), real: each member's prediction of each record.

    Returns:
        (records,), float32: the mean squared deviation from the members' mean, in squared units of the label.

    Raises:
        InvalidInputError: Not real numbers of that shape.

    Reference: RayChaudhuri and Hamey, Minimisation of data collection by active learning, ICNN 1995.
    """
    each = np.asarray(members)
    if each.ndim != 2 or len(each) == 0 or each.dtype.kind not in "biuf":
        raise InvalidInputError(
            f"members must be real numbers of shape (members, records), not {each.dtype} of shape {each.shape}."
        )
    variances = np.empty(each.shape[1], np.float32)
    for records in row_blocks(each.T):
        variances[records] = each[:, records].astype(np.float64).var(axis=0)
    return variances


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="prediction",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="The number that the model predicts.",
        formula="f(x)",
        source="the user's model",
        low=-math.inf,
        high=math.inf,
    ),
    Signal(
        name="prediction_variance",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the members of an ensemble, or the model itself, spread the predicted number.",
        formula="mean squared deviation of the members' predictions from their mean",
        source="RayChaudhuri and Hamey, Minimisation of data collection by active learning, ICNN 1995",
        low=0.0,
        high=math.inf,
    ),
)
