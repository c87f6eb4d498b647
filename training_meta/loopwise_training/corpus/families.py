"""Families: which data sets share records, under whatever names, so that no split can leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from loopwise_training.corpus.dataset import Dataset

SHARED = 0.2
"""Share of the smaller data set's distinct records that makes two data sets one family."""

_FEW = 50
"""Distinct records below which chance alone may make two data sets alike."""


def overlap(a: Dataset, b: Dataset) -> float:
    """Share of the smaller one's distinct records that the other one has too, whatever their order and labels.

    Features may be in another order, unless most of the records differ by nothing else; 0 where one of the data sets
    has so few distinct records that sharing them means nothing.
    """
    return max(_overlap(a.digests, b.digests), _overlap(a.placed_digests, b.placed_digests))


def _overlap(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> float:
    one, other = np.unique(a), np.unique(b)
    least = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / least if least >= _FEW else 0.0


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
