"""Strategies for records that have several labels each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import row_blocks
from loopwise.signals.columns import Rows
from loopwise.signals.multilabel import THRESHOLD
from loopwise.strategies.base import LargestSignal, Pool, SmallestSignal, Strategy, UtilityStrategy, ranks

_BLOCK = 1 << 18
"""Pairs of a candidate and a labeled record that are compared at a time."""

_AT_ONCE = 4
"""Labels whose margins are columns at a time; all of them would be a copy of what was reported."""


class LabelMargin(SmallestSignal):
    """Utility - min |2p - 1|: of one label the model is not sure at all."""

    name = "label_margin"
    needs = ("label_margin",)
    description = "Takes the records that have the label about which the model is least sure."
    reference = (
        "Brinker, On active learning in multi-label classification, From data and information analysis to knowledge "
        "engineering, 2006"
    )
    serves = "For records of several labels, while a doubt about a single label is worth an answer."


class MeanLabelEntropy(LargestSignal):
    """Utility: the mean over the labels of their binary entropy."""

    name = "mean_label_entropy"
    needs = ("mean_label_entropy",)
    description = "Takes the records whose labels are most uncertain on the whole."
    reference = "Shannon, A mathematical theory of communication, Bell System Technical Journal, 1948, of each label"
    serves = "For records of several labels, when all of them matter and not the most doubtful one alone."


class LabelCardinalityInconsistency(UtilityStrategy):
    """Utility |c(x) - c|: the model predicts more labels, or fewer, than a labeled record has on average.

    The number of labels c(x) is the model's. So is the average, for labels stay home: it is the mean of the
    predictions for labeled records, on which the model was trained, or, where none of those was reported, for the
    candidates. Whoever wants the true average gives it, or reports the true numbers for the labeled records.

    Args:
        cardinality: Average number of labels of a labeled record; None: as predicted.
    """

    name = "label_cardinality_inconsistency"
    needs = ("label_cardinality",)
    description = "Takes the records for which the model predicts unusually many or few labels."
    reference = "Li and Guo, Active learning with multi-label SVM classification, IJCAI 2013"
    serves = "For records of several labels, in a blend with their margins."

    def __init__(self, cardinality: float | None = None) -> None:
        self.cardinality = cardinality

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Distance to the average number of labels."""
        numbers = pool.signal("label_cardinality")
        average = self.cardinality
        if average is None:
            known = pool.labeled_signal("label_cardinality")
            average = float((known if len(known) else numbers).mean(dtype=np.float64))
        return np.asarray(np.abs(numbers - np.float32(average)))


class CategoryVectorInconsistency(UtilityStrategy):
    """CVIRS: labels of small margins, in a set of labels unlike those of the labeled records.

    The utility is a product. The first factor ranks the candidates by the margin |2p - 1| of each label, and adds up
    the ranks over the labels by Borda's count, 1 for a record whose margins are all the smallest; equal margins share
    their mean rank. The second is the mean distance of the record's predicted labels to those of the labeled records:
    the normalised entropy distance of two sets of labels, and 1 for sets that are each other's complement.

    The paper compares with the true labels of all labeled records. Labels stay home: here it is the predicted ones,
    of a random sample, and the first factor alone where nothing is known of labeled records.

    Args:
        sample: Bound on the number of labeled records that each candidate is compared with.
    """

    name = "cvirs"
    needs = ("label_probabilities",)
    description = "Takes the records of small margins over all labels whose predicted labels are unlike those labeled."
    reference = (
        "Reyes, Morell and Ventura, Effective active learning strategy for multi-label learning, Neurocomputing 2018"
    )
    serves = "For records of several labels, when unusual combinations of labels should come up too."

    def __init__(self, sample: int = 256) -> None:
        self.sample = sample

    def utilities(self, pool: Pool, rng: np.random.Generator) -> NDArray[np.floating[Any]]:
        """Borda's count of the margins, times the inconsistency."""
        P = pool.rows("label_probabilities")
        known = pool.labeled[pool.signals.covered("label_probabilities", pool.labeled)]
        utilities = _borda(P)
        if len(known):
            labeled = pool.signals.take("label_probabilities", rng.permutation(known)[: self.sample])
            utilities *= _inconsistency(P, labeled)
        return utilities


def _borda(P: Rows) -> NDArray[np.float32]:
    """Share of the other records that a record leaves behind, by its margins, on average over the labels.

    The margin |2p - 1| is smallest where min(p, 1 - p) is largest; that is exact in float32, near 0 and 1 too.
    """
    count, labels = P.shape
    scores = np.zeros(count, np.float32)
    columns = np.empty((min(labels, _AT_ONCE), count), np.float32)
    for first in range(0, labels, _AT_ONCE):
        some = columns[: labels - first]
        for rows in row_blocks(some.T):
            p = P[rows][:, first : first + _AT_ONCE].T.astype(np.float32, copy=False)
            np.minimum(p, 1 - p, out=some[:, rows])
        for column in some:
            scores += ranks(column)
    scores /= labels
    return scores


def _inconsistency(P: Rows, labeled: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Mean distance of each row's predicted labels to those of the labeled rows, in [0, 1]."""
    theirs = (labeled > THRESHOLD).astype(np.float32)
    their_numbers = theirs.sum(axis=1).astype(np.intp)
    labels = P.shape[1]
    # A distance follows from three counts: each set's labels and the common ones. So it is looked up, in a table for
    # all labeled rows with equally many labels.
    groups = []
    for number in np.unique(their_numbers).tolist():
        table = _distances(np.arange(number + 1)[:, None], np.arange(labels + 1), number, labels).ravel()
        groups.append((theirs[their_numbers == number].T, table))
    means = np.zeros(len(P), np.float32)
    step = max(1, _BLOCK // max(theirs.shape))
    for start in range(0, len(P), step):
        rows = slice(start, start + step)
        own = (P[rows].astype(np.float32, copy=False) > THRESHOLD).astype(np.float32)
        numbers = own.sum(axis=1).astype(np.intp)
        for group, table in groups:
            cells = (own @ group).astype(np.intp)
            cells *= labels + 1
            cells += numbers[:, None]
            means[rows] += table.take(cells).sum(axis=1)
    means /= len(labeled)
    return means


def _distances(both: NDArray[np.intp], number: NDArray[np.intp], their_number: int, labels: int) -> NDArray[np.float32]:
    """Normalised entropy distance of two sets of labels, (2 H(own, their) - H(own) - H(their)) / H(own, their).

    Args:
        both: How many labels they have in common; with `number` it broadcasts to the shape of the result.
        number: How many labels the one has.
        their_number: How many labels the other has.
        labels: How many labels there are.

    Returns:
        Distances in [0, 1]; meaningless for counts that cannot be.
    """
    shares = np.arange(labels + 1) / labels
    term = -shares * np.log(np.maximum(shares, 1 / labels))  # - q log q, for q labels in `labels`
    neither = labels - number - their_number + both
    counts = [both, number - both, their_number - both, neither]
    joint = sum((term[np.clip(one, 0, labels)] for one in counts), np.zeros(1))
    alone = term[number] + term[labels - number] + term[their_number] + term[labels - their_number]
    # Without any entropy both sets are empty, or both are full, and equal; or each is the other's complement.
    distances = np.maximum(2 * joint - alone, 0) / np.where(joint > 0, joint, 1)
    distances[both + neither == 0] = 1
    return np.asarray(distances, np.float32)


STRATEGIES: tuple[type[Strategy], ...] = (
    LabelMargin,
    MeanLabelEntropy,
    LabelCardinalityInconsistency,
    CategoryVectorInconsistency,
)
