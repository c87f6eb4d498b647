"""Families: which data sets share records, under whatever names, so that no split can leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from loopwise_training.corpus.dataset import FEW, Dataset

SHARED = 0.2
"""Share of the smaller data set's distinct records that makes two data sets one family."""

_JOINT, _PAIRS = 3, 6
"""Columns that tell a record from others, and pairs of columns that they are taken from."""

_APART = 0.75
"""Share of the distinct records that these tell apart: of fewer, like values would make unlike records the same."""

_ALIKE = 16
"""Of the 64 least hashes of two columns' values, how many agree where the columns may be the same."""


def overlap(a: Dataset, b: Dataset) -> float:
    """Share of the smaller one's distinct records that the other one has too, whatever their order and labels.

    Features may be in another order, unless most of the records differ by nothing else. Where both have three columns
    of like values that tell most of their records apart, records are the same whose values agree in these: what one has
    as a class may be a feature of the other. 0 where one of the data sets has so few distinct records that sharing them
    means nothing.
    """
    one, other = np.unique(a.digests), np.unique(b.digests)
    found = [_overlap(one, other), _overlap(np.unique(a.placed_digests), np.unique(b.placed_digests))]
    for three in combinations(_alike(a.columns.sketches, b.columns.sketches), _JOINT):
        of_a, of_b = a.columns.joint([i for i, _ in three]), b.columns.joint([j for _, j in three])
        if len(of_a) >= _APART * len(one) and len(of_b) >= _APART * len(other):
            found.append(_overlap(of_a, of_b))
    return max(found)


def _overlap(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> float:
    least = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / least if least >= FEW else 0.0


def _alike(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """The columns of both that are most alike, in pairs, the most alike first, by their sketches."""
    if len(np.intersect1d(a, b)) < _ALIKE:
        return []
    _, of = np.unique(np.concatenate((a, b)), return_inverse=True)
    has = np.zeros((len(a) + len(b), of.max() + 1), np.float32)
    np.put_along_axis(has, of.reshape(len(has), -1), 1, axis=1)
    shared = has[: len(a)] @ has[len(a) :].T
    pairs: list[tuple[int, int]] = []
    while len(pairs) < _PAIRS and shared.max() >= _ALIKE:
        i, j = divmod(int(shared.argmax()), shared.shape[1])
        pairs.append((i, j))
        shared[i], shared[:, j] = 0, 0
    return pairs


def with_families(datasets: Sequence[Dataset]) -> list[Dataset]:
    """The same data sets; those that share records share the family of the first of them, and so do their families."""
    parent = {dataset.family: dataset.family for dataset in datasets}

    def head(family: str) -> str:
        while parent[family] != family:
            family = parent[family]
        return family

    for i, a in enumerate(datasets):
        for b in datasets[:i]:
            if head(a.family) != head(b.family) and is_same(a, b):
                parent[head(a.family)] = head(b.family)
    relatives: dict[str, frozenset[str]] = {}
    for dataset in datasets:
        family = head(dataset.family)
        relatives[family] = relatives.get(family, frozenset()) | dataset.known_as
    return [
        replace(dataset, family=(family := head(dataset.family)), relatives=relatives[family]) for dataset in datasets
    ]


def is_same(a: Dataset, b: Dataset) -> bool:
    """Whether two data sets hold the same data, in part at least."""
    return a.fingerprint == b.fingerprint or overlap(a, b) >= SHARED
