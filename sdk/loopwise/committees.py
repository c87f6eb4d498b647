"""Committees made at home from a model of the user's own: members that differ by their records, or by their features.

What comes back has the shape (members, records, classes) that `loopwise.signals.committee_signals` takes.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError

Floats = NDArray[np.float32]


class Classifier(Protocol):
    """What a model must have: scikit-learn's way to fit, and `predict_proba`, or else `predict`.

    A model without `predict_proba` votes: its class has the probability 1. Where a model has `classes_`, these name the
    columns of its probabilities; otherwise they are the labels that it was fitted to, in order. Where it has
    `get_params`, each member is built anew from these; otherwise it is a deep copy.
    """

    def fit(self, X: Any, y: Any) -> Any:
        """Fit to features and labels, from scratch."""


def bagging(
    model: Classifier,
    X: Any,
    labels: Any,
    records: Any,
    *,
    members: int = 10,
    classes: Any = None,
    seed: int = 0,
) -> Floats:
    """Query by bagging: each member is fitted to a bootstrap of the labeled records.

    A bootstrap is as many labeled records as there are, drawn with replacement; drawn again where all are of one class.

    Args:
        model: Copies of it are fitted; the model itself is left as it is. Where it has a parameter `random_state`, each
            member gets one of its own.
        X: (labeled, features): an array, a sparse matrix or a data frame.
        labels: (labeled,), in the same order.
        records: (records, features) that the members are asked about, e.g. all that are unlabeled.
        members: How many.
        classes: Names of all classes, in the order of the columns; None for those among the labels, sorted.
        seed: Of the bootstraps and of the members.

    Returns:
        (members, records, classes), float32. A class that a bootstrap lacks has the probability 0.

    Raises:
        InvalidInputError: Not one label per labeled record, less than two classes among them, labels that are no
            classes, no member, or a model whose probabilities do not fit its classes.

    Reference: Abe and Mamitsuka, Query learning strategies using boosting and bagging, ICML 1998; with vote entropy it
    is EQB of Tuia, Ratle, Pacifici, Kanevski and Emery, Active learning methods for remote sensing image
    classification, IEEE Transactions on Geoscience and Remote Sensing 2009.
    """
    y, names = _labels_and_classes(X, labels, classes)
    if members < 1:
        raise InvalidInputError(f"A committee has at least one member, not {members}.")
    rng = np.random.default_rng(seed)
    judged = []
    for _ in range(members):
        rows = rng.integers(0, len(y), len(y))
        while (y[rows] == y[rows[0]]).all():  # there are two classes, so that most draws have both
            rows = rng.integers(0, len(y), len(y))
        judged.append(_judge(_unfitted(model, rng), _positional(X)[rows], y[rows], records, names))
    return np.stack(judged)


def feature_splits(
    model: Classifier,
    X: Any,
    labels: Any,
    records: Any,
    *,
    views: int | Sequence[Any] = 5,
    classes: Any = None,
    seed: int = 0,
) -> Floats:
    """Multiview committee: each member is fitted to all labeled records, and sees some of the features only.

    Args:
        model: As in `bagging`.
        X: (labeled, features): an array, a sparse matrix or a data frame.
        labels: (labeled,), in the same order.
        records: (records, features) that the members are asked about.
        views: The indices of the features that each member sees, such as the bands of one part of the spectrum; or how
            many members share the features out among them, at random and as evenly as may be.
        classes: As in `bagging`.
        seed: Of that partition and of the members.

    Returns:
        (members, records, classes), float32.

    Raises:
        InvalidInputError: As `bagging`, or a view has no features or others than there are.

    Reference: Di and Crawford, View generation for multiview maximum disagreement based active learning for
    hyperspectral image classification, IEEE Transactions on Geoscience and Remote Sensing 2012.
    """
    y, names = _labels_and_classes(X, labels, classes)
    rng = np.random.default_rng(seed)
    width = int(X.shape[1])
    if isinstance(views, int):
        if not 1 <= views <= width:
            raise InvalidInputError(f"{width} features make 1 to {width} views, not {views}.")
        views = np.array_split(rng.permutation(width), views)
    parts = [np.asarray(view) for view in views]
    for index, part in enumerate(parts):
        whole = part.ndim == 1 and part.size and part.dtype.kind in "iu"
        if not whole or part.min() < 0 or part.max() >= width:
            raise InvalidInputError(f"View {index} must be some indices of the {width} features.")
    if not parts:
        raise InvalidInputError("A committee has at least one member, not 0.")
    return np.stack(
        [
            _judge(_unfitted(model, rng), _positional(X)[:, part], y, _positional(records)[:, part], names)
            for part in parts
        ]
    )


def _labels_and_classes(X: Any, labels: Any, classes: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    y = np.asarray(labels)
    if len(getattr(X, "shape", ())) != 2 or y.shape != (X.shape[0],):
        raise InvalidInputError(
            f"There must be features of shape (labeled, features) and one label for each record, not shapes "
            f"{getattr(X, 'shape', None)} and {y.shape}."
        )
    found = np.unique(y)
    if len(found) < 2:
        raise InvalidInputError(f"A committee can disagree about two classes or more; the labels have {len(found)}.")
    names = found if classes is None else np.asarray(classes)
    if names.ndim != 1 or len(np.unique(names)) < len(names):
        raise InvalidInputError("Classes must be different names in one dimension.")
    if strangers := [label for label in found.tolist() if label not in names.tolist()]:
        raise InvalidInputError(f"The label {strangers[0]!r} is none of the classes.")
    return y, names


def _positional(table: Any) -> Any:
    """Rows and columns by their number, in a data frame too."""
    return getattr(table, "iloc", table)


def _unfitted(model: Any, rng: np.random.Generator) -> Any:
    """A member that knows nothing of what the model was fitted to, with random states of its own."""
    if not hasattr(model, "get_params"):
        return copy.deepcopy(model)
    member = type(model)(**copy.deepcopy(model.get_params(deep=False)))
    names = [name for name in sorted(member.get_params(deep=True)) if name.split("__")[-1] == "random_state"]
    member.set_params(**{name: int(rng.integers(2**31)) for name in names})
    return member


def _judge(member: Any, X: Any, y: NDArray[Any], records: Any, classes: NDArray[Any]) -> Floats:
    """Fit a member, and ask it: (records, classes)."""
    member.fit(X, y)
    known = np.asarray(getattr(member, "classes_", np.unique(y)))
    if hasattr(member, "predict_proba"):
        P = np.asarray(member.predict_proba(records), np.float32)
    else:
        P = (np.asarray(member.predict(records))[:, None] == known).astype(np.float32)
    if P.ndim != 2 or P.shape[1] != len(known):
        raise InvalidInputError(f"The model gives probabilities of shape {P.shape} for its {len(known)} classes.")
    judgement = np.zeros((len(P), len(classes)), np.float32)
    column_of = {name: column for column, name in enumerate(classes.tolist())}
    judgement[:, [column_of[name] for name in known.tolist()]] = P
    return judgement
