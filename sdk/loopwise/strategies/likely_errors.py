"""Coverage of likely errors: how likely the model is wrong about a record is learned from other experiments."""

from __future__ import annotations

import hashlib
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
from loopwise.signals.vectors import Vectors, nearest, squared_norms
from loopwise.strategies.base import Pool, Strategy, ranks, top_k
from loopwise.strategies.facility import CANDIDATES, ROUNDING, cover_in_turn, squared_distances
from loopwise.strategies.samples import draw_rows

KEEP = 0.4
"""Share of the records that is covered."""

SAMPLE = 256
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
"""What the error model is told of a record. Sample: 256 random candidates, or all where there are fewer. kw is the
kernel exp(-d^2 / 2 (w s)^2), s the median distance of one of the sample to the nearest other one."""

_BLOCK = 4096
"""Records that are compared with the sample at a time."""

_ROUNDING = 1e-5
"""Of a number: what differs less is the same, where it is ranked."""

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
    are looked at, and 2.5 more for each record of the batch.
    """

    name = "likely_errors"
    needs = ("margin", "entropy", "predicted_class", "sketch")
    description = "Filters by uncertainty, likely errors and density, then covers what is probably wrong."
    reference = "loopwise; its coverage: Wei, Iyer and Bilmes, Submodularity in data subset selection, ICML 2015"
    serves = "In the first batches with boosted trees, whose margins tell little of their errors."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Estimate, filter, cover."""
        certainty = pool.signal("margin")
        rows = top_k(np.negative(certainty), min(math.ceil((size + CANDIDATES) / KEEP), len(certainty)), rng)
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
    sample = _Sample(pool, draw_rows(len(pool.unlabeled), min(SAMPLE, len(pool.unlabeled)), rng))
    parts = [sample.inputs(pool, rows[first : first + _BLOCK]) for first in range(0, len(rows), _BLOCK)]
    return np.concatenate([np.empty((0, len(INPUTS))), *parts])


@dataclass(frozen=True, eq=False)
class _Records:
    unsure: NDArray[np.float64]
    entropy: NDArray[np.float64]
    predicted: NDArray[Any]
    sketch: Vectors

    @classmethod
    def of(cls, pool: Pool, positions: Positions) -> _Records:
        take = pool.signals.take
        return cls(
            1 - take("margin", positions).astype(np.float64),
            take("entropy", positions).astype(np.float64),
            take("predicted_class", positions),
            take("sketch", positions).astype(np.float32),
        )


class _Sample:
    """What records are compared with.

    Args:
        pool: the candidates.
        rows: of the sample, indices into `pool.unlabeled`.
    """

    def __init__(self, pool: Pool, rows: NDArray[np.int64]) -> None:
        self._rows = rows
        self._records = records = _Records.of(pool, pool.unlabeled[rows])
        squares = self._squares(records.sketch)
        np.fill_diagonal(squares, np.inf)  # nothing is its own neighbour
        self._square = np.float32((np.median(squares.min(axis=1)) if len(rows) > 1 else 0) or 1)
        self._dense = np.sort(_kernel(squares, self._square).sum(axis=1))
        self._unsure, self._entropy = np.sort(records.unsure), np.sort(records.entropy)
        labeled = pool.labeled_signal("sketch")
        self._labeled = labeled[:: 1 + len(labeled) // CANDIDATES]
        self._apart = np.sort(self._to_labeled(records.sketch))
        self._present, inverse = np.unique(records.predicted, return_inverse=True)
        classes = np.eye(len(self._present), dtype=np.float32)[inverse]
        self._told = np.column_stack([records.unsure, records.entropy, classes]).astype(np.float32)
        self._means = self._told.mean(axis=0)
        self._labels = math.log1p(len(pool.labeled))

    def inputs(self, pool: Pool, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(rows, inputs) of candidates."""
        records = _Records.of(pool, pool.unlabeled[rows])
        squares = self._squares(records.sketch)
        squares[_where(self._rows, rows)] = np.inf
        kernel = _kernel(squares, self._square)
        mass = kernel.sum(axis=1)
        by_around = self._averages(kernel, mass)
        for _ in range(2):  # half as wide: to the power of four
            np.square(kernel, out=kernel)
        by_beside = self._averages(kernel, kernel.sum(axis=1))
        column = np.searchsorted(self._present, records.predicted).clip(max=len(self._present) - 1)
        is_present, own = self._present[column] == records.predicted, (np.arange(len(rows)), 2 + column)
        apart = self._to_labeled(records.sketch)
        near = _kernel(apart.copy(), self._square) * (apart < np.inf)
        columns = (
            records.unsure,
            _rank(records.unsure, self._unsure),
            records.entropy,
            _rank(records.entropy, self._entropy),
            by_beside[:, 0],
            by_around[:, 0],
            by_beside[:, 1],
            np.where(is_present, by_beside[own], 0),
            np.where(is_present, by_around[own], 0),
            near**4,
            near,
            _rank(apart, self._apart),
            _rank(mass, self._dense),
            np.where(is_present, self._means[own[1]], 0),
            self._means[0],
            self._means[1],
            self._labels,
            math.log(len(self._present)),
        )
        return np.stack(np.broadcast_arrays(*columns), axis=1).astype(np.float64)

    def _averages(self, kernel: NDArray[np.float32], mass: NDArray[np.float32]) -> NDArray[np.float32]:
        """(rows, told) means over the sample by a kernel, whose rows sum to the mass."""
        averages: NDArray[np.float32] = (kernel @ self._told + _PRIOR * self._means) / (mass[:, None] + _PRIOR)
        return averages

    def _squares(self, vectors: Vectors) -> Vectors:
        """Squared distances (len(vectors), sample)."""
        origin = self._records.sketch.mean(axis=0)  # far from it, rounding would swallow the distances
        vectors, others = vectors - origin, self._records.sketch - origin
        return _exact(squared_distances(vectors, others), others)

    def _to_labeled(self, vectors: Vectors) -> NDArray[np.float32]:
        """(len(vectors),) squared distances to the nearest labeled record; inf without any."""
        if len(self._labeled) == 0:
            return np.full(len(vectors), np.inf, np.float32)
        return _exact(nearest(vectors, self._labeled)[1], self._records.sketch - self._records.sketch.mean(axis=0))


def _exact(squares: NDArray[np.float32], vectors: Vectors) -> NDArray[np.float32]:
    """Squared distances, those 0 that are no more than rounding beside the lengths of vectors."""
    squares[squares <= ROUNDING * squared_norms(vectors).max()] = 0
    return squares


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
    """Share of some values, ascending, that are smaller than each of these, by more than rounding."""
    return np.searchsorted(among, values * (1 - _ROUNDING)) / len(among)


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
def version() -> str:
    """Of the error model that comes with loopwise: 12 hexadecimal digits that follow from its numbers."""
    return hashlib.sha256(json.dumps(content()["model"], sort_keys=True).encode()).hexdigest()[:12]


@cache
def _shipped() -> ErrorModel:
    return ErrorModel.of(content()["model"])


STRATEGIES: tuple[type[Strategy], ...] = (LikelyErrors,)
