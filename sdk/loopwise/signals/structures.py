"""What is known of records of many predictions each: sequences of tokens, images with objects.

A user's process computes these numbers and reports one per record; the predictions themselves stay home. Records
differ in length, so predictions come either as one array per record, or end to end in one array, with the records'
lengths beside it. A record of length 0 has the value 0 everywhere: there is nothing in it to be uncertain of.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, as_matrix
from loopwise.signals.definitions import TOLERANCE, ShareLevel, Signal
from loopwise.signals.uncertainty import entropy, margin

Ragged = NDArray[Any] | Sequence[NDArray[Any]]
"""One array per record, or all of them end to end in one array."""

Scores = NDArray[np.floating[Any]]


def mnlp(tokens: Ragged, lengths: NDArray[Any] | None = None) -> NDArray[np.float32]:
    """Maximum normalised log-probability: mean log-probability of the predicted tokens.

    Args:
        tokens: For each record (tokens, classes) probabilities, from which each token's most probable class is taken;
            or (tokens,) natural log-probabilities of the tokens that the model's own decoder predicts.
        lengths: (records,) integers, the numbers of tokens, where `tokens` is one array of all records' tokens.

    Returns:
        (records,), float32, never above 0; small is uncertain. 0 for a record without tokens.

    Raises:
        InvalidInputError: What is no probability or log-probability, or lengths that do not fit.

    Reference: Shen, Yun, Lipton, Kronrod and Anandkumar, Deep active learning for named entity recognition, ICLR 2018.
    """
    logs, counts = _measured(tokens, lengths, _path)
    return _means(logs, counts)


def least_sequence_confidence(tokens: Ragged, lengths: NDArray[Any] | None = None) -> NDArray[np.float32]:
    """What the predicted sequence lacks to certainty: 1 - P(sequence), the product over its tokens.

    It grows with the length, and comes to 1 in long sequences; there `mnlp` still tells them apart.

    Args:
        tokens: As of `mnlp`.
        lengths: As of `mnlp`.

    Returns:
        (records,), float32, in [0, 1]; large is uncertain. 0 for a record without tokens.

    Raises:
        InvalidInputError: As `mnlp`.

    References: Culotta and McCallum, Reducing labeling effort for structured prediction tasks, AAAI 2005; Settles and
    Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008.
    """
    logs, counts = _measured(tokens, lengths, _path)
    return np.asarray(-np.expm1(_reduced(np.add, logs, counts)), np.float32)


def token_entropy(tokens: Ragged, lengths: NDArray[Any] | None = None) -> NDArray[np.float32]:
    """Mean over the tokens of the entropy of their class probabilities, in nats.

    Args:
        tokens: For each record (tokens, classes) probabilities.
        lengths: As of `mnlp`.

    Returns:
        (records,), float32, never below 0; large is uncertain. 0 for a record without tokens.

    Raises:
        InvalidInputError: As `mnlp`.

    Reference: Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008.
    """
    nats, counts = _measured(tokens, lengths, _entropies)
    return _means(nats, counts)


def total_token_entropy(tokens: Ragged, lengths: NDArray[Any] | None = None) -> NDArray[np.float32]:
    """Sum over the tokens of the entropy of their class probabilities, in nats: long sequences tell more.

    Args:
        tokens: For each record (tokens, classes) probabilities.
        lengths: As of `mnlp`.

    Returns:
        (records,), float32, never below 0; large is uncertain. 0 for a record without tokens.

    Raises:
        InvalidInputError: As `mnlp`.

    Reference: Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008.
    """
    nats, counts = _measured(tokens, lengths, _entropies)
    return _reduced(np.add, nats, counts).astype(np.float32)


def detection_uncertainty(
    detections: Ragged, lengths: NDArray[Any] | None = None, aggregate: Literal["sum", "mean", "max"] = "sum"
) -> NDArray[np.float32]:
    """How uncertain the classes of an image's detected objects are: (1 - margin)^2 of each, aggregated.

    The margin is that of one detection's two most probable classes ("1-vs-2").

    Args:
        detections: For each image (detections, classes) probabilities, background left out; a row need not sum to 1.
        lengths: (images,) integers, the numbers of detections, where `detections` is one array of all images'.
        aggregate: The sum prefers images with many objects, the maximum those with one doubtful object, the mean
            those in which all are doubtful.

    Returns:
        (images,), float32, never below 0; large is uncertain. 0 for an image without a detection, so an image in
        which the detector misses everything is never chosen for it: blend it with another strategy.

    Raises:
        InvalidInputError: What is no probability, lengths that do not fit, or another aggregate.

    Reference: Brust, Käding and Denzler, Active learning for deep object detection, VISAPP 2019.
    """
    doubts, counts = _measured(detections, lengths, _doubts)
    if aggregate == "sum":
        return _reduced(np.add, doubts, counts).astype(np.float32)
    if aggregate == "mean":
        return _means(doubts, counts)
    if aggregate == "max":
        return _reduced(np.maximum, doubts, counts).astype(np.float32)
    raise InvalidInputError(f"aggregate is sum, mean or max, not {aggregate!r}.")


def _path(tokens: NDArray[Any]) -> Scores:
    """Log-probability of each token of the predicted path, (tokens,)."""
    if tokens.ndim == 1:
        if tokens.dtype.kind not in "biuf" or tokens.max(initial=0) > TOLERANCE:
            raise InvalidInputError("One number per token is its natural log-probability, which is never above 0.")
        return np.minimum(tokens.astype(np.float64), 0)
    with np.errstate(divide="ignore"):  # a token of probability 0 has the logarithm -inf, and that is refused later
        logs: Scores = np.log(_probabilities(tokens).max(axis=1).astype(np.float64))
    return np.minimum(logs, 0, out=logs)


def _entropies(tokens: NDArray[Any]) -> Scores:
    return entropy(_probabilities(tokens))


def _doubts(detections: NDArray[Any]) -> Scores:
    doubts: Scores = np.square(1 - margin(_probabilities(detections)))
    return doubts


def _probabilities(values: NDArray[Any]) -> NDArray[Any]:
    """The values, once it is sure that they are probabilities, (items, classes); NaN is carried on."""
    P = as_matrix(values, "probabilities of a record")
    if len(P) and (P.min() < -TOLERANCE or P.max() > 1 + TOLERANCE):
        raise InvalidInputError("Probabilities lie between 0 and 1; these are logits, or something else.")
    return P


def _measured(
    items: Ragged, lengths: NDArray[Any] | None, measure: Callable[[NDArray[Any]], Scores]
) -> tuple[Scores, NDArray[np.int64]]:
    """A number for each item of all records, end to end, and how many items each record has."""
    if lengths is not None:
        flat, counts = np.asarray(items), np.asarray(lengths)
        if counts.ndim != 1 or (counts.size and (counts.dtype.kind not in "iu" or counts.min() < 0)):
            raise InvalidInputError("lengths must be integers in one dimension, none below 0.")
        counts = counts.astype(np.int64)
        if flat.ndim == 0 or counts.sum() != len(flat):
            raise InvalidInputError(f"lengths sum to {counts.sum()}, and the array has the shape {flat.shape}.")
        return measure(flat), counts
    arrays = [np.asarray(one) for one in items]
    if any(one.ndim not in (1, 2) for one in arrays):
        raise InvalidInputError("Each record is an array of one or two dimensions, the first of them its items.")
    shapes = {one.shape[1:] for one in arrays if len(one)}
    if len(shapes) > 1:
        raise InvalidInputError("All records are arrays of as many dimensions, and of as many classes.")
    numbers = [measure(chunk) for chunk in _chunks([one for one in arrays if len(one)])]
    counts = np.fromiter((len(one) for one in arrays), np.int64, len(arrays))
    return np.concatenate(numbers) if numbers else np.empty(0), counts


def _chunks(arrays: Sequence[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """The arrays, many short ones at a time: a few calls of NumPy per record would take longer than the work."""
    chunk: list[NDArray[Any]] = []
    held = 0
    for one in arrays:
        chunk.append(one)
        held += one.nbytes
        if held >= BLOCK_BYTES:
            yield np.concatenate(chunk)
            chunk, held = [], 0
    if chunk:
        yield np.concatenate(chunk)


def _reduced(operation: np.ufunc, numbers: Scores, counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each record's numbers reduced to one, (records,); 0 where there are none."""
    results = np.zeros(len(counts))
    starts = np.cumsum(counts) - counts
    filled = counts > 0
    if filled.any():
        results[filled] = operation.reduceat(numbers, starts[filled], dtype=np.float64)
    return results


