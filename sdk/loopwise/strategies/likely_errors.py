"""Coverage of likely errors: how likely the model is wrong about a record is learned from other experiments."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.columns import Positions
from loopwise.signals.embeddings import density
from loopwise.signals.vectors import Vectors, nearest
from loopwise.strategies.base import Pool, Strategy, ranks, top_k
from loopwise.strategies.facility import CANDIDATES, cover_in_turn, squared_distances
from loopwise.strategies.samples import draw_rows

KEEP = 0.4
"""Share of the records that is covered."""

LOOKED_AT = int(CANDIDATES / KEEP)
"""Candidates at most, the most uncertain ones, of which it is asked."""

SAMPLE = 512
"""Candidates that these are compared with."""

INPUTS: dict[str, str] = {
    "uncertainty": "1 - margin",
    "uncertainty_rank": "share of the sample that is less uncertain",
    "entropy": "entropy of the predicted probabilities, in nats",
    "entropy_rank": "share of the sample whose entropy is less",
    "beside_uncertainty": "mean of 1 - margin over the sample, weighted with k1",
    "around_uncertainty": "the same with k2",
    "beside_entropy": "mean entropy over the sample, weighted with k1",
    "beside_same": "share of the sample of the same predicted class, weighted with k1",
    "around_same": "the same with k2",
    "beside_labeled": "k1 to the nearest labeled record, 0 without any",
    "around_labeled": "k2 likewise",
    "labeled_rank": "share of the sample that is nearer to a labeled record",
    "density_rank": "share of the sample around which, by k2, there is less of the sample",
    "class_share": "share of the sample of the same predicted class",
    "mean_uncertainty": "mean of 1 - margin over the sample",
    "mean_entropy": "mean entropy over the sample",
    "labels": "ln(1 + labeled records)",
    "classes": "ln of the distinct predicted classes in the sample",
}
"""What the error model is told of a record. Sample: 512 random candidates, or all where there are fewer. kw is the
kernel exp(-d^2 / 2 (w s)^2), s the median distance of one of the sample to the nearest other one."""

_PRIOR = 1e-3
"""Weight of the whole sample's mean beside the neighbours: who has none is like everyone."""


