"""Families: which data sets share records, under whatever names, so that no split can leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loopwise_training.corpus.dataset import Dataset

SHARED = 0.2
"""Share of the smaller data set's distinct records that makes two data sets one family."""

_FEW = 50
"""Distinct records below which chance alone may make two data sets alike."""


def overlap(a: Dataset, b: Dataset) -> float:
    """Share of the smaller one's distinct records that the other one has too, whatever their order and labels."""
    one, other = np.unique(a.digests), np.unique(b.digests)
    return len(np.intersect1d(one, other, assume_unique=True)) / min(len(one), len(other))


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
    return [replace(dataset, family=head(dataset.family)) for dataset in datasets]


def is_same(a: Dataset, b: Dataset) -> bool:
    """Whether two data sets hold the same data, in part at least."""
    if a.fingerprint == b.fingerprint:
        return True
    return min(len(np.unique(a.digests)), len(np.unique(b.digests))) >= _FEW and overlap(a, b) >= SHARED
