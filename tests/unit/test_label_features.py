from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from loopwise.label_features import LABEL_FEATURES, label_features

LABELS = np.array([0, 0, 2, 2, 2, 1])


def test_counts_by_hand() -> None:
    found = label_features(LABELS, classes=4)
    entropy = -(2 * math.log(2 / 6) + 3 * math.log(3 / 6) + math.log(1 / 6) * 1) / 6
    assert found == pytest.approx(
        {
            "classes_seen": 0.75,
            "label_balance": entropy / math.log(4),
            "commonest_share": 0.5,
            "rarest_share": 1 / 6,
        }
    )


def test_neighbours_agree_where_classes_lie_apart() -> None:
    line = np.array([[0.0], [1.0], [10.0], [11.0], [12.5], [3.0]])  # the last one's neighbour has another label
    assert label_features(LABELS, 3, line)["neighbour_agreement"] == pytest.approx(5 / 6)
    far = line.astype(np.float16) + np.float16(1000)
    assert label_features(LABELS, 3, far)["neighbour_agreement"] == pytest.approx(5 / 6)


def test_neighbours_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 8)), rng.integers(0, 3, 300)
    nearest = NearestNeighbors(n_neighbors=2).fit(X).kneighbors(X, return_distance=False)[:, 1]
    assert label_features(y, 3, X)["neighbour_agreement"] == pytest.approx(np.mean(y[nearest] == y))


def test_of_a_large_matrix_only_a_sample_is_read() -> None:
    rng = np.random.default_rng(0)
    labeled, y = np.arange(0, 40_000, 4), rng.integers(0, 3, 10_000)
    pool = rng.normal(size=(40_000, 3)).astype(np.float32)
    read: list[int] = []

    class Watched(np.ndarray):
        def __getitem__(self, rows: Any) -> Any:
            taken = np.asarray(self)[rows]
            read.append(len(taken))
            return taken

    found = label_features(y, 3, pool.view(Watched), labeled)

    assert read == [1000]
    assert found == label_features(y, 3, pool[labeled])


@pytest.mark.parametrize(("labels", "classes"), [([], 3), ([0, 0], 1)])
def test_nothing_can_be_said_of_no_labels_or_no_classes(labels: list[int], classes: int) -> None:
    assert label_features(np.array(labels, np.int64), classes) == {}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(6, 9))
def test_all_are_shares(labels: list[int], classes: int) -> None:
    y = np.array(labels)
    found = label_features(y, classes, np.zeros((len(y), 2)))
    assert set(found) <= set(LABEL_FEATURES)
    assert all(0 <= value <= 1 for value in found.values())
