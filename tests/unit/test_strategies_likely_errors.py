"""What the error model is told of a record, against a plain transcription; and what is done with what it says."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import rankdata

from loopwise.signals.columns import Positions
from loopwise.strategies import Pool, get_strategy, likely_errors
from loopwise.strategies.facility import cover_in_turn
from loopwise.strategies.likely_errors import INPUTS, ErrorModel, error_model, record_inputs, standing_in
from tests.pools import Floats, pool_of
from tests.unit.test_strategies_facility import greedy

RNG = np.random.default_rng


def made(rows: int, classes: int = 3, seed: int = 0) -> tuple[Floats, Floats]:
    rng = RNG(seed)
    return rng.normal(size=(rows, 4)).astype(np.float32), rng.dirichlet(np.ones(classes), rows).astype(np.float32)


def model_of(name: str) -> ErrorModel:
    """One that goes by one input alone."""
    hidden = np.zeros((len(INPUTS), 1))
    hidden[list(INPUTS).index(name)] = 1
    nothing, one = np.zeros(len(INPUTS)), np.ones(len(INPUTS))
    return ErrorModel(nothing, one, hidden, np.zeros(1), np.ones(1), np.array(0.0))


@pytest.mark.parametrize("labeled", [0, 15])
def test_inputs_are_what_they_are_said_to_be(labeled: int) -> None:
    E, P = made(80)
    rows = np.array([3, 1, 40])
    found = record_inputs(pool_of(labeled, sketch=E, probabilities=P), rows, RNG(0))

    known, E, P = E[:labeled], E[labeled:], P[labeled:].astype(np.float64)
    ordered, predicted = np.sort(P, axis=1), P.argmax(axis=1)
    unsure, entropy = 1 - (ordered[:, -1] - ordered[:, -2]), -(P * np.log(P)).sum(axis=1)
    distances = cdist(E, E)
    s = np.median(np.sort(distances, axis=1)[:, 1])
    k1, k2 = (np.exp(-((distances / w / s) ** 2) / 2) for w in (1, 2))
    apart = cdist(E, known).min(axis=1) if labeled else np.full(len(E), np.inf)
    for kernel in (k1, k2):
        np.fill_diagonal(kernel, 0)
    for inputs, row in zip(found, rows, strict=True):
        same = predicted == predicted[row]

        def mean(values: Floats, kernel: Floats, row: int = row) -> float:
            return float((kernel[row] @ values + 1e-3 * values.mean()) / (kernel[row].sum() + 1e-3))

        expected = {
            "uncertainty": unsure[row],
            "uncertainty_rank": np.mean(unsure < unsure[row]),
            "entropy": entropy[row],
            "entropy_rank": np.mean(entropy < entropy[row]),
            "beside_uncertainty": mean(unsure, k1),
            "around_uncertainty": mean(unsure, k2),
            "beside_entropy": mean(entropy, k1),
            "beside_same": mean(same, k1),
            "around_same": mean(same, k2),
            "beside_labeled": np.exp(-((apart[row] / s) ** 2) / 2),
            "around_labeled": np.exp(-((apart[row] / s / 2) ** 2) / 2),
            "labeled_rank": np.mean(apart < apart[row]),
            "density_rank": np.mean(k2.sum(axis=1) < k2[row].sum()),
            "class_share": same.mean(),
            "mean_uncertainty": unsure.mean(),
            "mean_entropy": entropy.mean(),
            "labels": np.log1p(labeled),
            "classes": np.log(3),
        }
        assert dict(zip(INPUTS, inputs, strict=True)) == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_a_record_is_told_of_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same of a few as of many, from the same sample."""
    monkeypatch.setattr(likely_errors, "SAMPLE", 50)
    monkeypatch.setattr(likely_errors, "_BLOCK", 64)
    E, P = made(300, classes=20)
    E[:150] = E[150:]  # copies
    pool = pool_of(30, sketch=E, probabilities=P)
    of_all = record_inputs(pool, np.arange(270), RNG(0))
    np.testing.assert_allclose(record_inputs(pool, np.array([7, 200]), RNG(0)), of_all[[7, 200]], atol=1e-4)


@pytest.mark.parametrize("rows", [1, 2, 6])
def test_copies_and_loners_are_told_of_in_finite_numbers(rows: int) -> None:
    P = np.tile(np.array([[0.5, 0.5]], np.float32), (rows + 1, 1))
    for labeled in (0, 1):
        pool = pool_of(labeled, sketch=np.ones((rows + labeled, 3), np.float32), probabilities=P[: rows + labeled])
        assert np.isfinite(record_inputs(pool, np.arange(rows), RNG(0))).all()


@pytest.mark.parametrize("labeled", [0, 25])
def test_the_best_by_three_ranks_are_covered_by_how_likely_they_are_wrong(labeled: int) -> None:
    E, P = made(150, seed=1)
    pool = pool_of(labeled, sketch=E, probabilities=P)
    with standing_in(model_of("around_uncertainty")):
        batch = get_strategy("likely_errors").select(pool, 15, RNG(0))
        wrong = error_model().probabilities(record_inputs(pool, np.arange(150 - labeled), RNG(0)))
    known, E = E[:labeled], E[labeled:]
    ordered = np.sort(P[labeled:].astype(np.float64), axis=1)
    directions = E / np.linalg.norm(E, axis=1, keepdims=True)
    value = (
        rankdata(ordered[:, -2] - ordered[:, -1]) + rankdata(wrong) + rankdata((directions @ directions.T).mean(1)) / 2
    )
    kept = np.argsort(-value, kind="stable")[: math.ceil(0.4 * len(E))]
    assert (batch - labeled).tolist() == kept[greedy(E[kept], wrong[kept], known, 15)].tolist()


def test_a_large_batch_is_covered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What must be chosen is not all that is looked at."""
    monkeypatch.setattr(likely_errors, "CANDIDATES", 50)
    E, P = made(1000)
    seen: list[int] = []

    def spy(pool: Pool, positions: Positions, *rest: Any) -> Positions:
        seen.append(len(positions))
        return cover_in_turn(pool, positions, *rest)

    monkeypatch.setattr(likely_errors, "cover_in_turn", spy)
    sizes = (5, 100, 300)
    for size in sizes:
        get_strategy("likely_errors").select(pool_of(0, sketch=E, probabilities=P), size, RNG(0))
    assert all(count >= size + 50 for count, size in zip(seen, sizes, strict=True))
    assert len(seen) == 3


def test_the_model_that_comes_with_loopwise_knows_more_than_chance() -> None:
    """An uncertain record among uncertain ones is likelier wrong than a certain one among certain ones of its class."""
    E, P = made(440, classes=2)
    certain = np.arange(440) % 2 == 0
    E[certain] += 30
    P[certain] = [0.99, 0.01]
    P[~certain] = np.column_stack([x := RNG(1).uniform(0.4, 0.6, 220), 1 - x])
    wrong = error_model().probabilities(record_inputs(pool_of(40, sketch=E, probabilities=P), np.arange(400), RNG(0)))
    assert ((wrong > 0) & (wrong < 1)).all()
    assert np.quantile(wrong[certain[40:]], 0.9) < np.quantile(wrong[~certain[40:]], 0.1)
    assert 2 * np.median(wrong[certain[40:]]) < np.median(wrong[~certain[40:]])


def test_a_stand_in_stands_in_for_so_long() -> None:
    shipped, other = error_model(), model_of("labels")
    with standing_in(other):
        assert error_model() is other
    assert error_model() is shipped