def _means(numbers: Scores, counts: NDArray[np.int64]) -> NDArray[np.float32]:
    return np.asarray(_reduced(np.add, numbers, counts) / np.maximum(counts, 1), np.float32)


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="mnlp",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How sure the model is of a sequence, per token; small is uncertain.",
        formula="mean over the predicted tokens of log p; 0 without tokens",
        source=(
            "Shen, Yun, Lipton, Kronrod and Anandkumar, Deep active learning for named entity recognition, ICLR 2018"
        ),
        low=-math.inf,
        high=0.0,
    ),
    Signal(
        name="least_sequence_confidence",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the predicted sequence is from certain; large is uncertain.",
        formula="1 - product over the predicted tokens of p; 0 without tokens",
        source="Culotta and McCallum, Reducing labeling effort for structured prediction tasks, AAAI 2005",
        low=0.0,
        high=1.0,
    ),
    Signal(
        name="token_entropy",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How uncertain the tokens of a sequence are on average, in nats; large is uncertain.",
        formula="mean over the tokens of - sum p log p; 0 without tokens",
        source="Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="total_token_entropy",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How uncertain the tokens of a sequence are together, in nats; large is uncertain.",
        formula="sum over the tokens of - sum p log p; 0 without tokens",
        source="Settles and Craven, An analysis of active learning strategies for sequence labeling tasks, EMNLP 2008",
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="detection_uncertainty",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How uncertain the classes of an image's detected objects are; large is uncertain.",
        formula="sum, mean or maximum over the detections of (1 - (p_(1) - p_(2)))^2; 0 without detections",
        source="Brust, Käding and Denzler, Active learning for deep object detection, VISAPP 2019",
        low=0.0,
        high=math.inf,
    ),
)
