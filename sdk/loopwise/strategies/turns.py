"""How a batch is taken from clusters or groups: one record of each in turn, or as their shares demand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Rows

_BLOCK = 1 << 14
"""Records of a pool that are looked at, at a time."""


def places(clusters: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Each record's place within its own cluster, 0 for the first, when the records come in this order.

    Args:
        clusters: (rows,) the cluster of each record.
        order: (rows,) the records, first to last.

    Returns:
        (rows,) int64.
    """
    by_cluster = order[np.argsort(clusters[order], kind="stable")]
    sizes = np.unique(clusters, return_counts=True)[1]
    starts = np.cumsum(sizes) - sizes
    place = np.empty(len(clusters), np.int64)
    place[by_cluster] = np.arange(len(clusters)) - np.repeat(starts, sizes)
    return place


def in_turns(clusters: NDArray[np.int64], order: NDArray[np.int64], merit: NDArray[Any]) -> NDArray[np.int64]:
    """The order in which records are taken when their clusters give one record each in turn.

    Args:
        clusters: (rows,) the cluster of each record.
        order: (rows,) the records, the first of each cluster being the first that it gives.
        merit: (rows,) which of the records that are given in the same turn come first: those of largest merit.

    Returns:
        (rows,) int64: indices of the records.
    """
    return np.lexsort((-merit, places(clusters, order)))


def in_proportion(
    groups: Rows,
    costs: Rows,
    size: int,
    rng: np.random.Generator,
    labeled: NDArray[Any] | None = None,
    target: Mapping[int, float] | None = None,
) -> NDArray[np.int64]:
    """Rows such that groups have their share, of each group those of least cost.

    By Webster's method: the next record is of the group for which (records so far + 1/2) / weight is smallest; between
    equal ones the record of less cost comes first. Without labeled records and weights, the groups give one each in
    turn.

    Args:
        groups: (n,) the group of each row.
        costs: (n,), small where a label is worth most.
        size: How many, 1 .. n.
        rng: Breaks ties.
        labeled: Groups of the records that count as taken.
        target: Weight by group; None, all the same.
    """
    blocks = (groups[start : start + _BLOCK] for start in range(0, len(groups), _BLOCK))
    names = np.unique(np.concatenate([np.unique(block) for block in blocks]))
    taken = np.empty(0, groups.dtype) if labeled is None else labeled[np.isin(labeled, names)]
    before = np.bincount(np.searchsorted(names, taken), minlength=len(names))
    weights = np.array([1.0 if target is None else target.get(int(name), 0.0) for name in names.tolist()])
    rows, own = _least_of_each(groups, costs, names, size, rng)
    keys = before[own] + np.arange(len(rows)) - np.searchsorted(own, own) + 0.5
    keys = np.divide(keys, weights[own], out=np.full(len(rows), np.inf), where=weights[own] > 0)
    order = np.lexsort((rng.random(len(rows)), costs[rows], keys))
    return rows[order[:size]]


def _least_of_each(
    groups: Rows, costs: Rows, names: NDArray[Any], size: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rows of least cost of each group, at most `size` of each, group by group; ties are broken at random.

    Returns:
        (any,) rows; (any,) index of each one's group in `names`.
    """
    limits = np.full(len(names), np.inf)  # where a group has as many, the cost that a further record must not exceed
    rows, own, keys = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    found, count = [(rows, own, keys)], 0
    for start in range(0, len(groups), _BLOCK):
        block = costs[start : start + _BLOCK]
        near = np.flatnonzero(block <= limits.max())
        index = np.searchsorted(names, groups[start : start + _BLOCK][near])
        passed = block[near] <= limits[index]
        near = near[passed] + start
        found.append((near, index[passed], rng.random(len(near))))
        count += len(near)
        if count > 2 * len(rows) + _BLOCK or start + _BLOCK >= len(groups):
            rows, own, keys = (np.concatenate(each) for each in zip(*found, strict=True))
            order = np.lexsort((keys, costs[rows], own))
            place = np.arange(len(order)) - np.searchsorted(own[order], own[order])
            last = order[place == size - 1]
            limits[own[last]] = costs[rows[last]]
            kept = order[place < size]
            rows, own, keys = rows[kept], own[kept], keys[kept]
            found, count = [(rows, own, keys)], len(rows)
    return rows, own
