"""Descriptors: what is known of the batch that an arm would pick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.samples import SAMPLE, WIDTHS, Landscape, squared_distances, strided

_LOOKED_AT = ("margin", "predicted_class")

_BATCH_SAMPLE = 128
"""Records of a batch that are looked at."""

DESCRIPTORS: dict[str, str] = {
    "uncertainty": "mean over the batch of 1 - margin",
    "uncertainty_rank": "mean over the batch of the share of the sample that is less uncertain",
    "neighbours_uncertainty": "mean over the batch of 1 - margin around it, averaged with k2 over the sample",
    "neighbours_differ": "share of the batch whose predicted class is not the likeliest around it, averaged likewise",
    **{
        f"gain_{w}": f"mean over the sample of the fall of 1 - k{w} to the nearest labeled one, by the batch"
        for w in WIDTHS
    },
    **{f"uncertain_gain_{w}": f"the same, each of the sample weighted by (1 - margin)^2, k{w}" for w in WIDTHS},
    **{f"novelty_{w}": f"mean over the batch of 1 - k{w} to the nearest labeled record" for w in WIDTHS},
    **{f"redundancy_{w}": f"mean over the batch of k{w} to the nearest other one of the batch" for w in WIDTHS},
    **{f"typical_{w}": f"mean of k{w} between batch and sample / the same of the sample itself" for w in WIDTHS},
    "classes": "distinct predicted classes in the batch / K",
    "imbalance": "half the sum of differences between the shares of predicted classes in the batch and in the sample",
    "agreement": "share of the batch that the default arm's batch has too",
    "correct": "share of what the arm's strategy chose in the last five loops whose labels the model had predicted",
}
"""What is known of the batch that an arm would pick. Sample: of the candidates, 256 at most. kw is the kernel
exp(-d^2 / 2 (w s)^2), s the median distance of one of the sample to its nearest neighbour in it."""


class Surroundings:
    """The candidates around a batch: a sample of them, and how well labeled records represent it.

    Args:
        situation: the candidates and what is known.
    """

    def __init__(self, situation: Situation) -> None:
        self._signals = signals = situation.pool.signals
        self._classes = classes = situation.classes
        self._landscape = situation.landscape
        known = [name for name in _LOOKED_AT if signals.why_missing(name, situation.pool.unlabeled) is None]
        sample = strided(situation.pool.unlabeled, SAMPLE)
        self._uncertainty, self._predicted = None, None
        if "margin" in known:
            self._uncertainty = 1 - signals.take("margin", sample).astype(np.float64)
            self._sorted = np.sort(self._uncertainty)
        if "predicted_class" in known and classes:
            predicted = np.clip(signals.take("predicted_class", sample), 0, classes - 1)
            self._shares = np.bincount(predicted, minlength=classes) / len(predicted)
            self._present, inverse = np.unique(predicted, return_inverse=True)
            self._predicted = np.eye(len(self._present))[inverse]  # of classes that are there: K may be large
        if self._landscape is not None:
            self._covered = self._landscape.near(self._landscape.apart)
            self._density = {w: float(kernel.mean()) for w, kernel in self._landscape.kernels.items()}
            weights = np.ones(len(sample)) if self._uncertainty is None else self._uncertainty**2
            self._weights = weights / max(float(weights.sum()), 1e-12)

    def describe(self, chosen: Mapping[str, Positions], default: str) -> dict[str, dict[str, float]]:
        """The descriptors of batches, by arm and name.

        Args:
            chosen: by arm, the records of its batch, at least one.
            default: the default arm; where it is not among these, nothing agrees with it.
        """
        if not chosen:
            return {}
        looked_at = _Stacked([strided(positions, _BATCH_SAMPLE) for positions in chosen.values()])
        found: dict[str, NDArray[np.float64]] = {}
        if self._uncertainty is not None:
            uncertainty = 1 - self._signals.take("margin", looked_at.rows).astype(np.float64)
            found["uncertainty"] = looked_at.means(uncertainty)
            found["uncertainty_rank"] = looked_at.means(np.searchsorted(self._sorted, uncertainty) / len(self._sorted))
        predicted = None
        if self._predicted is not None and self._classes:
            predicted = np.clip(self._signals.take("predicted_class", looked_at.rows), 0, self._classes - 1)
            shares = looked_at.shares(predicted, self._classes)
            found["classes"] = (shares > 0).sum(axis=1) / self._classes
            found["imbalance"] = np.abs(shares - self._shares).sum(axis=1) / 2
        if default in chosen:
            found["agreement"] = np.array([np.isin(own, chosen[default]).mean() for own in chosen.values()])
        if self._landscape is not None:
            found |= self._geometry(self._landscape, looked_at, predicted)
        return {arm: {name: float(of_arms[i]) for name, of_arms in found.items()} for i, arm in enumerate(chosen)}

    def _geometry(
        self, landscape: Landscape, looked_at: _Stacked, predicted: NDArray[Any] | None
    ) -> dict[str, NDArray[np.float64]]:
        sketch = self._signals.take("sketch", looked_at.rows)
        around = landscape.near(squared_distances(sketch, landscape.sketch))
        found: dict[str, NDArray[np.float64]] = {}
        for w, kernel in around.items():
            gain = np.maximum(looked_at.largest(kernel) - self._covered[w], 0)
            found |= {f"gain_{w}": gain.mean(axis=1), f"uncertain_gain_{w}": gain @ self._weights}
        shares = around[2] / np.maximum(around[2].sum(axis=1, keepdims=True), 1e-12)
        if self._uncertainty is not None:
            found["neighbours_uncertainty"] = looked_at.means(shares @ self._uncertainty)
        if self._predicted is not None and predicted is not None:
            likeliest = self._present[(shares @ self._predicted).argmax(axis=1)]
            found["neighbours_differ"] = looked_at.means(likeliest != predicted)
        novel = landscape.near(squared_distances(sketch, landscape.labeled).min(axis=1, initial=np.inf))
        alike = landscape.near(np.concatenate([_to_others(own) for own in looked_at.split(sketch)]))
        for w in WIDTHS:
            found[f"typical_{w}"] = looked_at.means(around[w].mean(axis=1)) / max(self._density[w], 1e-12)
            found[f"novelty_{w}"] = 1 - looked_at.means(novel[w])
            found[f"redundancy_{w}"] = looked_at.means(alike[w])
        return found


class _Stacked:
    """The records of several batches one after the other, to be looked at together.

    Args:
        parts: the positions of each batch's records, at least one each.

    Attributes:
        rows: all of them.
    """

    def __init__(self, parts: Sequence[Positions]) -> None:
        self.rows = np.concatenate(parts)
        self._counts = np.array([len(part) for part in parts])
        self._starts = np.cumsum(self._counts) - self._counts

    def means(self, values: NDArray[Any]) -> NDArray[np.float64]:
        """(batches,) of (rows,)."""
        return np.asarray(np.add.reduceat(values.astype(np.float64), self._starts) / self._counts)

    def largest(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """(batches, width) of (rows, width)."""
        return np.asarray(np.maximum.reduceat(values, self._starts, axis=0))

    def shares(self, classes: NDArray[Any], count: int) -> NDArray[np.float64]:
        """(batches, count): how much of each batch has each class, of (rows,) numbers of classes."""
        batch = np.repeat(np.arange(len(self._counts)), self._counts)
        counts = np.bincount(batch * count + classes, minlength=len(self._counts) * count)
        return np.asarray(counts.reshape(-1, count) / self._counts[:, None], np.float64)

    def split(self, values: NDArray[Any]) -> list[NDArray[Any]]:
        """Those of each batch."""
        return np.split(values, self._starts[1:])


def _to_others(vectors: NDArray[Any]) -> NDArray[np.float64]:
    """(rows,) squared distance of each to the nearest other one, inf where there is none."""
    squares = squared_distances(vectors, vectors)
    np.fill_diagonal(squares, np.inf)
    return np.asarray(squares.min(axis=1))
