"""The balance of classes and groups against plain transcriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import chisquare

from loopwise.errors import InvalidInputError
from loopwise.strategies.classes import ClassBalancedMargin, ClassBoundaries, RarestClass, TargetClasses, TargetGroups
from tests.pools import Floats, pool_of

Groups = NDArray[Any]


def imbalanced(rows: int = 400) -> tuple[Groups, Floats]:
    """Groups of very different size, not all of which are there, and margins."""
    rng = np.random.default_rng(0)
    groups = rng.choice([0, 1, 2, 5, 9], rows, p=[0.7, 0.2, 0.05, 0.03, 0.02]).astype(np.int32)
    return groups, rng.random(rows).astype(np.float32)


def plain_proportions(
    groups: Groups, margins: Floats, size: int, labeled: int = 0, target: Mapping[int, float] | None = None
) -> list[int]:
    """One record after the other, each of the group that is furthest behind; the first records are labeled."""
    have = Counter(groups[:labeled].tolist())
    left = set(range(labeled, len(groups)))
    batch: list[int] = []
    while len(batch) < size:

        def urgency(row: int) -> tuple[float, float]:
            group = int(groups[row])
            weight = 1.0 if target is None else target.get(group, 0.0)
            return (have[group] + 0.5) / weight if weight else np.inf, float(margins[row])

        best = min(left, key=urgency)
        left.remove(best)
        batch.append(best)
        have[int(groups[best])] += 1
    return batch


@pytest.mark.parametrize("size", [1, 7, 60, 400])
def test_class_balanced_margin(size: int) -> None:
    groups, margins = imbalanced()
    pool = pool_of(predicted_class=groups, margin=margins)
    batch = ClassBalancedMargin().select(pool, size, np.random.default_rng(0)).tolist()
    assert batch == plain_proportions(groups, margins, size)


def test_class_balanced_margin_shares_the_batch_evenly() -> None:
    groups, margins = imbalanced()
    batch = ClassBalancedMargin().select(pool_of(predicted_class=groups, margin=margins), 25, np.random.default_rng(0))
    assert np.unique(groups[batch], return_counts=True)[1].tolist() == [5, 5, 5, 5, 5]
    for group in np.unique(groups):
        own = np.flatnonzero(groups == group)
        assert batch[groups[batch] == group].tolist() == own[np.argsort(margins[own])[:5]].tolist()


def test_class_balanced_margin_ignores_what_is_labeled() -> None:
    groups, margins = imbalanced()
    pool = pool_of(200, predicted_class=groups, margin=margins)
    batch = ClassBalancedMargin().select(pool, 10, np.random.default_rng(0))
    assert np.unique(groups[batch], return_counts=True)[1].tolist() == [2, 2, 2, 2, 2]


@pytest.mark.parametrize("strategy", [TargetClasses, TargetGroups])
@pytest.mark.parametrize("labeled", [0, 150])
@pytest.mark.parametrize(
    "target", [None, {0: 1.0, 1: 1.0, 2: 1.0, 5: 1.0, 9: 1.0}, {0: 3.0, 2: 1.0}, {1: 0.2, 9: 5.0, 77: 4.0}]
)
@pytest.mark.parametrize("size", [1, 40, 250])
def test_target(strategy: type[TargetClasses], labeled: int, target: Mapping[int, float] | None, size: int) -> None:
    groups, margins = imbalanced()
    signals: dict[str, Any] = {strategy.needs[0]: groups, "margin": margins}
    batch = strategy(target).select(pool_of(labeled, **signals), size, np.random.default_rng(0)).tolist()
    assert batch == plain_proportions(groups, margins, size, labeled, target)


def test_groups_that_only_labeled_records_have_do_no_harm() -> None:
    groups: Groups = np.array([2, 2, 9, 1, 3, 1], np.int32)
    pool = pool_of(3, group=groups, margin=np.array([0, 0, 0, 0.3, 0.2, 0.1], np.float32))
    assert TargetGroups().select(pool, 3, np.random.default_rng(0)).tolist() == [5, 4, 3]


def test_large_pools_are_worked_through_in_blocks() -> None:
    rng = np.random.default_rng(0)
    groups: Groups = rng.choice([0, 1, 4], 100_000, p=[0.9, 0.0999, 0.0001]).astype(np.int32)
    margins = rng.permutation(100_000).astype(np.float32) / 100_000
    batch = ClassBalancedMargin().select(pool_of(predicted_class=groups, margin=margins), 300, rng)
    for group in (0, 1, 4):
        own = np.flatnonzero(groups == group)
        chosen = batch[groups[batch] == group]
        assert chosen.tolist() == own[np.argsort(margins[own])[: len(chosen)]].tolist()
        assert abs(len(chosen) - min(len(own), (300 - np.count_nonzero(groups == 4)) / 2)) < 1


def test_equal_margins_are_chosen_evenly_over_a_large_pool() -> None:
    groups: Groups = np.arange(60_000, dtype=np.int32) % 2
    pool = pool_of(predicted_class=groups, margin=np.ones(60_000, np.float32))
    rng = np.random.default_rng(0)
    picks = np.concatenate([ClassBalancedMargin().select(pool, 100, rng) for _ in range(10)])
    assert chisquare(np.histogram(picks, 12, (0, 60_000))[0]).pvalue > 1e-6


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_impossible_weights_are_refused(weight: float) -> None:
    with pytest.raises(InvalidInputError, match="larger than 0"):
        TargetClasses({0: 1.0, 1: weight})


def test_rarest_class() -> None:
    groups, margins = imbalanced()
    sizes = Counter(groups.tolist())
    expected = sorted(range(400), key=lambda row: (sizes[int(groups[row])], margins[row]))
    batch = RarestClass().select(pool_of(predicted_class=groups, margin=margins), 100, np.random.default_rng(0))
    assert batch.tolist() == expected[:100]


def test_rarest_class_counts_candidates() -> None:
    groups: Groups = np.array([0, 0, 0, 0, 1, 1, 0], np.int32)
    pool = pool_of(4, predicted_class=groups, margin=np.full(7, 1, np.float32))
    assert RarestClass().select(pool, 1, np.random.default_rng(0)).tolist() == [6]


def test_rarest_class_comes_before_margin() -> None:
    groups: Groups = np.array([0, 0, 0, 1, 1], np.int32)
    pool = pool_of(predicted_class=groups, margin=np.array([0, 0, 0, 0.8, 1], np.float32))
    assert RarestClass().select(pool, 2, np.random.default_rng(0)).tolist() == [3, 4]


class TestClassBoundaries:
    def plain(self, P: Floats, size: int, order: NDArray[np.int64]) -> list[int]:
        """Lines as in the paper: by the distance to the most probable class, then by its probability."""
        best = P.max(axis=1)
        batch: list[int] = []
        lines = []
        for c in order:
            line = sorted(range(len(P)), key=lambda row: (P[row, c] - best[row], best[row]))
            cut = sum(bool(P[row, c] < best[row]) for row in line)
            inside, outside = line[cut:], line[:cut][::-1]
            pairs = [[*inside[i : i + 1], *outside[i : i + 1]] for i in range(len(P))]
            lines.append([row for pair in pairs for row in pair])
        while True:
            for line in lines:
                while line and line[0] in batch:
                    line.pop(0)
                if line:
                    batch.append(line.pop(0))
                if len(batch) == size:
                    return batch

    @pytest.mark.parametrize("size", [1, 10, 60, 300])
    @pytest.mark.parametrize("classes", [2, 6])
    def test_as_described(self, size: int, classes: int) -> None:
        P = np.random.default_rng(0).dirichlet(np.array([5.0, *np.full(classes - 1, 0.5)]), 300).astype(np.float32)
        order = np.random.default_rng(4).permutation(classes)  # chance decides which class begins
        batch = ClassBoundaries().select(pool_of(probabilities=P), size, np.random.default_rng(4))
        assert batch.tolist() == self.plain(P, size, order)

    def test_both_sides_of_a_rare_class(self) -> None:
        rng = np.random.default_rng(0)
        p = np.concatenate([rng.uniform(0.5, 1, 20), rng.uniform(0, 0.5, 2000)])
        P = np.column_stack([1 - p, p]).astype(np.float32)
        batch = ClassBoundaries().select(pool_of(probabilities=P), 20, rng)
        assert (batch < 20).sum() >= 9

    def test_a_class_that_is_never_predicted_has_its_turn(self) -> None:
        P = np.full((500, 3), 0.05, np.float32)
        P[:, 0] = 0.9
        P[77] = [0.6, 0.05, 0.35]
        P[50] = [0.6, 0.4, 0]
        batch = ClassBoundaries().select(pool_of(probabilities=P), 3, np.random.default_rng(0))
        assert {50, 77} <= set(batch.tolist())
