"""Facility location and refine against plain greedy transcriptions, and their bounds."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.stats import rankdata

from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool, facility, get_strategy
from loopwise.strategies.samples import draw_rows
from tests.pools import Floats, pool_of


def gains(E: Floats, weights: Floats, covered: Floats, similarity: Floats) -> Floats:
    return np.array([float(weights @ np.maximum(similarity[row] - covered, 0)) for row in range(len(E))])


def similarities(E: Floats, labeled: Floats, scale: float | None) -> tuple[Floats, Floats]:
    """Of all to each other, and of each to the labeled record nearest to it."""
    distances = cdist(E, E)
    scale = float(np.median(np.sort(distances, axis=1)[:, 1])) if scale is None else scale
    covered = np.exp(-(cdist(E, labeled) ** 2) / (2 * scale**2)).max(axis=1) if len(labeled) else np.zeros(len(E))
    return np.exp(-(distances**2) / (2 * scale**2)), covered


def greedy(E: Floats, weights: Floats, labeled: Floats, size: int) -> list[int]:
    """Each time the record that adds most to the weighted similarity of all to their most similar representative."""
    similarity, covered = similarities(E, labeled, None)
    chosen: list[int] = []
    for _ in range(size):
        adds = gains(E, weights, covered, similarity)
        adds[chosen] = -1
        chosen.append(int(np.argmax(adds)))
        covered = np.maximum(covered, similarity[chosen[-1]])
    return chosen


def made(rows: int, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.ones(4), rows).astype(np.float32)
    ordered = np.sort(P.astype(np.float64), axis=1)
    return rng.normal(size=(rows, 3)).astype(np.float32), P, ordered[:, -1] - ordered[:, -2]


@pytest.mark.parametrize("labeled", [0, 25])
def test_facility_location_is_the_plain_greedy(labeled: int) -> None:
    E, P, margin = made(120)
    batch = get_strategy("facility_location").select(
        pool_of(labeled, sketch=E, probabilities=P), 20, np.random.default_rng(0)
    )
    expected = greedy(E[labeled:], (1 - margin[labeled:]) ** 2, E[:labeled], 20)
    assert (batch - labeled).tolist() == expected


@pytest.mark.parametrize("labeled", [0, 25])
def test_refine_covers_the_best_by_three_ranks(labeled: int) -> None:
    E, P, margin = made(150, seed=1)
    batch = get_strategy("refine").select(pool_of(labeled, sketch=E, probabilities=P), 15, np.random.default_rng(0))
    E_open, P_open = E[labeled:].astype(np.float64), P[labeled:].astype(np.float64)
    units = E_open / np.linalg.norm(E_open, axis=1, keepdims=True)
    value: NDArray[np.floating] = rankdata(-margin[labeled:]) + rankdata(-(P_open * np.log(P_open)).sum(axis=1))
    value = value + rankdata((units @ units.T).mean(axis=1)) / 2
    kept = np.argsort(-value, kind="stable")[: int(np.ceil(0.4 * len(value)))]
    expected = kept[greedy(E_open[kept], (1 - margin[labeled:][kept]) ** 2, E[:labeled], 15)]
    assert (batch - labeled).tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["max_herding", "uncertainty_herding"])
@pytest.mark.parametrize("labeled", [0, 25, 4, 90])
def test_herding_covers_the_pool_in_a_radius_that_labels_shrink(name: str, labeled: int) -> None:
    E, P, margin = made(120, seed=2)
    batch = get_strategy(name).select(pool_of(labeled, sketch=E, probabilities=P), 20, np.random.default_rng(0))
    neighbour = np.median(np.sort(cdist(E[labeled:], E[labeled:]), axis=1)[:, 1])
    radius = 2 * neighbour
    if labeled:
        radius = max(np.median(cdist(E[labeled:], E[:labeled]).min(axis=1)), neighbour)
    weights = (np.ones(120) if name == "max_herding" else 1 - margin)[labeled:]
    similarity, covered = similarities(E[labeled:], E[:labeled], radius)
    assert (radius > neighbour) == (labeled < 90)
    assert len(set(batch.tolist())) == 20
    for row in batch - labeled:  # of two that add the same, which is common without weights, either will do
        adds = gains(E[labeled:], weights, covered, similarity)
        assert adds[row] == pytest.approx(adds.max(), rel=1e-4)
        covered = np.maximum(covered, similarity[row])


@pytest.mark.parametrize("name", ["max_herding", "refine"])
@pytest.mark.parametrize("labeled", [0, 10])
def test_the_unit_of_embeddings_does_not_matter_even_among_copies(name: str, labeled: int) -> None:
    rng = np.random.default_rng(3)
    E = np.concatenate([rng.normal(size=(10, 64)), np.repeat(rng.normal(size=(60, 64)), 2, axis=0)]).astype(np.float32)
    P = rng.dirichlet(np.ones(3), len(E)).astype(np.float32)
    chosen = [
        get_strategy(name).select(pool_of(labeled, sketch=unit * E, probabilities=P), 8, np.random.default_rng(0))
        for unit in (np.float32(2**-10), np.float32(1), np.float32(2**10))
    ]
    if name == "max_herding" and labeled:  # without labels, or by neighbours alone, there is nothing to measure by
        assert chosen[0].tolist() == chosen[1].tolist() == chosen[2].tolist()
    for batch in chosen:
        assert len(np.unique(E[batch], axis=0)) == 8


def test_of_many_labeled_records_those_from_all_over_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is thinned out of the labeled records stands for all of them, not for the first ones."""
    monkeypatch.setattr(facility, "CANDIDATES", 100)
    rng = np.random.default_rng(0)
    here, there = rng.normal(size=(1000, 2)), rng.normal(size=(1000, 2)) + 100
    far = rng.normal(size=(40, 2)) + np.array([0, 100])
    E = np.concatenate([here, there, far, rng.normal(size=(40, 2)) + 100]).astype(np.float32)
    signals = SignalSet({"sketch": Column(E), "margin": Column(np.zeros(len(E), np.float32))}, len(E))
    pool = Pool(np.arange(2000, len(E)), np.arange(2000), signals)
    batch = get_strategy("facility_location").select(pool, 5, np.random.default_rng(0))
    assert (batch < 2040).sum() >= 4  # not beside the second half of the labels


