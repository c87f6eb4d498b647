"""Look one label ahead: refit the user's own model with each possible label, and see what it then expects."""

from __future__ import annotations

import copy
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError

Loss = Literal["log", "zero_one"]


class ProbabilisticClassifier(Protocol):
    """What a model must have: scikit-learn's way to fit and to predict.

    Where it has `classes_`, these name the columns of its probabilities; otherwise they are the labels in order.
    """

    def fit(self, X: Any, y: Any) -> Any:
        """Fit to features and labels, from scratch."""

    def predict_proba(self, X: Any) -> Any:
        """Class probabilities, (records, classes)."""


def expected_error(
    model: ProbabilisticClassifier,
    X: object,
    labels: object,
    candidates: object,
    pool: object,
    *,
    loss: Loss = "log",
    sample: int = 500,
    seed: int = 0,
) -> NDArray[np.float32]:
    """Monte-Carlo estimate of the error that is left on the pool once a candidate has its label.

    For each candidate and each class a copy of the model is fitted with that label added; the error that it expects of
    itself on a sample of the pool is weighted with the probability of the class before. So there are as many fits as
    candidates times classes, and one: take a subset of the pool as candidates, and report what comes back for these,
    `experiment.report(..., ids=subset)`.

    Args:
        model: Anything with `fit` and `predict_proba`; copies are fitted, the model itself is left as it is. A model
            that fits at random needs its own seed, or candidates differ by chance.
        X: (labeled, ...) features of the labeled records: a dense array.
        labels: (labeled,), in the same order.
        candidates: (candidates, ...) features of the records that may be labeled next.
        pool: (any, ...) features of the records that errors are expected on, e.g. all that are unlabeled.
        loss: "log" for the entropy of the predictions, in nats; "zero_one" for what their largest probability lacks
            to 1.
        sample: How many records of the pool are looked at, at most; the same ones for all candidates.
        seed: Of that sample.

    Returns:
        (candidates,), float32: mean expected error per record of the pool; smaller is better.

    Raises:
        InvalidInputError: Not one label per labeled record, an empty part, features of other shapes, no such loss, or
            probabilities that are not finite.

    Reference: Roy and McCallum, Toward optimal active learning through Monte Carlo estimation of error reduction,
    ICML 2001.
    """
    parts = {"X": np.asarray(X), "candidates": np.asarray(candidates), "pool": np.asarray(pool)}
    X, candidates, pool = parts.values()
    y = np.asarray(labels)
    for name, part in parts.items():
        if part.ndim < 2 or len(part) == 0 or part.shape[1:] != X.shape[1:]:
            raise InvalidInputError(
                f"{name} must be a dense array of features, one row per record and each of shape {X.shape[1:]}; "
                f"its shape is {part.shape}."
            )
    if y.shape != (len(X),):
        raise InvalidInputError(f"There must be one label for each of {len(X)} records, not labels of shape {y.shape}.")
    if loss not in ("log", "zero_one"):
        raise InvalidInputError(f"The loss is 'log' or 'zero_one', not {loss!r}.")
    if sample < 1:
        raise InvalidInputError(f"At least one record of the pool must be looked at, not {sample}.")
    if len(pool) > sample:
        pool = pool[np.sort(np.random.default_rng(seed).choice(len(pool), sample, replace=False))]

    now = copy.deepcopy(model)
    now.fit(X.copy(), y.copy())  # copies here and below: some models work within what they are given
    classes = np.asarray(getattr(now, "classes_", np.unique(y)))
    probabilities = _probabilities(now, candidates, len(classes))
    X_ahead, y_ahead = np.concatenate([X, candidates[:1]]), np.concatenate([y, classes[:1]])
    expected = np.zeros(len(candidates))
    for row, candidate in enumerate(candidates):
        X_ahead[-1] = candidate
        for column, label in enumerate(classes):
            y_ahead[-1] = label
            ahead = copy.deepcopy(model)
            ahead.fit(X_ahead.copy(), y_ahead.copy())
            expected[row] += probabilities[row, column] * _mean_error(_probabilities(ahead, pool, len(classes)), loss)
    return expected.astype(np.float32)


def _probabilities(model: ProbabilisticClassifier, X: NDArray[Any], classes: int) -> NDArray[np.float64]:
    P = np.asarray(model.predict_proba(X), np.float64)
    if P.shape != (len(X), classes) or not np.isfinite(P).all():
        raise InvalidInputError(
            f"The model must give finite probabilities of shape {(len(X), classes)}; it gave shape {P.shape}."
        )
    return P


def _mean_error(P: NDArray[np.float64], loss: Loss) -> float:
    """The error that a model expects of itself, which takes its own probabilities for true."""
    if loss == "zero_one":
        return float((1 - P.max(axis=1)).mean())
    return float(-(P * np.log(np.maximum(P, np.finfo(np.float64).tiny))).sum(axis=1).mean())
