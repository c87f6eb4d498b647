"""Sequences and images with objects: their signals record by record, and the strategies that take them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import entropy as scipy_entropy

from loopwise.errors import InvalidInputError
from loopwise.signals import (
    SIGNALS,
    Column,
    SignalSet,
    detection_uncertainty,
    least_sequence_confidence,
    mnlp,
    token_entropy,
    total_token_entropy,
)
from loopwise.strategies import Pool, get_strategy

Matrix = NDArray[Any]
Measure = Callable[..., NDArray[np.float32]]


def ragged(lengths: list[int], classes: int = 5, seed: int = 0, dtype: Any = np.float32) -> list[Matrix]:
    rng = np.random.default_rng(seed)
    return [rng.dirichlet(np.full(classes, 0.4), length).astype(dtype) for length in lengths]


def plain_mnlp(P: Matrix) -> float:
    return sum(math.log(max(row)) for row in P.tolist()) / len(P)


def plain_least_confidence(P: Matrix) -> float:
    return 1 - float(np.prod(P.astype(np.float64).max(axis=1)))


def plain_token_entropy(P: Matrix) -> float:
    return float(scipy_entropy(P.astype(np.float64), axis=1).mean())


def plain_total(P: Matrix) -> float:
    return float(scipy_entropy(P.astype(np.float64), axis=1).sum())


def plain_detections(P: Matrix) -> list[float]:
    leads = [sorted(row)[-1] - sorted([*row, 0.0])[-2] for row in P.tolist()]
    return [(1 - lead) ** 2 for lead in leads]


SEQUENCES: list[tuple[Measure, Callable[[Matrix], float]]] = [
    (mnlp, plain_mnlp),
    (least_sequence_confidence, plain_least_confidence),
    (token_entropy, plain_token_entropy),
    (total_token_entropy, plain_total),
    (detection_uncertainty, lambda P: sum(plain_detections(P))),
]
MEASURES = [measure for measure, _ in SEQUENCES]

LENGTHS = [
    [],
    [0],
    [3],
    [0, 0, 4, 0, 1, 7, 0],
    [1, 0, 0, 12, 2],
    np.random.default_rng(1).integers(0, 40, 400).tolist(),
    [20_000, 0, 3, 30_000, 2],  # more than one chunk
]


@pytest.mark.parametrize(("measure", "plain"), SEQUENCES)
@pytest.mark.parametrize("lengths", LENGTHS)
def test_record_by_record(measure: Measure, plain: Callable[[Matrix], float], lengths: list[int]) -> None:
    records = ragged(lengths, classes=7)
    before = [one.copy() for one in records]
    values = measure(records)
    expected = [plain(one) if len(one) else 0.0 for one in records]
    np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-6)
    assert values.dtype == np.float32
    assert SIGNALS[measure.__name__].check(values) is None
    for one, other in zip(records, before, strict=True):
        np.testing.assert_array_equal(one, other)
    flat = np.concatenate([*records, np.empty((0, 7), np.float32)])
    np.testing.assert_array_equal(measure(flat, np.array(lengths, np.int64)), values)


@pytest.mark.parametrize("measure", MEASURES)
def test_dtypes_and_layouts(measure: Measure) -> None:
    records = ragged([4, 0, 9], dtype=np.float64)
    expected = measure(records)
    np.testing.assert_array_equal(measure([np.asfortranarray(one) for one in records]), expected)
    np.testing.assert_allclose(measure([one.astype(np.float16) for one in records]), expected, atol=0.02)
    np.testing.assert_array_equal(measure([*records[:1], np.array([]), *records[2:]]), expected)
    same = np.stack(ragged([6, 6, 6]))
    np.testing.assert_array_equal(measure(same), measure(list(same)))
    np.testing.assert_allclose(measure(np.eye(3, dtype=np.int64), np.array([1, 2])), 0, atol=1e-7)


@pytest.mark.parametrize("measure", [mnlp, least_sequence_confidence])
def test_log_probabilities_of_the_path_will_do(measure: Measure) -> None:
    records = ragged([4, 0, 9, 1], dtype=np.float64)
    logs = [np.log(one.max(axis=1)) for one in records]
    np.testing.assert_allclose(measure(logs), measure(records), atol=1e-7)
    np.testing.assert_allclose(measure(np.concatenate(logs), np.array([4, 0, 9, 1])), measure(records), atol=1e-7)
    # A path may be better than the most probable tokens one by one: its own log-probabilities count.
    np.testing.assert_allclose(mnlp([np.log([0.5, 0.125])]), [np.log(0.25)], rtol=1e-6)
    with pytest.raises(InvalidInputError, match="never above 0"):
        measure([np.array([0.5, 0.9])])


def test_small_doubts_in_a_sequence_are_not_lost() -> None:
    """1 - P loses to rounding what expm1 keeps."""
    np.testing.assert_allclose(least_sequence_confidence([np.full(10, -1e-18)]), [1e-17], rtol=1e-6)


@pytest.mark.parametrize("aggregate", ["sum", "mean", "max"])
def test_detections(aggregate: Literal["sum", "mean", "max"]) -> None:
    images = ragged([3, 0, 1, 20], classes=4)
    images[0] /= 3  # with background left out, rows need not sum to 1
    plain = {"sum": sum, "mean": np.mean, "max": max}[aggregate]
    expected = [float(plain(plain_detections(one))) if len(one) else 0.0 for one in images]  # type: ignore[operator]
    np.testing.assert_allclose(detection_uncertainty(images, aggregate=aggregate), expected, rtol=1e-5, atol=1e-7)


def test_detections_of_one_class_are_doubtful_where_their_score_is_low() -> None:
    np.testing.assert_allclose(detection_uncertainty([np.array([[0.9], [0.5]])]), [0.01 + 0.25], rtol=1e-5)


def test_another_aggregate_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="'median'"):
        detection_uncertainty(ragged([2]), aggregate="median")  # type: ignore[arg-type]


@pytest.mark.parametrize("measure", MEASURES)
def test_nan_is_never_hidden(measure: Measure) -> None:
    records = ragged([3, 4, 0, 2])
    records[1][2, 3] = np.nan
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(measure(records))), [1])


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("items", "lengths", "words"),
    [
        ([np.ones((2, 3)) * 2], None, "between 0 and 1"),
        ([np.array([[-3.0, 4.0]])], None, "between 0 and 1"),
        ([np.ones((2, 3)) / 3, np.ones((2, 4)) / 4], None, "as many classes"),
        ([np.ones((2, 3)) / 3, -np.ones(2)], None, "as many"),
        ([np.float64(1.0)], None, "dimensions"),
        ([np.array([["a"]])], None, "real numbers"),
        (np.ones((4, 2)) / 2, np.array([1, 2]), "sum to 3"),
        (np.ones((4, 2)) / 2, np.array([5, -1]), "none below 0"),
        (np.ones((4, 2)) / 2, np.array([1.0, 3.0]), "integers"),
        (np.ones((4, 2)) / 2, np.array([[1, 3]]), "one dimension"),
    ],
)
def test_what_is_wrong_is_named(measure: Measure, items: Any, lengths: Any, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        measure(items, lengths)


def test_a_path_of_probability_zero_is_refused_as_a_signal() -> None:
    values = mnlp([np.zeros((2, 3)), np.eye(3)])
    fault = SIGNALS["mnlp"].check(values)
    assert fault is not None
    assert fault[0] == 0


@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("mnlp", "small"),
        ("least_sequence_confidence", "large"),
        ("token_entropy", "large"),
        ("total_token_entropy", "large"),
        ("detection_uncertainty", "large"),
    ],
)
def test_strategies_take_the_uncertain(name: str, best: str) -> None:
    measure = next(one for one in MEASURES if one.__name__ == name)
    records = ragged(np.random.default_rng(2).integers(1, 6, 60).tolist(), classes=3)
    records[17] = np.full((9, 3), 1 / 3)  # nothing is more uncertain, token by token and in all
    records[23] = np.eye(3)
    values = measure(records)
    order = np.argsort(values if best == "small" else -values, kind="stable")
    pool = Pool(np.arange(60), np.arange(0), SignalSet({name: Column(values)}, 60))
    batch = get_strategy(name).select(pool, 60, np.random.default_rng(0))
    np.testing.assert_array_equal(values[batch], values[order])
    assert batch[0] == 17
    assert batch[-1] == 23
