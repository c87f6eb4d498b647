"""What users hand in, checked and turned into arrays. Every error names the first offending row."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.checks import check_text
from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_CLASSES, MAX_METRICS
from loopwise.signals.catalogue import SIGNALS

LARGEST_EMBEDDING = 1e9
"""Larger numbers would overflow float32 in distances."""

_BLOCK_ROWS = 16_384

Label = Any
"""A label as the journal keeps it: bool, int, float, str, or a list of these."""


class ClassLabels:
    """The labels of the classes, in the order of the columns of probabilities.

    Args:
        labels: plain Python values, all different.
    """

    def __init__(self, labels: Sequence[Label]) -> None:
        self.labels = list(labels)
        self._column = {label: column for column, label in enumerate(self.labels)}

    def __contains__(self, label: Label) -> bool:
        return not isinstance(label, list) and label in self._column

    def __len__(self) -> int:
        return len(self.labels)

    def __str__(self) -> str:
        shown = ", ".join(repr(label) for label in self.labels[:20])
        return f"[{shown}, ...]" if len(self.labels) > 20 else f"[{shown}]"

    def column(self, label: Label) -> int:
        """The column of one of the labels."""
        return self._column[label]

    def columns(self, classes: object) -> list[int]:
        """The columns of some of the labels; raises InvalidInputError for an unknown one, or one given twice."""
        given = [as_label(label, row) for row, label in enumerate(_as_sequence(classes, "classes"))]
        for label in given:
            if label not in self:
                raise InvalidInputError(f"{label!r} is none of the experiment's classes {self}")
        if len(set(given)) < len(given):
            raise InvalidInputError(f"classes= names a class twice: {given}")
        return [self.column(label) for label in given]


def class_labels(classes: object) -> ClassLabels | None:
    """The labels from their number, a sequence of them, or None."""
    if classes is None:
        return None
    if isinstance(classes, int | np.integer) and not isinstance(classes, bool):
        labels: list[Label] = list(range(min(int(classes), MAX_CLASSES + 1)))
    else:
        labels = [as_label(label, row) for row, label in enumerate(_as_sequence(classes, "classes"))]
        for label in labels:
            if label is None or isinstance(label, list):
                raise InvalidInputError(f"a class is a number or a string; {label!r} was given")
        if len(set(labels)) < len(labels):
            raise InvalidInputError(f"the classes must be different from each other; {labels} were given")
    if not 1 <= len(labels) <= MAX_CLASSES:
        raise InvalidInputError(f"the number of classes must be from 1 to {MAX_CLASSES}; {classes!r} was given")
    return ClassLabels(labels)


def as_label(label: object, row: int) -> Label:
    """A label as plain Python; None (the annotator abstained) stays None."""
    if isinstance(label, np.generic | np.ndarray):
        label = label.tolist()
    if isinstance(label, tuple | list):
        return [as_label(part, row) for part in label]
    if isinstance(label, float) and not math.isfinite(label):
        raise InvalidInputError(f"the label in row {row} is {label}; a record without a label is told as None")
    if label is None or isinstance(label, bool | int | float | str):
        return label
    raise InvalidInputError(
        f"the label in row {row} has the type {type(label).__name__}; labels are numbers, strings, or lists of these"
    )


def as_labels(labels: object, ids: NDArray[Any], classes: ClassLabels | None) -> list[Label]:
    """A label for each id as plain Python, each one of the classes, if these are known, or None."""
    check_row_order(labels, ids, "labels")
    rows = len(ids)
    found = [as_label(label, row) for row, label in enumerate(_as_sequence(labels, "labels"))]
    if len(found) != rows:
        raise InvalidInputError(f"{len(found)} labels were given for {rows} records")
    for row, label in enumerate(found):
        if classes is not None and label is not None and label not in classes:
            raise InvalidInputError(
                f"the label {label!r} in row {row} is none of the experiment's classes {classes}; "
                "give the experiment all labels as classes=[...]"
            )
    return found


def as_amounts(amounts: object, what: str, rows: int) -> list[float | None]:
    """Costs or seconds: one number for all records, one per record, or None."""
    if amounts is None:
        return [None] * rows
    values = [amounts] * rows if np.ndim(amounts) == 0 else list(_as_sequence(amounts, what))  # type: ignore[arg-type]
    if len(values) != rows:
        raise InvalidInputError(f"{what} has {len(values)} values for {rows} records")
    for row, value in enumerate(values):
        if not isinstance(value, int | float | np.number) or not math.isfinite(value) or value < 0:
            raise InvalidInputError(f"the {what} in row {row} must be a finite number of at least 0; it is {value!r}")
    return [float(value) for value in values]  # type: ignore[arg-type]


def as_metrics(metrics: Mapping[str, Any] | None) -> dict[str, float]:
    """Metrics by name, finite."""
    found = {}
    for name, value in (metrics or {}).items():
        if not isinstance(name, str):
            raise InvalidInputError(f"a metric's name must be a string; {name!r} was given")
        check_text("the name of a metric", name)
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise InvalidInputError(f"the metric {name!r} must be a number; it is {value!r}") from None
        if not math.isfinite(number):
            raise InvalidInputError(f"the metric {name!r} must be finite; it is {number}")
        found[name] = number
    if len(found) > MAX_METRICS:
        raise InvalidInputError(f"{len(found)} metrics were given; at most {MAX_METRICS} are kept per loop")
    return found


def check_row_order(values: object, ids: NDArray[Any], what: str) -> None:
    """Raises InvalidInputError when pandas' index holds the very ids, but in another order."""
    index = getattr(values, "index", None)
    if index is None or callable(index):  # a list's method
        return
    given = np.asarray(index)
    if given.shape != ids.shape or np.array_equal(given, ids) or set(given.tolist()) != set(ids.tolist()):
        return
    raise InvalidInputError(
        f"the index of the {what} holds the same ids in another order; align them ({what}.loc[ids]), "
        f"or, if the rows are in the right order, drop the index ({what}.to_numpy())"
    )