@dataclass(frozen=True, eq=False)
class ErrorModel:
    """A network of one hidden layer: from a record's inputs to the probability that the model is wrong about it.

    Attributes:
        mean: (inputs,) of what it was trained on.
        scale: (inputs,) standard deviations of the same.
        hidden: (inputs, units) weights.
        hidden_bias: (units,).
        out: (units,) weights.
        out_bias: () of the output.
    """

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]
    hidden: NDArray[np.float64]
    hidden_bias: NDArray[np.float64]
    out: NDArray[np.float64]
    out_bias: NDArray[np.float64]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> ErrorModel:
        """The model of these fields, lists in the arrays' place."""
        return cls(**{name: np.array(values, np.float64) for name, values in fields.items()})

    def probabilities(self, X: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """(n,) probabilities that the model is wrong, of (n, inputs) as `INPUTS` orders them."""
        Z = np.clip((X - self.mean) / self.scale, -5, 5)
        return 1 / (1 + np.exp(-(np.tanh(Z @ self.hidden + self.hidden_bias) @ self.out + self.out_bias)))


class LikelyErrors(Strategy):
    """Facility location among uncertain records that the model is likely wrong about, as other experiments taught.

    A small network, trained on simulated experiments, tells from how uncertain a record and its neighbours are, what
    they are predicted to be, and how far labels are, how likely the model is wrong about it. The records are ranked by
    margin, by that probability and, with half the weight, by density; the best 40 % by the sum of the ranks are covered
    as by `facility_location`, each with the probability as its weight. Of a large pool the 7,500 most uncertain records
    are looked at.
    """

    name = "likely_errors"
    needs = ("margin", "entropy", "predicted_class", "sketch")
    description = "Filters by uncertainty, likely errors and density, then covers what is probably wrong."
    reference = "loopwise; its coverage: Wei, Iyer and Bilmes, Submodularity in data subset selection, ICML 2015"
    serves = "In the first batches with boosted trees, whose margins tell little of their errors."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Estimate, filter, cover."""
        certainty = pool.signal("margin")
        rows = top_k(np.negative(certainty), min(size + LOOKED_AT, len(certainty)), rng)
        rows.sort()
        wrong = error_model().probabilities(record_inputs(pool, rows, rng))
        value = ranks(np.negative(certainty[rows])) + ranks(wrong)
        value += ranks(density(pool.signals.take("sketch", pool.unlabeled[rows]))) / 2
        kept = top_k(value, max(size, math.ceil(KEEP * len(rows))), rng)
        return cover_in_turn(pool, pool.unlabeled[rows[kept]], wrong[kept], size, rng)


def record_inputs(pool: Pool, rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """(rows, inputs): what the error model is told of these candidates, each for itself.

    Args:
        pool: with the signals margin, entropy, predicted_class and sketch of all candidates.
        rows: indices into `pool.unlabeled`, unique.
        rng: draws the sample.
    """
    sample = draw_rows(len(pool.unlabeled), min(SAMPLE, len(pool.unlabeled)), rng)
    ours, theirs = (_Records.of(pool, pool.unlabeled[some]) for some in (rows, sample))
    within = _distances(theirs.sketch, theirs.sketch)
    np.fill_diagonal(within, np.inf)  # nothing is its own neighbour
    square = np.median(within.min(axis=1)) if len(sample) > 1 else np.float32(0)
    square = square or np.float32(1)
    between = _distances(ours.sketch, theirs.sketch)
    between[_where(sample, rows)] = np.inf
    around = _kernel(between, square)
    beside = np.square(around)
    np.square(beside, out=beside)
    present, inverse = np.unique(theirs.predicted, return_inverse=True)
    classes = np.eye(len(present), dtype=np.float32)[inverse]
    told = np.column_stack([theirs.unsure, theirs.entropy, classes]).astype(np.float32)
    means = told.mean(axis=0)
    beside_it, around_it = (
        (kernel @ told + _PRIOR * means) / (kernel.sum(axis=1, keepdims=True) + _PRIOR) for kernel in (beside, around)
    )
    column = np.searchsorted(present, ours.predicted).clip(max=len(present) - 1)
    is_present, own = present[column] == ours.predicted, (np.arange(len(rows)), 2 + column)
    labeled = pool.labeled_signal("sketch")
    labeled = labeled[:: 1 + len(labeled) // CANDIDATES]
    apart, theirs_apart = (
        nearest(some.sketch, labeled)[1] if len(labeled) else np.full(len(some.sketch), np.inf, np.float32)
        for some in (ours, theirs)
    )
    near = _kernel(apart.copy(), square) * (apart < np.inf)
    columns = (
        ours.unsure,
        _rank(ours.unsure, theirs.unsure),
        ours.entropy,
        _rank(ours.entropy, theirs.entropy),
        beside_it[:, 0],
        around_it[:, 0],
        beside_it[:, 1],
        np.where(is_present, beside_it[own], 0),
        np.where(is_present, around_it[own], 0),
        near**4,
        near,
        _rank(apart, theirs_apart),
        _rank(around.sum(axis=1), _kernel(within, square).sum(axis=1)),
        np.where(is_present, means[own[1]], 0),
        means[0],
        means[1],
        math.log1p(len(pool.labeled)),
        math.log(len(present)),
    )
    return np.stack(np.broadcast_arrays(*columns), axis=1).astype(np.float64)


@dataclass(frozen=True, eq=False)
class _Records:
    unsure: NDArray[np.float64]
    entropy: NDArray[np.float64]
    predicted: NDArray[Any]
    sketch: NDArray[np.float32]

    @classmethod
    def of(cls, pool: Pool, positions: Positions) -> _Records:
        take = pool.signals.take
        return cls(
            1 - take("margin", positions).astype(np.float64),
            take("entropy", positions).astype(np.float64),
            take("predicted_class", positions),
            take("sketch", positions).astype(np.float32),
        )


def _distances(vectors: Vectors, others: Vectors) -> Vectors:
    origin = others.mean(axis=0)  # far from it, rounding would swallow the distances
    return squared_distances(vectors - origin, others - origin)


def _where(sample: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows, and which of the sample they are."""
    order = np.argsort(sample)
    place = np.searchsorted(sample[order], rows).clip(max=len(sample) - 1)
    found = np.flatnonzero(sample[order][place] == rows)
    return found, order[place[found]]


def _kernel(squares: NDArray[np.float32], square: np.float32) -> NDArray[np.float32]:
    """k2 in the place of squared distances; nothing is less than e^-20, for denormal numbers are slow."""
    squares /= -8 * square
    np.maximum(squares, -20, out=squares)
    return np.exp(squares, out=squares)


def _rank(values: NDArray[Any], among: NDArray[Any]) -> NDArray[np.float64]:
    """Share of some values that are smaller than each of these."""
    return np.searchsorted(np.sort(among), values) / len(among)


FILE = "likely_errors.json"
"""Beside this module: {"model": the fields of the error model, ...}; `loopwise meta fit-errors` writes it."""

_stand_ins: list[ErrorModel] = []


def error_model() -> ErrorModel:
    """The error model that comes with loopwise."""
    return _stand_ins[-1] if _stand_ins else _shipped()


@contextmanager
def standing_in(model: ErrorModel) -> Iterator[None]:
    """Another error model in its place, in all of this process: to judge by data that the other one has not seen."""
    _stand_ins.append(model)
    try:
        yield
    finally:
        _stand_ins.pop()


def content() -> dict[str, Any]:
    """What the file holds: beside the model, what it was trained on, and models that have not seen all of that."""
    read: dict[str, Any] = json.loads(resources.files(__package__).joinpath(FILE).read_text("utf-8"))
    return read


@cache
def _shipped() -> ErrorModel:
    return ErrorModel.of(content()["model"])


STRATEGIES: tuple[type[Strategy], ...] = (LikelyErrors,)
