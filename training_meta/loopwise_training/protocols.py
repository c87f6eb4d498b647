"""Protocols: how a data set becomes an experiment, so that figures of different people can be compared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.trial import Split

CLIPPED_AT = 10.0
"""Standard deviations; a feature that strays further would be all that distances see."""


@dataclass(frozen=True)
class Protocol:
    """How a data set becomes an experiment.

    Attributes:
        name: of the protocol.
        description: in one sentence.
        initial: random labels to begin with, from the numbers of classes and of records in the pool; 0, none.
        batches: the sizes of the batches that follow, from the numbers of records in the pool and of initial labels.
        test_share: of the records, to measure by.
        max_pool: records in the pool, at most.
        max_test: records in the test set, at most.
        rare: largest share of the pool that each class but the commonest keeps; None, classes stay as they are.
    """

    name: str
    description: str
    initial: Callable[[int, int], int]
    batches: Callable[[int, int], list[int]]
    test_share: float = 0.4
    max_pool: int = 600
    max_test: int = 1200
    rare: float | None = None

    def split(self, dataset: Dataset, seed: int) -> Split:
        """Pool and test set, at random; features standardised on the pool, and cut off at ten standard deviations."""
        rng = np.random.default_rng([seed, 1])
        order = rng.permutation(len(dataset.y))
        tested = max(1, round(self.test_share * len(order)))
        test, pool = order[:tested][: self.max_test], order[tested:]
        if self.rare is not None:
            pool = _thinned(pool, dataset.y, self.rare)
        pool = pool[: self.max_pool]
        mean, deviation = dataset.X[pool].mean(axis=0), dataset.X[pool].std(axis=0)
        deviation[deviation == 0] = 1

        def scaled(rows: NDArray[np.int64]) -> NDArray[np.float32]:
            X: NDArray[np.float32] = np.clip((dataset.X[rows] - mean) / deviation, -CLIPPED_AT, CLIPPED_AT)
            return X.astype(np.float32)

        return Split(scaled(pool), dataset.y[pool], scaled(test), dataset.y[test])

    def start(self, split: Split, seed: int) -> NDArray[np.int64]:
        """Positions of the initial labels, at random, in no order."""
        pool = len(split.y_pool)
        count = min(self.initial(split.classes, pool), pool)
        return np.random.default_rng([seed, 2]).permutation(pool)[:count]


def _thinned(pool: NDArray[np.int64], y: NDArray[np.int64], rare: float) -> NDArray[np.int64]:
    """The pool, in its order, with no more of each class but the commonest than this share of the commonest."""
    counts = np.bincount(y[pool])
    most = max(2, round(rare * counts.max()))
    within = np.empty(len(pool), np.int64)
    for k in np.flatnonzero(counts):
        of_class = y[pool] == k
        within[of_class] = np.arange(counts[k])
    kept: NDArray[np.bool_] = (y[pool] == counts.argmax()) | (within < most)
    return pool[kept]


def _ten_or_two_each(classes: int, pool: int) -> int:
    return min(max(10, 2 * classes), pool // 4)


def _equal(loops: int, spent: float) -> Callable[[int, int], list[int]]:
    """Batches of one size, until this share of the pool is labeled."""
    return lambda pool, initial: [max(1, round((spent * pool - initial) / loops))] * loops


PROTOCOLS: dict[str, Protocol] = {
    protocol.name: protocol
    for protocol in (
        Protocol(
            "loops20",
            "20 equal batches from max(10, 2 K) random labels to 35 % of a pool of up to 600.",
            _ten_or_two_each,
            _equal(20, 0.35),
        ),
        Protocol(
            "loops10",
            "10 equal batches from max(10, 2 K) random labels to 35 % of a pool of up to 600; for schedules.",
            _ten_or_two_each,
            _equal(10, 0.35),
        ),
        Protocol(
            "stopping",
            "30 equal batches from max(10, 2 K) random labels to 80 % of a pool of up to 600; for advice to stop.",
            _ten_or_two_each,
            _equal(30, 0.8),
        ),
        Protocol(
            "bigpool",
            "20 equal batches from max(10, 2 K) random labels to a tenth of a pool of 1,000 to 10,000.",
            _ten_or_two_each,
            _equal(20, 0.1),
            max_pool=10_000,
        ),
        Protocol(
            "rebench",
            "One record at a time from 20 random labels until the pool is exhausted (Lu, Li and Lin 2023).",
            lambda _classes, _pool: 20,
            lambda pool, initial: [1] * (pool - initial),
            max_pool=1_000_000,
            max_test=1_000_000,
        ),
        Protocol(
            "coldstart",
            "No label at first; 10 batches of a fortieth of the pool (5 to 10), the first chosen without a model.",
            lambda _classes, _pool: 0,
            lambda pool, _initial: [max(5, min(10, pool // 40))] * 10,
        ),
        Protocol(
            "imbalance",
            "As loops20, every class but the commonest thinned to a tenth of it; look at balanced accuracy.",
            _ten_or_two_each,
            _equal(20, 0.35),
            max_pool=600,
            rare=0.1,
        ),
        Protocol(
            "bigbatch",
            "4 equal batches from max(10, 2 K) random labels to 50 % of a pool of up to 600.",
            _ten_or_two_each,
            _equal(4, 0.5),
        ),
    )
}
"""By name."""


def protocol(name: str) -> Protocol:
    """A protocol by its name; raises InvalidInputError for one that is not there."""
    if name not in PROTOCOLS:
        raise InvalidInputError(f"there is no protocol {name!r}; there are {', '.join(PROTOCOLS)}")
    return PROTOCOLS[name]