def check_column_order(values: object, classes: ClassLabels | None) -> None:
    """Raises InvalidInputError when a frame's columns are the very classes, but in another order."""
    columns = getattr(values, "columns", None)
    if columns is None or classes is None:
        return
    given = np.asarray(columns).tolist()
    if given != classes.labels and sorted(map(str, given)) == sorted(map(str, classes.labels)):
        raise InvalidInputError(
            f"the columns of probabilities are the classes in another order than {classes}; "
            "say which is which: report(frame, classes=frame.columns)"
        )


def as_matrix(values: object, what: str, rows: int) -> NDArray[Any]:
    """A numeric (rows, columns) array, not copied where it is one already; takes anything with `__array__`."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # NumPy's word for rows of different lengths
        raise InvalidInputError(f"{what} must have the shape (records, columns): {error}") from None
    if array.dtype.kind == "O":
        array = _as_numbers(array, what)
    if array.dtype.kind not in "fiub":
        raise InvalidInputError(f"{what} must be real numbers; {array.dtype} was given")
    if array.ndim != 2:
        raise InvalidInputError(f"{what} must have the shape (records, columns); the shape is {array.shape}")
    if len(array) != rows:
        raise InvalidInputError(f"{what} have {len(array)} rows for {rows} records")
    return array


def _as_numbers(array: NDArray[Any], what: str) -> NDArray[Any]:
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        for row, values in enumerate(array):
            try:
                np.asarray(values).astype(np.float64)
            except (TypeError, ValueError):
                raise InvalidInputError(f"{what} must be numbers; row {row} is {values!r:.80}") from None
        raise


def as_probabilities(
    values: object, rows: int, classes: int | None, columns: Sequence[int] | None
) -> NDArray[np.float32]:
    """Class probabilities as float32 (rows, classes).

    Args:
        values: what the model gave.
        rows: how many records it is for.
        classes: the experiment's number of classes, if known.
        columns: which class each given column is for; None, all in order. The others get probability 0.
    """
    given = as_matrix(values, "probabilities", rows)
    if columns is not None:
        if given.shape[1] != len(columns):
            raise InvalidInputError(f"probabilities have {given.shape[1]} columns, classes= names {len(columns)}")
    elif classes is not None and given.shape[1] != classes:
        raise InvalidInputError(
            f"probabilities have {given.shape[1]} columns, the experiment has {classes} classes; give the experiment "
            "its classes, and where the model has not seen them all yet, report(probabilities, classes=model.classes_)"
        )
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is found below, in the order of the rows
        found = given.astype(np.float32, copy=False)
    if columns is not None:
        full = np.zeros((rows, classes or len(columns)), dtype=np.float32)
        full[:, list(columns)] = found
        found = full
    fault = SIGNALS["probabilities"].check(found, classes)
    if fault is not None:
        row, why = fault
        raise InvalidInputError(f"probabilities are wrong in row {row}: {why}")
    return found


def as_embeddings(values: object, rows: int) -> NDArray[Any]:
    """Finite embeddings (rows, features) of at least one feature."""
    found = as_matrix(values, "embeddings", rows)
    if found.shape[1] == 0:
        raise InvalidInputError("embeddings must have at least one column")
    bad = _first_nonfinite_row(found, LARGEST_EMBEDDING)
    if bad is not None:
        raise InvalidInputError(f"embeddings must be finite and within {LARGEST_EMBEDDING:g} of zero; row {bad} is not")
    return found


def _first_nonfinite_row(matrix: NDArray[Any], limit: float = np.inf) -> int | None:
    for start in range(0, len(matrix), _BLOCK_ROWS):
        block = matrix[start : start + _BLOCK_ROWS]
        if block.dtype == np.float16:  # in which the limit would overflow
            block = block.astype(np.float32)
        bad = ~(np.isfinite(block) & (np.abs(block) <= limit)).all(axis=1)
        if bad.any():
            return start + int(bad.argmax())
    return None


def _as_sequence(values: object, what: str) -> list[object]:
    if hasattr(values, "columns"):
        raise InvalidInputError(f"{what} must be one-dimensional, one per record; a frame was given: name its column")
    if hasattr(values, "__array__"):
        values = np.asarray(values).tolist()
    if not isinstance(values, Sequence) or isinstance(values, str | bytes):
        raise InvalidInputError(f"{what} must be a sequence, one per record; {values!r:.80} was given")
    return list(values)
