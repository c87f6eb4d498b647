"""Where a record lies among the others, from embeddings. Pure functions, float32 out, memory bounded by a block."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES, as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.kmeans import kmeans, means
from loopwise.signals.vectors import nearest

FLOAT16_MAX = 65504.0

NEIGHBOURS = 20
"""Hacohen et al. 2022 take the 20 nearest neighbours."""

SAMPLE = 20_000
"""On how many records the centres of clusters are found."""


def density(embeddings: NDArray[Any]) -> NDArray[np.float32]:
    """Information density: the mean cosine similarity to all records, the record itself included.

    The mean of the inner products with all unit vectors is the inner product with their mean, so it costs two
    passes instead of all pairs. A record without direction (norm 0) is similar to none.

    Args:
        embeddings: (rows, width), real.

    Returns:
        (rows,), float32, in [-1, 1].

    Reference: Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008.
    """
    E = as_matrix(embeddings, "embeddings")
    total = np.zeros(E.shape[1])
    for rows in row_blocks(E):
        total += _unit_rows(E[rows]).sum(axis=0)
    mean = (total / max(1, len(E))).astype(np.float32)
    similarity = np.empty(len(E), np.float32)
    for rows in row_blocks(E):
        np.matmul(_unit_rows(E[rows]), mean, out=similarity[rows])
    return similarity


def typicality(embeddings: NDArray[Any], neighbours: int = NEIGHBOURS) -> NDArray[np.float32]:
    """Inverse of the mean Euclidean distance to the nearest neighbours among the given records.

    All pairs are compared: meant for a cluster or a sample, not for a large pool. `cluster` divides a large one.

    Args:
        embeddings: (rows, width), real.
        neighbours: How many; all others when there are fewer.

    Returns:
        (rows,), float32; 0 for a record that is alone.

    Reference: Hacohen, Dekel and Weinshall, Active learning on a budget, ICML 2022.
    """
    E = as_matrix(embeddings, "embeddings").astype(np.float32)
    count = min(neighbours, len(E) - 1)
    if count < 1:
        return np.zeros(len(E), np.float32)
    E -= E.mean(axis=0)  # distances stay, and the products below lose less to rounding
    norms = np.einsum("ij,ij->i", E, E)
    mean = np.empty(len(E), np.float32)
    step = max(1, 8 * BLOCK_BYTES // (4 * len(E)))  # a product of few rows is slow
    for start in range(0, len(E), step):
        rows = slice(start, start + step)
        squares = norms[rows, None] + norms - 2 * (E[rows] @ E.T)
        squares[np.arange(len(squares)), np.arange(start, start + len(squares))] = np.inf  # not its own neighbour
        squares.partition(count - 1, axis=1)
        mean[rows] = np.sqrt(np.maximum(squares[:, :count], 0)).mean(axis=1)
    mean += 1e-5  # duplicates are very typical, not infinitely
    return np.reciprocal(mean, out=mean)


def distance_to_labeled(embeddings: NDArray[Any], labeled: NDArray[Any]) -> NDArray[np.float32]:
    """Euclidean distance of each record to the nearest labeled one.

    Every record is compared with every labeled one, in blocks: a million records, 1,000 labels and a width of 64 take
    about 1.5 s on a core.

    Args:
        embeddings: (rows, width), real.
        labeled: (labeled, width), real, at least one row: the embeddings of the labeled records.

    Returns:
        (rows,), float32; NaN where the record, or any labeled one, holds NaN.

    Raises:
        InvalidInputError: A wrong shape or dtype, or no labeled record.

    Reference: Sener and Savarese, Active learning for convolutional neural networks: a core-set approach, ICLR 2018.
    """
    E, L = as_matrix(embeddings, "embeddings"), as_matrix(labeled, "labeled embeddings")
    if not len(L) or L.shape[1] != E.shape[1]:
        raise InvalidInputError(
            f"labeled embeddings must be at least one row of width {E.shape[1]}, as the records are, not {L.shape}."
        )
    indices, squares = nearest(E, L)
    for rows in row_blocks(E):
        # From the difference itself: the products by which the nearest was found round, and a copy is at distance 0.
        difference = E[rows].astype(np.float32) - L[indices[rows]].astype(np.float32)
        exact = np.einsum("ij,ij->i", difference, difference)
        squares[rows] = np.where(np.isnan(squares[rows]), np.nan, exact)
    return np.sqrt(squares, out=squares)


def cluster(embeddings: NDArray[Any], count: int, rng: np.random.Generator, sample: int = SAMPLE) -> NDArray[np.int32]:
    """The k-means cluster of each record, from 0; the centres are found on a random sample.

    Args:
        embeddings: (rows, width), real, finite.
        count: Number of clusters, at least 1. There may be fewer where there are fewer distinct records.
        rng: Governs the sample and where the centres start.
        sample: Bound on the number of records on which the centres are found.

    Returns:
        (rows,), int32: the nearest centre.

    Raises:
        InvalidInputError: A wrong shape or dtype, a record that holds NaN or infinity, or no cluster.

    References: Lloyd, Least squares quantization in PCM, 1982; Arthur and Vassilvitskii, k-means++: the advantages of
    careful seeding, SODA 2007.
    """
    E = as_matrix(embeddings, "embeddings")
    if count < 1:
        raise InvalidInputError(f"There must be at least one cluster, not {count}.")
    if not all(np.isfinite(E[rows]).all() for rows in row_blocks(E)):
        raise InvalidInputError("embeddings must be finite to be clustered.")
    if not len(E):
        return np.empty(0, np.int32)
    some = E[np.sort(rng.permutation(len(E))[: max(sample, count)])].astype(np.float32)
    clusters, _ = kmeans(some, min(count, len(some)), rng)
    _, clusters = np.unique(clusters, return_inverse=True)  # without empty ones
    return nearest(E, means(some, clusters, int(clusters.max()) + 1))[0].astype(np.int32)


def _unit_rows(block: NDArray[Any]) -> NDArray[np.float32]:
    """Rows scaled to length 1; rows of length 0 stay 0. Always a copy."""
    units = block.astype(np.float32)
    norms = np.sqrt(np.einsum("ij,ij->i", units, units))
    units /= np.where(norms > 0, norms, 1)[:, None]
    return units


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="sketch",
        level=ShareLevel.EMBEDDINGS,
        dtypes=("<f2", "<f4"),
        meaning="A random projection of the record's embedding; keeps distances and angles, not the embedding.",
        formula="E R, R a secret random matrix",
        source="Johnson and Lindenstrauss, Extensions of Lipschitz mappings into a Hilbert space, 1984",
        low=-FLOAT16_MAX,
        high=FLOAT16_MAX,
        vector=True,
        of_pool=True,
    ),
    Signal(
        name="typicality",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How densely the record's surroundings are populated; large is typical.",
        formula="1 / mean distance to the nearest neighbours",
        source="Hacohen, Dekel and Weinshall, Active learning on a budget, ICML 2022",
        low=0.0,
        high=math.inf,
        of_pool=True,
    ),
    Signal(
        name="density",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How similar the record is to the pool on the whole; large is representative.",
        formula="mean cosine similarity to all records",
        source="Settles and Craven, An analysis of active learning strategies for sequence labeling, EMNLP 2008",
        low=-1.0,
        high=1.0,
        sources=("sketch",),
        derive=density,
        of_pool=True,
    ),
    Signal(
        name="distance_to_labeled",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="How far the record is from the nearest labeled one; large is unlike all that is labeled.",
        formula="min over labeled x' of |x - x'|, Euclidean, over embeddings",
        source=(
            "Sener and Savarese, Active learning for convolutional neural networks: a core-set approach, ICLR 2018"
        ),
        low=0.0,
        high=math.inf,
    ),
    Signal(
        name="cluster",
        level=ShareLevel.SCORES,
        dtypes=("<i4",),
        meaning="The group of similar records to which the record belongs, counted from 0.",
        formula="argmin over centres of |x - centre|, Euclidean; the centres by k-means, or any other grouping",
        source="Lloyd, Least squares quantization in PCM, 1982",
        low=0.0,
        high=math.inf,
        of_pool=True,
    ),
)
