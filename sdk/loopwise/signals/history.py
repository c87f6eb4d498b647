"""How a record's signals moved over the loops. Pure functions, float32 out; each reads the loops once, oldest first.

Every function takes an iterable of one array per loop, the present loop's last, each with a row for every one of the
present records. Over columns of one value per record they look at the last `WINDOW` loops, which is also what they
hold in memory; over class probabilities they hold one loop's, whatever their number. Where there is but one loop,
nothing has changed yet.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.uncertainty import entropy

Loops = Iterable[NDArray[Any]]

WINDOW = 10
"""How many loops count, the present one among them: what lies further back tells of another model."""


def weighted_history(loops: Loops) -> NDArray[np.float32]:
    """Mean over the loops, in which each loop counts half as much as the one after it.

    Args:
        loops: (rows,) each, real.

    Returns:
        (rows,), float32; in the same order as the weighted sum of the historical sequence (WSHS).

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Yao, Dou, Nie and Wen, Looking back on the past: active learning with historical evaluation results,
    IEEE TKDE 2020.
    """
    columns = _window(loops)
    total = np.zeros(len(columns[-1]), np.float32)
    for column in columns:
        total /= 2
        total += column
    total /= 2 - 0.5 ** (len(columns) - 1)
    return total


def mean_history(loops: Loops) -> NDArray[np.float32]:
    """Mean over the loops of the window.

    Args:
        loops: (rows,) each, real.

    Returns:
        (rows,), float32; in the same order as the sum.

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Davy and Luz, Active learning with history-based query selection for text categorisation, ECIR 2007.
    """
    columns = _window(loops)
    mean = np.zeros(len(columns[-1]), np.float32)
    for column in columns:
        mean += column
    mean /= len(columns)
    return mean


def fluctuation(loops: Loops) -> NDArray[np.float32]:
    """Variance over the loops of the window.

    Args:
        loops: (rows,) each, real.

    Returns:
        (rows,), float32, never negative.

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Yao, Dou, Nie and Wen, Looking back on the past: active learning with historical evaluation results,
    IEEE TKDE 2020.
    """
    columns = _window(loops)
    variance = np.empty(len(columns[-1]), np.float32)
    for rows in row_blocks(columns[-1]):
        variance[rows] = np.var([column[rows] for column in columns], axis=0, dtype=np.float64)
    return variance


def prediction_flips(loops: Loops) -> NDArray[np.int32]:
    """How often the predicted class was another one than the loop before.

    Args:
        loops: (rows,) each: the predicted class.

    Returns:
        (rows,), int32, 0 .. the number of loops - 1.

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    """
    columns = _window(loops)
    flips = np.zeros(len(columns[-1]), np.int32)
    for before, after in pairwise(columns):
        flips += before != after
    return flips


def forgetting(loops: Loops) -> NDArray[np.int32]:
    """How often the class that is predicted now was predicted, and then given up for another.

    Toneva et al. count how often a training record's label is unlearned. Of a record without a label, what the model
    predicts now stands for it.

    Args:
        loops: (rows,) each: the predicted class.

    Returns:
        (rows,), int32, 0 .. half the number of loops.

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Toneva et al., An empirical study of example forgetting during deep neural network learning, ICLR 2019.
    """
    columns = _window(loops)
    present = columns[-1]
    forgotten = np.zeros(len(present), np.int32)
    for before, after in pairwise(columns):
        forgotten += (before == present) & (after != present)
    return forgotten


def label_dispersion(loops: Loops) -> NDArray[np.float32]:
    """Share of the loops in which the predicted class was not the one that it was most often.

    Args:
        loops: (rows,) each: the predicted class.

    Returns:
        (rows,), float32, in [0, 1).

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Zolfaghari Bengar, Raducanu and van de Weijer, When deep learners change their mind: learning dynamics
    for active learning, CAIP 2021.
    """
    columns = _window(loops)
    most = np.zeros(len(columns[-1]), np.int32)
    for rows in row_blocks(columns[-1]):
        block = [column[rows] for column in columns]
        for classes in block:
            count = np.sum([classes == others for others in block], axis=0, dtype=np.int32)
            np.maximum(most[rows], count, out=most[rows])
    return 1 - most.astype(np.float32) / np.float32(len(columns))


def output_discrepancy(loops: Loops) -> NDArray[np.float32]:
    """Euclidean distance of the probabilities to those of the loop before.

    Args:
        loops: (rows, classes) each, real.

    Returns:
        (rows,), float32; of probabilities in [0, sqrt 2].

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Huang, Wang, Xiong, Huan and Dou, Semi-supervised active learning with temporal output discrepancy,
    ICCV 2021.
    """
    distances, before = np.zeros(0, np.float32), None
    for after in _matrices(loops):
        if before is None:
            distances = np.zeros(len(after), np.float32)
        else:
            for rows in row_blocks(after):
                change = _change(before, after, rows)
                np.sqrt(np.einsum("ij,ij->i", change, change), out=distances[rows])
        before = after
    return distances


def probability_change(loops: Loops) -> NDArray[np.float32]:
    """How much probability moves from class to class between loops on average: the mean total variation distance.

    Args:
        loops: (rows, classes) each, real.

    Returns:
        (rows,), float32; of probabilities in [0, 1].

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.
    """
    moved, before, steps = np.zeros(0, np.float32), None, 0
    for after in _matrices(loops):
        if before is None:
            moved = np.zeros(len(after), np.float32)
        else:
            steps += 1
            for rows in row_blocks(after):
                moved[rows] += np.abs(_change(before, after, rows)).sum(axis=1) / 2
        before = after
    moved /= max(1, steps)
    return moved


def dynamics_entropy(loops: Loops) -> NDArray[np.float32]:
    """Entropy of the probabilities' mean over the loops, in nats.

    Args:
        loops: (rows, classes) each, real.

    Returns:
        (rows,), float32.

    Raises:
        InvalidInputError: No loops, or arrays of other shapes.

    Reference: Kye, Choi, Byun and Chang, TiDAL: Learning training dynamics for active learning, ICCV 2023.
    """
    mean, count = np.zeros((0, 1), np.float32), 0
    for present in _matrices(loops):
        if count == 0:
            mean = present.astype(np.float32)
        else:
            mean += present
        count += 1
    mean /= count
    return entropy(mean)


def _window(loops: Loops) -> list[NDArray[Any]]:
    """The last loops, oldest first; each a column of real numbers, and all of one length."""
    columns = [np.asarray(column) for column in deque(loops, maxlen=WINDOW)]
    if not columns:
        raise InvalidInputError("A history needs at least the present loop.")
    for column in columns:
        if column.ndim != 1 or column.shape != columns[-1].shape or column.dtype.kind not in "biuf":
            raise InvalidInputError(
                f"The loops of a history must be real numbers of one shape (records,), not {column.dtype} of shape "
                f"{column.shape} beside {columns[-1].shape}."
            )
    return columns


def _matrices(loops: Loops) -> Iterator[NDArray[Any]]:
    """One loop after the other; all are matrices of one shape."""
    shape: tuple[int, ...] | None = None
    for values in loops:
        matrix = as_matrix(values, "the loops of a history")
        if shape is None:
            shape = matrix.shape
        if matrix.shape != shape:
            raise InvalidInputError(f"The loops of a history must be of one shape, not {matrix.shape} after {shape}.")
        yield matrix
    if shape is None:
        raise InvalidInputError("A history needs at least the present loop.")


def _change(before: NDArray[Any], after: NDArray[Any], rows: slice) -> NDArray[np.float32]:
    change = after[rows].astype(np.float32)
    change -= before[rows]
    return change


def _signal(name: str, meaning: str, formula: str, source: str, high: float, **more: Any) -> Signal:
    return Signal(
        name=name,
        level=ShareLevel.SCORES,
        dtypes=more.pop("dtypes", ("<f4",)),
        meaning=meaning,
        formula=formula,
        source=source,
        low=0.0,
        high=high,
        over_loops=True,
        **more,
    )


_YAO = "Yao, Dou, Nie and Wen, Looking back on the past: active learning with historical evaluation results, TKDE 2020"

SIGNALS: tuple[Signal, ...] = (
    _signal(
        "entropy_history",
        "The entropy of this and earlier loops, the latest counting most; large has been uncertain for long.",
        "sum_i 2^-i H_(t-i) / sum_i 2^-i, i = 0 for the present loop t",
        _YAO,
        math.inf,
        high_by_classes=math.log,
        sources=("entropy",),
        derive=weighted_history,
    ),
    _signal(
        "entropy_fluctuation",
        "How much the entropy has varied over the loops; large is what the model cannot settle on.",
        "variance of H_t, H_(t-1), ...",
        _YAO,
        math.inf,
        sources=("entropy",),
        derive=fluctuation,
    ),
    _signal(
        "margin_history",
        "The mean margin of this and earlier loops; small has been uncertain for long.",
        "mean of the margins of the loops t, t-1, ...",
        "Davy and Luz, Active learning with history-based query selection for text categorisation, ECIR 2007",
        1.0,
        sources=("margin",),
        derive=mean_history,
    ),
    _signal(
        "margin_fluctuation",
        "How much the margin has varied over the loops; large is what the model cannot settle on.",
        "variance of the margins of the loops t, t-1, ...",
        _YAO,
        0.25,
        sources=("margin",),
        derive=fluctuation,
    ),
    _signal(
        "prediction_flips",
        "How often the predicted class was another one than the loop before; large is unsettled.",
        "number of i with argmax p_(t-i) unlike argmax p_(t-i-1)",
        "a count of the changes of the model's prediction",
        math.inf,
        dtypes=("<i4",),
        sources=("predicted_class",),
        derive=prediction_flips,
    ),
    _signal(
        "forgetting",
        "How often what is predicted now was predicted before and given up; large is hard to keep in mind.",
        "number of i with argmax p_(t-i-1) = argmax p_t and argmax p_(t-i) unlike it",
        "cf. Toneva et al., An empirical study of example forgetting during deep neural network learning, ICLR 2019",
        math.inf,
        dtypes=("<i4",),
        sources=("predicted_class",),
        derive=forgetting,
    ),
    _signal(
        "label_dispersion",
        "Share of the loops in which the predicted class was not the one that it was most often; large is unsettled.",
        "1 - max_c (number of loops that predict c) / number of loops",
        (
            "Zolfaghari Bengar, Raducanu and van de Weijer, When deep learners change their mind: learning dynamics "
            "for active learning, CAIP 2021"
        ),
        1.0,
        sources=("predicted_class",),
        derive=label_dispersion,
    ),
    _signal(
        "output_discrepancy",
        "How far the probabilities have moved since the last loop; large is where the model is still learning.",
        "|p_t - p_(t-1)|, Euclidean",
        (
            "Huang, Wang, Xiong, Huan and Dou, Semi-supervised active learning with temporal output discrepancy, "
            "ICCV 2021"
        ),
        math.sqrt(2),
        sources=("probabilities",),
        derive=output_discrepancy,
    ),
    _signal(
        "probability_change",
        "How much probability moved from class to class between loops on average; large is unsettled.",
        "mean_i |p_(t-i) - p_(t-i-1)|_1 / 2",
        "total variation distance between the predictions of successive loops",
        1.0,
        sources=("probabilities",),
        derive=probability_change,
    ),
    _signal(
        "dynamics_entropy",
        "Entropy of the mean of the probabilities over the loops, in nats; large is what was uncertain, or contested.",
        "- sum q log q, q = mean_i p_(t-i)",
        "Kye, Choi, Byun and Chang, TiDAL: Learning training dynamics for active learning, ICCV 2023",
        math.inf,
        high_by_classes=math.log,
        sources=("probabilities",),
        derive=dynamics_entropy,
    ),
)
