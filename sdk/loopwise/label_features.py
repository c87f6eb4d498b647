"""State features that need labels, computed at home, where labels are: a few numbers travel, and no label does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SAMPLE = 1000
"""Labeled records whose neighbours are looked at."""

LABEL_FEATURES: dict[str, str] = {
    "classes_seen": "classes that have a label / K",
    "label_balance": "entropy of the shares of the classes among the labels / ln K: 1 even, 0 one class only",
    "commonest_share": "share of the labels that are the commonest one",
    "rarest_share": "share of the labels that are the rarest one of those seen",
    "neighbour_agreement": "share of a sample of the labeled records whose nearest other one has the same label",
}
"""Each by name, and its formula. K is the number of classes."""


def label_features(
    labels: NDArray[np.integer],
    classes: int,
    embeddings: NDArray[np.floating] | None = None,
    positions: NDArray[np.int64] | None = None,
) -> dict[str, float]:
    """The label features of what is labeled so far, by name.

    Args:
        labels: (n,) of the labeled records, 0 .. classes - 1.
        classes: K.
        embeddings: (pool, features), or sketches; without, there is no neighbour agreement.
        positions: (n,) of the labeled records in the pool; None, they are the pool. Only a sample's rows are read.

    Returns:
        Those of `LABEL_FEATURES` that can be computed: none without labels or with fewer than two classes.
    """
    if len(labels) == 0 or classes < 2:
        return {}
    counts = np.bincount(labels, minlength=classes)
    shares = counts[counts > 0] / len(labels)
    features = {
        "classes_seen": len(shares) / classes,
        "label_balance": abs(float(-(shares * np.log(shares)).sum())) / float(np.log(classes)),
        "commonest_share": float(shares.max()),
        "rarest_share": float(shares.min()),
    }
    if embeddings is not None and len(labels) > 1:
        features["neighbour_agreement"] = _agreement(labels, embeddings, positions)
    return features


def _agreement(
    labels: NDArray[np.integer], embeddings: NDArray[np.floating], positions: NDArray[np.int64] | None
) -> float:
    sampled = slice(None, None, -(-len(labels) // _SAMPLE))
    vectors = embeddings[sampled if positions is None else positions[sampled]].astype(np.float64)
    vectors -= vectors.mean(axis=0)  # far from the origin, rounding would swallow the distances
    squares = (vectors**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * (vectors @ vectors.T)
    np.fill_diagonal(distances, np.inf)
    own = labels[sampled]
    return float((own[distances.argmin(axis=1)] == own).mean())
