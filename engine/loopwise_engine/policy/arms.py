"""Arms: the blends that a learned policy chooses among, and what it knows of the batch that each would pick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, BlendMode, Part, Pool, execute, get_strategy
from loopwise_engine.policy.samples import squared_distances, strided

DEFAULT = "refine"
"""The arm that is followed unless another one promises more."""

_SAMPLE = 512
"""Candidates that a batch's coverage is measured on."""

_BATCH_SAMPLE = 128
"""Records of a batch that are looked at."""


def _one(name: str) -> Callable[[int, int], Blend]:
    return lambda _size, _candidates: Blend.single(name, random_share=0.0)


def _cascade(filtering: str, choosing: str, keep: float) -> Callable[[int, int], Blend]:
    parts = (Part(filtering), Part(choosing))
    return lambda _size, _candidates: Blend(BlendMode.CASCADE, parts, keep, random_share=0.0)


def _margin_then_k_center(size: int, candidates: int) -> Blend:
    keep = min(1.0, 4 * size / max(1, candidates))
    return Blend(BlendMode.CASCADE, (Part("margin"), Part("k_center")), keep, random_share=0.0)


ARMS: dict[str, Callable[[int, int], Blend]] = {
    "refine": _one("refine"),
    "facility_location": _one("facility_location"),
    "margin_facility_location": _cascade("margin", "facility_location", 0.4),
    "margin": _one("margin"),
    "margin_k_center": _margin_then_k_center,
    "margin_typicality": _cascade("margin", "typicality", 0.4),
    "margin_random": lambda _size, _candidates: Blend.single("margin", random_share=0.25),
    "cluster_margin": _one("cluster_margin"),
    "badge": _one("badge"),
    "class_balanced_margin": _one("class_balanced_margin"),
    "typicality": _one("typicality"),
    "random": lambda _size, _candidates: Blend.single("random", random_share=0.0),
}
"""By name: the blend for a batch of this size from so many candidates, without a share drawn at random but its own."""

DESCRIPTORS: dict[str, str] = {
    "uncertainty": "mean over the batch of 1 - margin",
    "gain": "mean over the candidates of the fall of 1 - k, k the kernel with the nearest labeled record, by the batch",
    "uncertain_gain": "the same, each candidate weighted by (1 - margin)^2",
    "novelty": "mean distance of the batch's records to the nearest labeled one / s",
    "spread": "mean distance of the batch's records to the nearest other one of the batch / s",
    "typical": "mean over the batch of the kernel's mean over the candidates",
    "classes": "distinct predicted classes in the batch / K",
    "agreement": "share of the batch that the default arm's batch has too",
}
"""What is known of the batch that an arm would pick. s is the median distance of a candidate to its nearest neighbour
in a sample of 512, the kernel exp(-d^2 / 2 s^2)."""


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


def batches(pool: Pool, size: int, seed: int, classes: int | None) -> dict[str, Batch]:
    """What each arm would do whose strategies can choose here, by name.

    Args:
        pool: the candidates and what is known.
        size: of the batch.
        seed: governs the arms' random choices.
        classes: number of classes, None where it is not known.
    """
    able = blends(pool, size)
    chosen = {name: execute(blend, pool, size, seed).positions for name, blend in able.items()}
    surroundings = Surroundings(pool, classes)
    default = chosen.get(DEFAULT)
    return {
        name: Batch(able[name], positions, surroundings.describe(positions, default))
        for name, positions in chosen.items()
    }


class Surroundings:
    """The candidates around a batch: a sample of them, and how well labeled records represent it.

    Args:
        pool: the candidates and what is known.
        classes: number of classes, None where it is not known.
    """

    def __init__(self, pool: Pool, classes: int | None) -> None:
        self._pool = pool
        self._classes = classes
        signals, candidates = pool.signals, pool.unlabeled
        self._has = {
            name: signals.why_missing(name, candidates) is None for name in ("margin", "sketch", "predicted_class")
        }
        if self._has["sketch"]:
            sample = strided(candidates, _SAMPLE)
            self._sample = pool.signals.take("sketch", sample)
            between = squared_distances(self._sample, self._sample)
            np.fill_diagonal(between, np.inf)
            nearest = float(np.median(between.min(axis=1))) if len(sample) > 1 else 1.0
            self._square = nearest if nearest > 0 else 1.0
            labeled = pool.labeled[signals.covered("sketch", pool.labeled)]
            self._labeled = pool.signals.take("sketch", strided(labeled, 8 * _SAMPLE))
            self._covered = self._kernel(squared_distances(self._sample, self._labeled)).max(axis=1, initial=0.0)
            weights = np.ones(len(sample))
            if self._has["margin"]:
                weights = (1 - signals.take("margin", sample).astype(np.float64)) ** 2
            self._weights = weights / max(float(weights.sum()), 1e-12)

    def describe(self, positions: Positions, default: Positions | None) -> dict[str, float]:
        """The descriptors of a batch, by name.

        Args:
            positions: its records.
            default: those that the default arm would choose, None where it cannot.
        """
        signals = self._pool.signals
        looked_at = strided(positions, _BATCH_SAMPLE)
        found: dict[str, float] = {}
        if self._has["margin"]:
            found["uncertainty"] = float(1 - signals.take("margin", looked_at).mean(dtype=np.float64))
        if self._has["predicted_class"] and self._classes:
            found["classes"] = len(np.unique(signals.take("predicted_class", looked_at))) / self._classes
        if default is not None:
            found["agreement"] = float(np.isin(positions, default).mean())
        if self._has["sketch"]:
            found |= self._geometry(signals.take("sketch", looked_at))
        return found

    def _geometry(self, batch: NDArray[Any]) -> dict[str, float]:
        kernel = self._kernel(squared_distances(self._sample, batch))
        gain = np.maximum(kernel.max(axis=1) - self._covered, 0)
        found = {
            "gain": float(gain.mean()),
            "uncertain_gain": float(gain @ self._weights),
            "typical": float(kernel.mean()),
        }
        if len(self._labeled):
            found["novelty"] = float(np.sqrt(squared_distances(batch, self._labeled).min(axis=1) / self._square).mean())
        if len(batch) > 1:
            between = squared_distances(batch, batch)
            np.fill_diagonal(between, np.inf)
            found["spread"] = float(np.sqrt(between.min(axis=1) / self._square).mean())
        return found

    def _kernel(self, squares: NDArray[np.float64]) -> NDArray[np.float64]:
        kernel: NDArray[np.float64] = np.exp(squares / (-2 * self._square))
        return kernel
