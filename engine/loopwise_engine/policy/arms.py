"""Arms: the blends that a learned policy chooses among, and what it knows of the batch that each would pick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, BlendMode, Part, Pool, execute, get_strategy
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.samples import SAMPLE, WIDTHS, Landscape, squared_distances, strided

DEFAULT = "refine"
"""The arm that is followed unless another one promises more."""

_LOOKED_AT = ("margin", "predicted_class")

_BATCH_SAMPLE = 128
"""Records of a batch that are looked at."""


def _one(name: str) -> Callable[[int, int], Blend]:
    return lambda _size, _candidates: Blend.single(name, random_share=0.0)


def _margin_then_k_center(size: int, candidates: int) -> Blend:
    keep = min(1.0, 4 * size / max(1, candidates))
    return Blend(BlendMode.CASCADE, (Part("margin"), Part("k_center")), keep, random_share=0.0)


ARMS: dict[str, Callable[[int, int], Blend]] = {
    "refine": _one("refine"),
    "likely_errors": _one("likely_errors"),
    "uncertainty_herding": _one("uncertainty_herding"),
    "margin": _one("margin"),
    "margin_k_center": _margin_then_k_center,
    "margin_random": lambda _size, _candidates: Blend.single("margin", random_share=0.25),
}
"""By name: the blend for a batch of this size from so many candidates, without a share drawn at random but its own."""

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


@dataclass(frozen=True, eq=False)
class Batch:
    """What an arm would do.

    Attributes:
        blend: how it chooses.
        positions: the records that it would choose, best first.
        descriptors: of these, by name; those of `DESCRIPTORS` whose signals are known.
    """

    blend: Blend
    positions: Positions
    descriptors: Mapping[str, float]


def blends(pool: Pool, size: int) -> dict[str, Blend]:
    """The blends of the arms whose strategies can choose here, by name of the arm."""
    of_all = {name: make(size, len(pool.unlabeled)) for name, make in ARMS.items()}
    return {
        name: blend
        for name, blend in of_all.items()
        if not any(get_strategy(part.strategy).why_unmet(pool) for part in blend.parts)
    }


def batches(situation: Situation, size: int, seed: int) -> dict[str, Batch]:
    """What each arm would do whose strategies can choose here, by name.

    Args:
        situation: the candidates and what is known.
        size: of the batch.
        seed: governs the arms' random choices.
    """
    able = blends(situation.pool, size)
    chosen = {name: execute(blend, situation.pool, size, seed).positions for name, blend in able.items()}
    surroundings = Surroundings(situation)
    default = chosen.get(DEFAULT)
    found = {}
    for name, positions in chosen.items():
        right = situation.correct_by(able[name].parts[-1].strategy)
        descriptors = surroundings.describe(positions, default)
        found[name] = Batch(able[name], positions, descriptors if right is None else descriptors | {"correct": right})
    return found


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

    def describe(self, positions: Positions, default: Positions | None) -> dict[str, float]:
        """The descriptors of a batch, by name.

        Args:
            positions: its records.
            default: those that the default arm would choose, None where it cannot.
        """
        looked_at = strided(positions, _BATCH_SAMPLE)
        found: dict[str, float] = {}
        if self._uncertainty is not None:
            uncertainty = 1 - self._signals.take("margin", looked_at).astype(np.float64)
            found["uncertainty"] = float(uncertainty.mean())
            below = np.searchsorted(self._sorted, uncertainty)
            found["uncertainty_rank"] = float(below.mean()) / len(self._sorted)
        predicted = None
        if self._predicted is not None and self._classes:
            predicted = np.clip(self._signals.take("predicted_class", looked_at), 0, self._classes - 1)
            shares = np.bincount(predicted, minlength=self._classes) / len(predicted)
            found["classes"] = float((shares > 0).sum()) / self._classes
            found["imbalance"] = float(np.abs(shares - self._shares).sum()) / 2
        if default is not None:
            found["agreement"] = float(np.isin(positions, default).mean())
        if self._landscape is not None:
            found |= self._geometry(self._landscape, self._signals.take("sketch", looked_at), predicted)
        return found

    def _geometry(self, landscape: Landscape, batch: NDArray[Any], predicted: NDArray[Any] | None) -> dict[str, float]:
        around = landscape.near(squared_distances(batch, landscape.sketch))
        found: dict[str, float] = {}
        for w, kernel in around.items():
            gain = np.maximum(kernel.max(axis=0) - self._covered[w], 0)
            found |= {f"gain_{w}": float(gain.mean()), f"uncertain_gain_{w}": float(gain @ self._weights)}
        found |= self._neighbours(around[2] / np.maximum(around[2].sum(axis=1, keepdims=True), 1e-12), predicted)
        other = squared_distances(batch, batch)
        np.fill_diagonal(other, np.inf)
        novel = landscape.near(squared_distances(batch, landscape.labeled).min(axis=1, initial=np.inf))
        alike = landscape.near(other.min(axis=1))
        for w in WIDTHS:
            found[f"typical_{w}"] = float(around[w].mean()) / max(self._density[w], 1e-12)
            found[f"novelty_{w}"] = float(1 - novel[w].mean())
            found[f"redundancy_{w}"] = float(alike[w].mean())
        return found

    def _neighbours(self, shares: NDArray[np.float64], predicted: NDArray[Any] | None) -> dict[str, float]:
        found = {}
        if self._uncertainty is not None:
            found["neighbours_uncertainty"] = float((shares @ self._uncertainty).mean())
        if self._predicted is not None and predicted is not None:
            found["neighbours_differ"] = float(
                (self._present[(shares @ self._predicted).argmax(axis=1)] != predicted).mean()
            )
        return found