def test_a_batch_larger_than_what_is_covered_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facility, "CANDIDATES", 20)
    E, P, _ = made(100)
    for name in ("facility_location", "refine", "max_herding", "uncertainty_herding"):
        batch = get_strategy(name).select(pool_of(10, sketch=E, probabilities=P), 90, np.random.default_rng(0))
        assert sorted(batch.tolist()) == list(range(10, 100))


def test_herding_represents_some_of_many_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facility, "_REPRESENTED", 40)
    E, _, _ = made(120, seed=2)
    batch = get_strategy("max_herding").select(pool_of(0, sketch=E), 5, np.random.default_rng(0))
    distances = cdist(E, E[draw_rows(120, 120, np.random.default_rng(0))[:40]])
    radius = 2 * np.median(np.sort(distances, axis=0)[1])
    similarity, covered = np.exp(-(distances**2) / (2 * radius**2)), np.zeros(40)
    for row in batch:
        adds = gains(E, np.ones(40), covered, similarity)
        assert adds[row] == pytest.approx(adds.max(), rel=1e-4)
        covered = np.maximum(covered, similarity[row])


def test_what_counts_nothing_is_not_represented_before_what_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facility, "_REPRESENTED", 40)
    E, P, _ = made(1000, seed=4)
    unsure = np.arange(1000) % 25 == 3
    P[~unsure] = [1, 0, 0, 0]
    batch = get_strategy("uncertainty_herding").select(
        pool_of(0, sketch=E, probabilities=P), 5, np.random.default_rng(0)
    )
    E, weights = (
        E.astype(np.float64),
        unsure * (1 - np.diff(np.sort(P.astype(np.float64), axis=1)[:, -2:], axis=1)[:, 0]),
    )
    distances = cdist(E[unsure], E)
    np.testing.assert_array_less(0, weights[unsure])
    radius = 2 * np.median(np.sort(distances, axis=1)[:, 1])
    similarity, covered = np.exp(-(distances.T**2) / (2 * radius**2)), np.zeros(unsure.sum())
    for row in batch:  # the 40 that are represented are all that count
        adds = gains(E, weights[unsure], covered, similarity)
        assert adds[row] == pytest.approx(adds.max(), rel=1e-3)
        covered = np.maximum(covered, similarity[row])
