"""What each signal may be, and that wrong values are found and named."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.signals import SIGNALS, ShareLevel, Signal
from loopwise.signals.blocks import row_blocks
from loopwise.v1 import experiment_pb2

PROBABILITIES = SIGNALS["probabilities"]
MEMBERS = SIGNALS["members"]
MANY = 100_000  # rows of 10 float32: eight blocks


@functools.cache
def many_good_rows() -> NDArray[np.float32]:
    return dirichlet(MANY, 10)


def dirichlet(rows: int, classes: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), rows).astype(np.float32)


def committees(rows: int, members: int, classes: int) -> NDArray[np.float32]:
    return dirichlet(rows * members, classes).reshape(rows, -1)


@pytest.mark.parametrize("shape", [(0, 3), (1, 1), (7,), (MANY, 10), (3, 1_000_000)])
def test_blocks_cover_every_row_once(shape: tuple[int, ...]) -> None:
    values = np.zeros(shape, np.float32)
    rows = [row for block in row_blocks(values) for row in range(block.start, block.stop)]
    assert rows == list(range(shape[0]))


@pytest.mark.parametrize("signal", SIGNALS.values(), ids=list(SIGNALS))
class TestEverySignal:
    def test_it_is_defined_in_full(self, signal: Signal) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", signal.name)
        assert signal.meaning.endswith(".")
        assert len(signal.formula) > 3
        assert len(signal.source) > 10
        assert signal.low < signal.high
        assert all(np.dtype(dtype).str == dtype for dtype in signal.dtypes)

    def test_it_follows_from_signals(self, signal: Signal) -> None:
        assert set(signal.sources) <= set(SIGNALS)
        assert bool(signal.sources) == (signal.derive is not None)
        assert not signal.over_loops or len(signal.sources) == 1

    def test_it_does_not_leave_before_what_it_follows_from(self, signal: Signal) -> None:
        assert all(signal.level <= SIGNALS[source].level for source in signal.sources)


def test_share_levels_are_those_of_the_contract() -> None:
    for level in ShareLevel:
        assert experiment_pb2.ShareLevel.Value(f"SHARE_LEVEL_{level.name}") == level


@pytest.mark.parametrize("classes", [1, 2, 10, 1000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_probabilities_are_accepted(classes: int, dtype: Any) -> None:
    P = dirichlet(500, classes).astype(dtype)
    assert PROBABILITIES.check(P, classes) is None
    assert PROBABILITIES.check(np.asfortranarray(P), None) is None
    assert PROBABILITIES.check(P[::-2], classes) is None


def test_integer_one_hot_probabilities_are_accepted() -> None:
    assert PROBABILITIES.check(np.eye(5, dtype=np.int64), 5) is None


@pytest.mark.parametrize("row", [0, 17, MANY - 1])
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ([np.nan] + [0.1] * 9, "nan"),
        ([np.inf] + [0.0] * 9, "inf"),
        ([np.inf, -np.inf] + [0.125] * 8, "inf"),
        ([-0.5, 1.5] + [0.0] * 8, "-0.5"),
        ([0.05] * 10, "sums to 0.5"),
        ([0.1] * 9 + [0.1011], "sums to 1.0011"),
        ([0.1] * 9 + [0.0989], "sums to 0.9989"),
    ],
)
def test_the_first_wrong_row_is_named(row: int, wrong: list[float], word: str) -> None:
    P = many_good_rows().copy()
    P[row:] = wrong
    found = PROBABILITIES.check(P, 10)
    assert found is not None
    assert found[0] == row
    assert word in found[1]


def test_rounding_of_row_sums_is_allowed() -> None:
    assert PROBABILITIES.check(np.array([[0.5, 0.5009], [0.5, 0.4991]], np.float32), 2) is None


def test_wrong_number_of_classes_and_shapes_are_named() -> None:
    assert "3 values" in (PROBABILITIES.check(dirichlet(5, 3), 4) or (0, ""))[1]
    assert "(5,)" in (PROBABILITIES.check(np.ones(5), 1) or (0, ""))[1]
    assert "empty" in (PROBABILITIES.check(np.ones((5, 0)), None) or (0, ""))[1]
    assert "(5, 2)" in (SIGNALS["margin"].check(np.ones((5, 2)), None) or (0, ""))[1]
    assert "complex" in (SIGNALS["margin"].check(np.ones(5, complex), None) or (0, ""))[1]
    assert "integers" in (SIGNALS["predicted_class"].check(np.ones(5), None) or (0, ""))[1]


@pytest.mark.parametrize(
    ("name", "good", "bad", "classes"),
    [
        ("margin", 1.0, 1.01, None),
        ("margin", 0.0, -0.01, None),
        ("least_confidence", 0.5, np.nan, None),
        ("entropy", 1.0985, 1.11, 3),  # log 3 = 1.0986 nats
        ("entropy", 5.0, np.inf, None),
        ("predicted_class", 2, 3, 3),
        ("predicted_class", 0, -1, None),
        ("typicality", 1e6, -1.0, None),
        ("density", -1.0, -1.01, None),
        ("loss", -3.0, -np.inf, None),
    ],
)
def test_bounds_of_scalars(name: str, good: float, bad: float, classes: int | None) -> None:
    signal = SIGNALS[name]
    values = np.full(MANY, good, signal.dtypes[0])
    assert signal.check(values, classes) is None
    values[MANY // 2] = bad
    found = signal.check(values, classes)
    assert found is not None
    assert found[0] == MANY // 2
    assert name in found[1]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(("members", "classes"), [(1, 1), (1, 4), (5, 1), (2, 2), (7, 10), (100, 7)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_committees_are_accepted(known: bool, members: int, classes: int, dtype: Any) -> None:
    flat = committees(300, members, classes).astype(dtype)
    assert MEMBERS.check(flat, classes if known else None) is None
    assert MEMBERS.check(np.asfortranarray(flat)[::-2], classes if known else None) is None
    assert MEMBERS.check(flat[:0], classes if known else None) is None


@pytest.mark.parametrize("classes", [2, None])
@pytest.mark.parametrize("row", [0, 17, 49_999])
@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ([np.nan, 1, 0, 1, 0, 1], "nan"),
        ([0, np.inf, 0, 1, -np.inf, 1], "inf"),
        ([-0.5, 1.5, 0, 1, 0, 1], "-0.5"),
        ([0.5, 0.5, 0.5, 0.4, 0.5, 0.5], "a member that sums to 0.9"),
        ([0.9, 0.9, 0.1, 0.1, 0.5, 0.5], "a member that sums to 1.8"),  # in all as much as three members
        ([0.1, 0.1, 0.1, 0.1, 0.1, 0.1], "a member that sums to "),
    ],
)
def test_the_first_row_that_is_no_committee_is_named(
    classes: int | None, row: int, wrong: list[float], word: str
) -> None:
    flat = committees(50_000, 3, 2)
    flat[row:] = wrong
    found = MEMBERS.check(flat, classes)
    assert found is not None
    assert found[0] == row
    assert word in found[1]


def test_all_rows_are_of_one_committee() -> None:
    flat = committees(20, 3, 2)
    flat[17] = [1, 0, 0, 1, 0, 0]  # two members and three classes
    assert (MEMBERS.check(flat) or (0, ""))[0] == 17


def test_widths_that_no_committee_has_are_named() -> None:
    assert "7 values that sum to 3" in (MEMBERS.check(np.full((5, 7), 3 / 7, np.float32)) or (0, ""))[1]
    assert "6 values that sum to 600" in (MEMBERS.check(np.full((5, 6), 100, np.float32)) or (0, ""))[1]
    assert "6 values" in (MEMBERS.check(committees(5, 3, 2), 4) or (0, ""))[1]
    assert "sums to 3" in (MEMBERS.check(committees(5, 6, 1), 3) or (0, ""))[1]


@pytest.mark.parametrize("dtype", ["<f2", "<f4"])
def test_sketches_are_finite(dtype: str) -> None:
    sketch = np.random.default_rng(0).normal(size=(10_000, 64)).astype(dtype)
    assert SIGNALS["sketch"].check(sketch, 10) is None
    sketch[7777, 3] = np.inf
    found = SIGNALS["sketch"].check(sketch, 10)
    assert found is not None
    assert found[0] == 7777


def test_values_are_not_changed() -> None:
    P = dirichlet(1000, 10)
    before = P.copy()
    PROBABILITIES.check(P, 10)
    np.testing.assert_array_equal(P, before)
