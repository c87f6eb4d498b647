"""Where a record lies among the others, from embeddings. Pure functions, float32 out, memory bounded by a block."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES, as_matrix, row_blocks
from loopwise.signals.definitions import ShareLevel, Signal

FLOAT16_MAX = 65504.0

NEIGHBOURS = 20
"""Hacohen et al. 2022 take the 20 nearest neighbours."""


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

    All pairs are compared: meant for a cluster or a sample, not for a large pool.

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
    step = max(1, BLOCK_BYTES // (4 * len(E)))
    for start in range(0, len(E), step):
        rows = slice(start, start + step)
        squares = norms[rows, None] + norms - 2 * (E[rows] @ E.T)
        squares[np.arange(len(squares)), np.arange(start, start + len(squares))] = np.inf  # not its own neighbour
        squares.partition(count - 1, axis=1)
        mean[rows] = np.sqrt(np.maximum(squares[:, :count], 0)).mean(axis=1)
    mean += 1e-5  # duplicates are very typical, not infinitely
    return np.reciprocal(mean, out=mean)


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
)
