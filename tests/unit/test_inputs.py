from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from loopwise import InvalidInputError, inputs

GOOD = [[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]]


class Tensor:
    """Something with `__array__`, as a tensor on the CPU has it."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.values, dtype=dtype)


@pytest.mark.parametrize(
    "values",
    [GOOD, np.array(GOOD), np.array(GOOD, dtype=np.float16), np.asfortranarray(GOOD), pd.DataFrame(GOOD), Tensor(GOOD)],
)
def test_probabilities_come_in_any_container(values: object) -> None:
    found = inputs.as_probabilities(values, 3, 2, None)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, np.array(GOOD, dtype=np.float32))


@pytest.mark.parametrize(
    ("row", "values"),
    [
        (1, [[0.5, 0.5], [0.5, 0.498], [2, 2]]),
        (2, [[0.5, 0.5], [0.5, 0.5], [0.5, 0.502]]),
        (1, [[0.5, 0.5], [np.nan, 0.5], [0.5, 0.5]]),
        (0, [[np.inf, 0.5], [0.5, 0.5], [0.5, 0.5]]),
        (0, [[0.5, 0.4], [0.5, 0.5], [np.nan, 0.5]]),
        (1, [[0.5, 0.5], [1e300, 0.5], [0.5, 0.5]]),
        (2, [[0.5, 0.5], [0.5, 0.5], [-0.1, 1.1]]),
    ],
)
def test_what_is_no_probability_is_refused_by_its_first_row(row: int, values: object) -> None:
    with pytest.raises(InvalidInputError, match=rf"row {row}\b"):
        inputs.as_probabilities(values, 3, 2, None)


def test_rounding_is_forgiven_up_to_a_thousandth() -> None:
    inputs.as_probabilities([[0.5, 0.4991], [0.5, 0.5009]], 2, 2, None)


@pytest.mark.parametrize(
    ("values", "rows", "sentence"),
    [
        (GOOD, 4, "3 rows for 4 records"),
        ([[0.2, 0.3, 0.5]] * 3, 3, "3 columns, the experiment has 2 classes.*classes=model.classes_"),
        ([0.5, 0.5, 0.5], 3, "shape"),
        ([["a", "b"]] * 3, 3, "real numbers"),
        (np.array(GOOD, dtype=complex), 3, "complex"),
        (np.array([[0.5, None]] * 3, dtype=object), 3, "row 0: holds nan"),
        (np.array([["x", 1]] * 3, dtype=object), 3, "row 0 is"),
        ([[0.5, 0.5], [1.0], [0.5, 0.5]], 3, "shape"),
    ],
)
def test_wrong_shapes_and_types_are_refused(values: object, rows: int, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        inputs.as_probabilities(values, rows, 2, None)


def test_columns_of_known_classes_leave_the_others_at_zero() -> None:
    columns = inputs.ClassLabels(["a", "b", "c", "d"]).columns(np.array(["b", "d"]))
    found = inputs.as_probabilities([[0.25, 0.75]], 1, 4, columns)
    assert found.tolist() == [[0, 0.25, 0, 0.75]]


@pytest.mark.parametrize(("classes", "sentence"), [(["x"], "'x' is none"), (["a", "a"], "twice"), ("ab", "sequence")])
def test_columns_of_unknown_classes_are_refused(classes: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        inputs.ClassLabels(["a", "b"]).columns(classes)


def test_the_given_arrays_are_not_changed() -> None:
    given = np.array(GOOD, dtype=np.float32)
    given.flags.writeable = False
    inputs.as_probabilities(given, 3, 2, None)
    inputs.as_probabilities(given, 3, 3, [2, 0])
    np.testing.assert_array_equal(given, np.array(GOOD, dtype=np.float32))


def test_labels_become_plain_python() -> None:
    labels: list[object] = [np.int8(3), "x", 2.5, None, (1, 2), np.array([0, 1]), True, np.str_("y")]
    assert inputs.as_labels(labels, np.arange(8), None) == [3, "x", 2.5, None, [1, 2], [0, 1], True, "y"]
    assert inputs.as_labels(pd.Series([1, 2], index=[7, 8]), np.arange(2), None) == [1, 2]
    assert inputs.as_labels(Tensor([1, 2]), np.arange(2), None) == [1, 2]


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ([1], "1 labels were given for 2 records"),
        ([1, float("nan")], "row 1 is nan"),
        ([1, object()], "row 1 has the type object"),
        ("ab", "sequence"),
        ({3: 0, 4: 1}, "sequence"),
        ({0, 1}, "sequence"),
        (pd.DataFrame({"label": [0, 1]}), "name its column"),
        (pd.Series([0, 1], index=[1, 0]), "the same ids in another order"),
        ([1, 7], "7 in row 1 is none of"),
    ],
)
def test_labels_that_cannot_be_are_refused(labels: object, sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        inputs.as_labels(labels, np.arange(2), inputs.ClassLabels([0, 1, 2]))


def test_classes_are_a_number_or_a_list() -> None:
    for classes, labels in ((3, [0, 1, 2]), (np.array(["a", "b"]), ["a", "b"]), (pd.Series([2, 1]), [2, 1])):
        found = inputs.class_labels(classes)
        assert found is not None
        assert found.labels == labels
        assert found.columns(labels[::-1]) == list(range(len(labels)))[::-1]
    assert inputs.class_labels(None) is None


def test_a_frame_whose_columns_are_in_another_order_is_refused() -> None:
    frame = pd.DataFrame([[0.2, 0.8]], columns=["b", "a"])
    with pytest.raises(InvalidInputError, match=r"classes=frame.columns"):
        inputs.check_column_order(frame, inputs.ClassLabels(["a", "b"]))
    inputs.check_column_order(frame, inputs.ClassLabels(["b", "a"]))
    inputs.check_column_order(pd.DataFrame([[0.2, 0.8]]), inputs.ClassLabels(["a", "b"]))


@pytest.mark.parametrize("classes", [0, -1, 10**6, [], ["a", "a"], "ab", True, [[1], [2]], {"a", "b"}])
def test_classes_that_cannot_be_are_refused(classes: object) -> None:
    with pytest.raises(InvalidInputError):
        inputs.class_labels(classes)


def test_amounts_are_one_for_all_or_one_each() -> None:
    assert inputs.as_amounts(2, "cost", 2) == [2.0, 2.0]
    assert inputs.as_amounts(np.array([1, 2.5]), "cost", 2) == [1.0, 2.5]
    assert inputs.as_amounts(None, "cost", 2) == [None, None]
    for wrong in (-1, float("nan"), [1], [1, "x"], "x"):
        with pytest.raises(InvalidInputError):
            inputs.as_amounts(wrong, "cost", 2)


@pytest.mark.parametrize("metrics", [{"a": float("nan")}, {"a": "x"}, {"": 1.0}, {3: 1.0}, {"a": None}])
def test_metrics_that_cannot_be_are_refused(metrics: dict[Any, Any]) -> None:
    with pytest.raises(InvalidInputError):
        inputs.as_metrics(metrics)


def test_embeddings_must_be_finite_numbers() -> None:
    with pytest.raises(InvalidInputError, match="row 1"):
        inputs.as_embeddings([[1.0, 2.0], [np.inf, 0.0]], 2)
    with pytest.raises(InvalidInputError, match="row 2"):
        inputs.as_embeddings([[1.0], [2.0], [1e200]], 3)
    with pytest.raises(InvalidInputError, match="at least one column"):
        inputs.as_embeddings(np.empty((2, 0)), 2)
