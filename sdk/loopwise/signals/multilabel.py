"""What is known of records that have several labels each. Pure functions, float32 out, memory bounded by a block."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal

THRESHOLD = 0.5
"""A label is predicted where its probability is above."""


def label_margin(label_probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Margin of the label about which the model is least sure: min |2p - 1| over the labels.

    Each label is a question of its own, yes or no (binary relevance), and |2p - 1| is the lead of its answer.

    Args:
        label_probabilities: (rows, labels), real, each in [0, 1].

    Returns:
        (rows,), float32, in [0, 1]; small is uncertain.

    Reference: Brinker, On active learning in multi-label classification, 2006.
    """
    P = as_matrix(label_probabilities, "label probabilities")
    least = np.empty(len(P), np.float32)
    for rows in row_blocks(P):
        columns = np.array(P[rows].T, np.float32, order="C")  # minima over columns are far faster than over short rows
        columns -= 0.5
        np.abs(columns, out=columns)
        np.multiply(columns.min(axis=0), 2, out=least[rows])
    return np.minimum(least, 1, out=least)


def mean_label_entropy(label_probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """Mean over the labels of the binary entropy - p log p - (1 - p) log(1 - p), in nats.

    Args:
        label_probabilities: (rows, labels), real, each in [0, 1].

    Returns:
        (rows,), float32, in [0, log 2]; large is uncertain.

    Reference: Shannon, A mathematical theory of communication, 1948, of each label.
    """
    P = as_matrix(label_probabilities, "label probabilities")
    nats = np.empty(len(P), np.float32)
    minus_shares = np.full(P.shape[1], -1 / P.shape[1], np.float32)
    tiny = np.finfo(np.float32).tiny
    for rows in row_blocks(P):
        yes = np.clip(P[rows].astype(np.float32, order="C"), 0, 1)
        no = 1 - yes
        terms = yes * np.log(np.maximum(yes, tiny)) + no * np.log(np.maximum(no, tiny))
        np.matmul(terms, minus_shares, out=nats[rows])
    return np.maximum(nats, 0, out=nats)  # -0.0 where all labels are certain


def label_cardinality(label_probabilities: NDArray[Any]) -> NDArray[np.float32]:
    """How many labels the model predicts: those with a probability above one half.

    Args:
        label_probabilities: (rows, labels), real, each in [0, 1].

    Returns:
        (rows,), float32: whole numbers, 0 .. labels; NaN where a probability is.

    Reference: Li and Guo, Active learning with multi-label SVM classification, IJCAI 2013.
    """
    P = as_matrix(label_probabilities, "label probabilities")
    predicted = np.empty(len(P), np.float32)
    ones = np.ones(P.shape[1], np.float32)
    for rows in row_blocks(P):
        # A comparison would hide NaN; the step of NaN is NaN.
        steps = np.heaviside(P[rows].astype(np.float32, order="C") - np.float32(THRESHOLD), np.float32(0))
        np.matmul(steps, ones, out=predicted[rows])
    return predicted


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="label_probabilities",
        level=ShareLevel.PROBABILITIES,
        dtypes=("<f4",),
        meaning="The model's probability of each label, where a record may have several labels or none.",
        formula="p_1 ... p_L, each in [0, 1]; they need not sum to 1",
        source="the user's model",
        low=0.0,
        high=1.0,
        vector=True,
    ),
    Signal(
        name="label_margin",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How sure the model is of the label about which it is least sure; small is uncertain.",
        formula="min over the labels of |2p - 1|",
        source="Brinker, On active learning in multi-label classification, 2006",
        low=0.0,
        high=1.0,
        sources=("label_probabilities",),
        derive=label_margin,
    ),
    Signal(
        name="mean_label_entropy",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How uncertain the labels are on the whole, in nats; large is uncertain.",
        formula="mean over the labels of - p log p - (1 - p) log(1 - p)",
        source="Shannon, A mathematical theory of communication, 1948, of each label",
        low=0.0,
        high=math.log(2),
        sources=("label_probabilities",),
        derive=mean_label_entropy,
    ),
    Signal(
        name="label_cardinality",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How many labels the record has, as the model predicts.",
        formula="number of labels with p > 1/2",
        source="Li and Guo, Active learning with multi-label SVM classification, IJCAI 2013",
        low=0.0,
        high=math.inf,
        sources=("label_probabilities",),
        derive=label_cardinality,
    ),
)
