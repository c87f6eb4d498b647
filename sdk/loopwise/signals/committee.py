"""How far the members of a committee disagree about each record.

Pure functions, float32 out, memory bounded by a block. A committee is an ensemble, or one model asked several times
with dropout left on. What it says is one array `members` of shape (members, records, classes): each member's
probabilities of the classes of each record. Votes alone are probabilities of 0 and 1. float16, float64 and integers
are computed in float32.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.definitions import ShareLevel, Signal
from loopwise.signals.disagreement import MEASURES, Floats, as_committee, blocks, log, measure

_EPIG_ROWS = 512
"""Pairs of record and class that are compared with the targets at a time."""


def committee_signals(members: NDArray[Any]) -> dict[str, Floats]:
    """All signals of disagreement at once: each block of records is read once, and logarithms and votes are shared.

    Args:
        members: (members, records, classes), each row the probabilities of one member for one record.

    Returns:
        (records,), float32, by the name of the signal: vote_entropy, normalised_vote_entropy, variation_ratio,
        consensus_entropy, bald, kl_max, mean_std; as the functions of these names.

    Raises:
        InvalidInputError: The array has another shape, or a row is no probabilities; member and row are named.
    """
    return measure(members, MEASURES)


def consensus(members: NDArray[Any]) -> Floats:
    """The mean of the members' probabilities, which is the committee's own: what to report as `probabilities`.

    Args:
        members: (members, records, classes).

    Returns:
        (records, classes), float32.

    Raises:
        InvalidInputError: As `committee_signals`.
    """
    M = as_committee(members)
    means = np.empty(M.shape[1:], np.float32)
    for rows, block in blocks(M):
        means[rows] = block.mean
    return means


def vote_entropy(members: NDArray[Any]) -> Floats:
    """Entropy of the votes, - sum v log v in nats, v the share of the members that hold a class most probable.

    A member votes for its most probable class, the first of equals.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Dagan and Engelson, Committee-based sampling for training probabilistic classifiers, ICML 1995. They
    divide by a constant, which changes no order.
    """
    return measure(members, ["vote_entropy"])["vote_entropy"]


def normalised_vote_entropy(members: NDArray[Any]) -> Floats:
    """Entropy of the votes over its largest value for the number of classes that got any; 0 where they agree.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32, in [0, 1].

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Copa, Tuia, Volpi and Kanevski, Unbiased query-by-bagging active learning for VHR image classification,
    SPIE Remote Sensing 2010, as nEQB.
    """
    return measure(members, ["normalised_vote_entropy"])["normalised_vote_entropy"]


def variation_ratio(members: NDArray[Any]) -> Floats:
    """Share of the members that do not vote for the class of most votes.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Freeman, Elementary applied statistics, 1965.
    """
    return measure(members, ["variation_ratio"])["variation_ratio"]


def consensus_entropy(members: NDArray[Any]) -> Floats:
    """Entropy of the mean of the members' probabilities, in nats: all uncertainty, of the members and between them.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Settles, Active learning, Morgan and Claypool 2012, as soft vote entropy.
    """
    return measure(members, ["consensus_entropy"])["consensus_entropy"]


def bald(members: NDArray[Any]) -> Floats:
    """Mutual information of a record's class and the choice of member, in nats.

    It is the entropy of the mean less the mean entropy, and the mean Kullback-Leibler divergence of the members to
    their mean: BALD and McCallum and Nigam's disagreement are one number.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Houlsby, Huszar, Ghahramani and Lengyel, Bayesian active learning for classification and preference
    learning, 2011; McCallum and Nigam, Employing EM and pool-based active learning for text classification, ICML 1998.
    """
    return measure(members, ["bald"])["bald"]


def kl_max(members: NDArray[Any]) -> Floats:
    """Kullback-Leibler divergence of the most dissenting member to the mean of all, in nats.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32, at most the logarithm of the number of members.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Danka and Horvath, modAL: a modular active learning framework for Python, 2018; after McCallum and Nigam,
    who take the mean.
    """
    return measure(members, ["kl_max"])["kl_max"]


def mean_std(members: NDArray[Any]) -> Floats:
    """Standard deviation of a class's probability over the members, mean over the classes.

    Args:
        members: (members, records, classes).

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`.

    Reference: Kampffmeyer, Salberg and Jenssen, Semantic segmentation of small objects and modeling of uncertainty in
    urban remote sensing images using deep convolutional neural networks, CVPR workshops 2016.
    """
    return measure(members, ["mean_std"])["mean_std"]


def epig(members: NDArray[Any], targets: NDArray[Any]) -> Floats:
    """What a record's label is expected to tell of the labels of target records, in nats: mean mutual information.

    Time grows with records x targets x classes squared: a sample of some hundred targets will do.

    Args:
        members: (members, records, classes).
        targets: (members, targets, classes), the same members' probabilities for records like those on which the model
            is to be good.

    Returns:
        (records,), float32.

    Raises:
        InvalidInputError: As `committee_signals`, or the targets are not of the same members.

    Reference: Bickford Smith, Kirsch, Farquhar, Gal, Foster and Rainforth, Prediction-oriented Bayesian active
    learning, AISTATS 2023.
    """
    M, T = as_committee(members), as_committee(targets)
    if len(M) != len(T) or T.shape[1] == 0:
        raise InvalidInputError(f"The same {len(M)} members must judge the targets, not an array of shape {T.shape}.")
    count, classes = len(M), M.shape[2]
    theirs = np.concatenate([block.P for _, block in blocks(T)], axis=1).reshape(count, -1)
    # With J the joint probability of two classes, it is the sum of J log J - J log p - J log q: only the first term
    # needs all pairs. Sums of rows are taken as they are, so that rounding does not look like information.
    masses = theirs.sum(axis=1)
    theirs_alone = theirs @ log(theirs.mean(axis=0))
    nats = np.empty(M.shape[1], np.float32)
    step = max(1, _EPIG_ROWS // classes)
    for start in range(0, M.shape[1], step):
        rows = slice(start, start + step)
        ours = np.concatenate([block.P for _, block in blocks(M[:, rows], start)], axis=1).reshape(count, -1).T / count
        sums = np.zeros(len(ours))
        tile = max(1, BLOCK_BYTES // ours.itemsize // len(ours))
        for first in range(0, theirs.shape[1], tile):
            joint = ours @ theirs[:, first : first + tile]
            terms = log(joint)
            terms *= joint
            sums += terms.sum(axis=1)
        sums -= (ours @ masses) * log(ours.sum(axis=1)) + ours @ theirs_alone
        nats[rows] = sums.reshape(-1, classes).sum(axis=1) / T.shape[1]
    return np.maximum(nats, 0, out=nats)


def flatten_members(members: NDArray[Any]) -> Floats:
    """The committee record by record, as the signal `members`: a record's probabilities by its members in turn.

    Args:
        members: (members, records, classes).

    Returns:
        (records, members * classes), float32.

    Raises:
        InvalidInputError: As `committee_signals`.
    """
    M = as_committee(members)
    flat = np.empty((M.shape[1], M.shape[0], M.shape[2]), np.float32)
    for rows, block in blocks(M):
        flat[rows] = block.P.swapaxes(0, 1)
    return flat.reshape(len(flat), -1)


def _scalar(
    name: str,
    meaning: str,
    formula: str,
    source: str,
    high: float = math.inf,
    by_classes: Callable[[int], float] | None = None,
) -> Signal:
    return Signal(name, ShareLevel.SCORES, ("<f4",), meaning, formula, source, 0.0, high, high_by_classes=by_classes)


SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="members",
        level=ShareLevel.PROBABILITIES,
        dtypes=("<f4",),
        meaning="The probabilities that each member of a committee gives each class, member by member.",
        formula="p_11 ... p_1C, ..., p_M1 ... p_MC, each member's sum 1",
        source="the user's committee",
        low=0.0,
        high=1.0,
        vector=True,
        per_member=True,
    ),
    _scalar(
        "vote_entropy",
        meaning="How spread the votes of a committee are over the classes, in nats; large is disagreement.",
        formula="- sum v log v, v_c the share of the members whose most probable class is c",
        source="Dagan and Engelson, Committee-based sampling for training probabilistic classifiers, ICML 1995",
        by_classes=math.log,
    ),
    _scalar(
        "normalised_vote_entropy",
        meaning="How evenly the votes of a committee are spread over the classes that got any; large is disagreement.",
        formula="vote entropy / log(number of classes with a vote), 0 where there is one",
        source="Copa, Tuia, Volpi and Kanevski, Unbiased query-by-bagging active learning for VHR image "
        "classification, SPIE Remote Sensing 2010",
        high=1.0,
    ),
    _scalar(
        "variation_ratio",
        meaning="Share of a committee's members that do not vote for the class of most votes; large is disagreement.",
        formula="1 - max v, v_c the share of the members whose most probable class is c",
        source="Freeman, Elementary applied statistics, 1965",
        high=1.0,
        by_classes=lambda classes: 1 - 1 / classes,
    ),
    _scalar(
        "consensus_entropy",
        meaning="How spread the mean probabilities of a committee are over the classes, in nats; large is uncertain.",
        formula="- sum q log q, q the mean of the members' probabilities",
        source="Settles, Active learning, Morgan and Claypool 2012, as soft vote entropy",
        by_classes=math.log,
    ),
    _scalar(
        "bald",
        meaning="What the class would tell of which member is right, in nats: mean divergence of the members to their "
        "mean; large is disagreement.",
        formula="H(q) - mean H(p_m) = mean KL(p_m || q), q the mean of the members' probabilities p_m",
        source="Houlsby et al., Bayesian active learning for classification and preference learning, 2011; McCallum "
        "and Nigam, Employing EM and pool-based active learning for text classification, ICML 1998",
        by_classes=math.log,
    ),
    _scalar(
        "kl_max",
        meaning="How far the most dissenting member of a committee is from the mean of all, in nats.",
        formula="max KL(p_m || q), q the mean of the members' probabilities p_m",
        source="Danka and Horvath, modAL: a modular active learning framework for Python, 2018",
    ),
    _scalar(
        "mean_std",
        meaning="How much the probability of a class differs between the members of a committee, mean over classes.",
        formula="mean over classes of the standard deviation over members",
        source="Kampffmeyer, Salberg and Jenssen, Semantic segmentation of small objects and modeling of uncertainty "
        "in urban remote sensing images using deep convolutional neural networks, CVPR workshops 2016",
        high=0.5,
    ),
    _scalar(
        "epig",
        meaning="What the class is expected to tell of the classes of target records, in nats; large is informative.",
        formula="mean over targets of I(y; y* | x, x*)",
        source="Bickford Smith et al., Prediction-oriented Bayesian active learning, AISTATS 2023",
        by_classes=math.log,
    ),
)
