from __future__ import annotations

import numpy as np
import pytest

from loopwise.privacy import Ledger, Projection, columns_to_share
from loopwise.signals import SIGNALS, Column, ShareLevel, SignalSet


def distances(E: np.ndarray) -> np.ndarray:
    E = E.astype(np.float64)
    return np.asarray(np.linalg.norm(E[:, None] - E[None], axis=2))


def test_few_features_keep_their_distances(rng_seed: int = 0) -> None:
    E = np.random.default_rng(rng_seed).normal(size=(50, 10))
    sketch = Projection(b"s").sketch(E)
    assert sketch.shape == (50, 10)
    ratio = distances(sketch) / np.where(distances(E) > 0, distances(E), 1)
    off_diagonal = ratio[~np.eye(50, dtype=bool)]
    assert off_diagonal.std() / off_diagonal.mean() < 1e-3  # float16


def test_many_features_keep_their_distances_roughly() -> None:
    E = np.random.default_rng(1).normal(size=(50, 1000))
    sketch = Projection(b"s").sketch(E)
    assert sketch.shape == (50, 64)
    off_diagonal = (distances(sketch) / np.where(distances(E) > 0, distances(E), 1))[~np.eye(50, dtype=bool)]
    assert off_diagonal.std() / off_diagonal.mean() < 3 / np.sqrt(2 * 64)


def test_the_secret_governs_the_sketch() -> None:
    E = np.random.default_rng(2).normal(size=(5, 8))
    np.testing.assert_array_equal(Projection(b"a").sketch(E), Projection(b"a").sketch(E))
    assert not np.allclose(Projection(b"a").sketch(E), Projection(b"b").sketch(E))


def test_a_large_offset_does_not_cost_the_resolution() -> None:
    E = np.random.default_rng(3).normal(size=(40, 6))
    sketch = Projection(b"s").sketch(E + 10_000)
    off_diagonal = (distances(sketch) / np.where(distances(E) > 0, distances(E), 1))[~np.eye(40, dtype=bool)]
    assert off_diagonal.std() / off_diagonal.mean() < 0.02


@pytest.mark.parametrize("E", [np.zeros((4, 3)), np.ones((4, 1)), np.eye(3, dtype=np.int64), np.full((1, 2), 1e-30)])
def test_odd_embeddings_have_finite_sketches(E: np.ndarray) -> None:
    assert np.isfinite(Projection(b"s").sketch(E)).all()


def signals() -> SignalSet:
    P = np.array([[0.25, 0.75], [0.5, 0.5]], dtype=np.float32)
    return SignalSet({"probabilities": Column(P), "sketch": Column(np.eye(2, dtype=np.float16))}, 2)


def test_each_level_lets_only_its_signals_out() -> None:
    scores = columns_to_share(signals(), ShareLevel.SCORES)
    assert set(scores) >= {"margin", "entropy", "least_confidence", "predicted_class", "density"}
    assert all(SIGNALS[name].level == ShareLevel.SCORES for name in scores)
    assert set(columns_to_share(signals(), ShareLevel.PROBABILITIES)) == {"probabilities", "density"}
    assert set(columns_to_share(signals(), ShareLevel.EMBEDDINGS)) == {"probabilities", "sketch"}


def test_a_reported_signal_leaves_although_it_could_be_derived() -> None:
    P = np.array([[0.25, 0.75], [0.5, 0.5]], dtype=np.float32)
    mine = SignalSet({"probabilities": Column(P), "margin": Column(np.array([0.1, 0.2], np.float32))}, 2)
    assert set(columns_to_share(mine, ShareLevel.EMBEDDINGS)) == {"probabilities", "margin"}


def test_the_ledger_adds_up() -> None:
    ledger = Ledger()
    ledger.add(0, "sketch", 10)
    ledger.add(1, "probabilities", 5)
    ledger.add(1, "labels", 2)
    assert ledger.by_loop() == {0: 10, 1: 7}
    assert ledger.by_kind() == {"labels": 2, "probabilities": 5, "sketch": 10}
    assert ledger.total == 17
