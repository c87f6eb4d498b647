"""The rules of uploads and loops."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loopwise.limits import MAX_METRICS, MAX_VECTOR_WIDTH
from loopwise.resources import ColumnInfo, ExperimentState, LoopInfo, StopAdvice
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies import Blend
from loopwise_engine.core import loops
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.policy.base import Plan
from tests.core_world import World, probabilities, scalars
from tests.dump import dump


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    world.create(10)
    yield world
    world.store.close()


def rows_to_go_on(world: World, offset: int) -> str:
    with pytest.raises(RefusedError) as refused:
        world.put("margin", scalars(1), offset=offset)
    return refused.value.metadata["rows"]


# Uploads


def test_chunks_add_up(world: World) -> None:
    assert world.put("margin", scalars(4)) == 4
    assert world.put("margin", scalars(5), offset=4) == 9
    assert world.put("margin", scalars(1), offset=9) == 10


def test_what_is_there_is_not_stored_again(world: World) -> None:
    world.put("margin", scalars(4))
    world.put("margin", scalars(3), offset=4)
    before = dump(world.store)

    assert world.put("margin", scalars(4)) == 7
    for offset in (1, 4, 6):
        assert world.put("margin", scalars(2, seed=9), offset=offset) == 7
    assert dump(world.store) == before


def test_an_upload_that_began_wrong_can_be_made_again(world: World) -> None:
    world.put("margin", scalars(4, seed=9))
    world.put("margin", scalars(3), offset=4)
    assert world.put("margin", scalars(4)) == 4
    assert world.put("margin", scalars(3), offset=4) == 7


def test_a_gap_is_refused_and_says_where_to_go_on(world: World) -> None:
    with world.refuses(Reason.CHUNK_OUT_OF_ORDER, "starts at row 3; go on at row 0"):
        world.put("margin", scalars(2), offset=3)
    world.put("margin", scalars(4))
    with world.refuses(Reason.CHUNK_OUT_OF_ORDER, "starts at row 5; go on at row 4"):
        world.put("margin", scalars(2), offset=5)
    assert rows_to_go_on(world, 5) == "4"


def test_another_checksum_begins_another_upload(world: World) -> None:
    world.put("margin", scalars(4), checksum=1)
    with world.refuses(Reason.CHUNK_OUT_OF_ORDER, "go on at row 0"):
        world.put("margin", scalars(4), offset=4, checksum=2)

    assert world.put("margin", scalars(3), checksum=2) == 3
    assert world.put("margin", scalars(3), offset=3, checksum=2) == 6


def test_uploads_of_two_signals_grow_apart(world: World) -> None:
    assert world.put("margin", scalars(4)) == 4
    assert world.put("entropy", scalars(2)) == 2
    assert world.put("margin", scalars(4), offset=4) == 8


@pytest.mark.parametrize("loop", [1, 7])
def test_only_the_next_loop_takes_columns(world: World, loop: int) -> None:
    with world.refuses(Reason.LOOP_OUT_OF_ORDER, f"loop {loop} .* is loop 0"):
        world.put("margin", scalars(4), loop=loop)
    world.report()
    with world.refuses(Reason.LOOP_OUT_OF_ORDER, "loop 0 .* is loop 1"):
        world.put("margin", scalars(4), loop=0)


@pytest.mark.parametrize(
    ("signal", "values", "sentence"),
    [
        ("nonsense", scalars(4), "no signal 'nonsense'; known are probabilities, "),
        ("margin", scalars(4).astype("<f8"), "margin travels as <f4, not as <f8"),
        ("margin", scalars(4).reshape(4, 1), r"margin has the shape \(rows,\)"),
        ("probabilities", scalars(4), r"probabilities has the shape \(rows, width\)"),
        ("probabilities", np.empty((3, 0), "<f4"), "none of them 0"),
        ("margin", scalars(0), "none of them 0"),
        ("sketch", np.zeros((1, MAX_VECTOR_WIDTH + 1), "<f2"), "sketch is 4097 wide"),
        ("margin", scalars(11), "margin would have 11 rows; the pool has 10 records"),
        ("margin", np.array([0.5, 0.5, math.nan], "<f4"), "row 2 of margin holds nan"),
        ("probabilities", np.array([[0.5, 0.5], [0.5, 0.4]], "<f4"), "row 1 of probabilities sums to 0.9"),
    ],
)
def test_a_wrong_chunk_is_refused(world: World, signal: str, values: NDArray[Any], sentence: str) -> None:
    with world.refuses(Reason.INVALID_ARGUMENT, sentence):
        world.put(signal, values)


def test_a_fault_is_named_by_its_row_of_the_column(world: World) -> None:
    world.put("margin", scalars(4))

    with world.refuses(Reason.INVALID_ARGUMENT, "row 6 of margin"):
        world.put("margin", np.array([0, 0, 2], "<f4"), offset=4)


@pytest.mark.parametrize("second", [probabilities(2, classes=4), probabilities(2, classes=2)])
def test_a_column_has_one_width(world: World, second: NDArray[np.float32]) -> None:
    world.put("probabilities", probabilities(2, classes=3))

    with world.refuses(Reason.INVALID_ARGUMENT, "its upload began as <f4 and 3 wide"):
        world.put("probabilities", second, offset=2)


def test_a_column_has_one_type(world: World) -> None:
    world.put("sketch", np.zeros((2, 3), "<f2"))

    with world.refuses(Reason.INVALID_ARGUMENT, "is <f4 and 3 wide; its upload began as <f2"):
        world.put("sketch", np.zeros((2, 3), "<f4"), offset=2)


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        (ShareLevel.SCORES, {"margin"}),
        (ShareLevel.PROBABILITIES, {"margin", "probabilities"}),
        (ShareLevel.EMBEDDINGS, {"margin", "probabilities", "sketch"}),
    ],
)
def test_the_share_level_says_what_may_be_stored(level: ShareLevel, allowed: set[str]) -> None:
    world = World()
    world.create(10, share_level=level)
    chunks = {"margin": scalars(4), "probabilities": probabilities(4), "sketch": np.zeros((4, 2), "<f2")}
    for signal, values in chunks.items():
        if signal in allowed:
            assert world.put(signal, values) == 4
        else:
            with world.refuses(Reason.SIGNAL_NOT_SHARED, f"'{signal}'.*shares {level.name.lower()}"):
                world.put(signal, values)
            with world.refuses(Reason.SIGNAL_NOT_SHARED):
                world.report(ColumnInfo(signal, values.dtype.str, 10, 1, 0))


def test_known_classes_bind_probabilities(world: World) -> None:
    world.report(world.upload("probabilities", probabilities(10, classes=3)))

    assert world.info.classes == 3
    with world.refuses(Reason.INVALID_ARGUMENT, "row 0 of probabilities has 4 values"):
        world.put("probabilities", probabilities(4, classes=4))
    with world.refuses(Reason.INVALID_ARGUMENT, "row 1 of predicted_class"):
        world.put("predicted_class", np.array([2, 5], "<i4"))


# Loops


def test_a_loop_is_reported_with_all_that_belongs_to_it(world: World) -> None:
    columns = (world.upload("margin", scalars(10)), world.upload("entropy", scalars(3), coverage=1))
    loop = world.report(*columns, covered=[(1, 4, 9)], metrics={"accuracy": 0.25})

    assert loop == LoopInfo(0, 0, 0, {"accuracy": 0.25}, columns=columns[::-1], created=world.now)
    with world.store.read() as transaction:
        assert transaction.loops.find("x", 0) == loop
        assert transaction.columns.read("x", 0, columns[0])[:, 0].tolist() == scalars(10).tolist()
        (mask,) = transaction.loops.coverages("x", 0)
    assert loops.positions(mask, 10).tolist() == [1, 4, 9]
    assert world.info.loop_count == 1


def test_a_loop_may_bring_nothing(world: World) -> None:
    assert world.report() == LoopInfo(0, 0, created=world.now)
    assert world.report(metrics={"accuracy": 0.5}).number == 1


def test_a_report_drops_what_it_does_not_name(world: World) -> None:
    world.put("entropy", scalars(3))
    world.report(world.upload("margin", scalars(10)))

    tables = dump(world.store)
    assert [row[3] for row in tables["signal_columns"]] == ["margin"]
    assert {row[3] for row in tables["column_chunks"]} == {"margin"}


def test_the_same_report_again_returns_the_loop(world: World) -> None:
    column = world.upload("margin", scalars(3), coverage=1)
    report = {"covered": [(1, 4, 9)], "metrics": {"b": 1.0, "a": 2.0}}
    loop = world.report(column, **report)  # type: ignore[arg-type]
    world.later(hours=1)
    world.label(5)
    world.decide()
    before = dump(world.store)

    again = world.report(column, number=0, labeled_count=0, **report)  # type: ignore[arg-type]
    assert replace(again, features={}) == loop
    assert dump(world.store) == before


@pytest.mark.parametrize(
    "difference",
    [
        {"metrics": {"a": 2.0}},
        {"metrics": {}},
        {"labeled_count": 1},
        {"abstained_count": 1},
        {"covered": [(1, 4, 8)]},
        {"covered": [(1, 4, 9), (1, 2)]},
        {"column": {"checksum": 1}},
    ],
)
def test_another_report_of_the_same_loop_is_refused(world: World, difference: dict[str, Any]) -> None:
    column = world.upload("margin", scalars(3), coverage=1)
    report: dict[str, Any] = {"covered": [(1, 4, 9)], "metrics": {"a": 1.0}}
    world.report(column, **report)

    column = replace(column, **difference.pop("column", {}))
    with world.refuses(Reason.LOOP_EXISTS, "loop 0"):
        world.report(column, **report | {"number": 0} | difference)


def test_loops_come_in_order(world: World) -> None:
    with world.refuses(Reason.LOOP_OUT_OF_ORDER, "loop 1 .* is loop 0"):
        world.report(number=1)


def test_another_pool_is_refused(world: World) -> None:
    with world.refuses(Reason.FINGERPRINT_MISMATCH, "'another'"):
        world.report(fingerprint="another")


@pytest.mark.parametrize(("labeled", "abstained"), [(1, 0), (2, 1), (3, 0), (0, 0)])
def test_labels_must_be_counted_alike(world: World, labeled: int, abstained: int) -> None:
    world.report()
    world.label(1, 2)

    with world.refuses(Reason.LABELS_MISMATCH, f"{labeled} labeled and {abstained} .* 2 and 0"):
        world.report(labeled_count=labeled, abstained_count=abstained)
    assert world.report().labeled_count == 2


def test_label_features_stand_beside_what_the_policy_saw(world: World) -> None:
    reported = world.report(label_features={"rarest_share": 0.25})
    world.decide()
    with world.store.read() as transaction:
        (loop,) = transaction.loops.page("x", 0, 10)
    assert reported.label_features == loop.label_features == {"rarest_share": 0.25}
    assert loop.features == {}


def test_a_corrected_label_makes_a_loop_no_other_one(world: World) -> None:
    first = world.report(label_features={"rarest_share": 0.25})
    assert world.report(number=0, label_features={"rarest_share": 0.5}) == first


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        ({"a": math.nan}, "metric 'a' is nan"),
        ({"a": -math.inf}, "metric 'a' is -inf"),
        ({"": 1.0}, "name of a metric has 0 characters"),
        ({"x" * 257: 1.0}, "name of a metric has 257 characters"),
        ({"a\0": 1.0}, "control characters"),
        ({str(n): 1.0 for n in range(MAX_METRICS + 1)}, "257 metrics; at most 256"),
    ],
)
def test_wrong_metrics_are_refused(world: World, metrics: dict[str, float], sentence: str) -> None:
    with world.refuses(Reason.INVALID_ARGUMENT, sentence):
        world.report(metrics=metrics)


@pytest.mark.parametrize(
    ("change", "reason", "sentence"),
    [
        ({"signal": "nonsense"}, Reason.INVALID_ARGUMENT, "no signal 'nonsense'"),
        ({"signal": "entropy"}, Reason.COLUMN_INCOMPLETE, "'entropy' has 0 of its 10 rows"),
        ({"checksum": 1}, Reason.COLUMN_INCOMPLETE, "'margin' has 0 of its 10 rows"),
        ({"dtype": "<f2"}, Reason.INVALID_ARGUMENT, "is <f2 and 1 wide in the loop, but was uploaded as <f4"),
        ({"width": 2}, Reason.INVALID_ARGUMENT, "is <f4 and 2 wide in the loop"),
        ({"rows": 9}, Reason.INVALID_ARGUMENT, "9 rows for 10 covered records"),
        ({"coverage": 2}, Reason.INVALID_ARGUMENT, "coverage 2; the loop has 1 coverages"),
        ({"coverage": 1}, Reason.INVALID_ARGUMENT, "10 rows for 3 covered records"),
        ({"coverage": 1, "rows": 3}, Reason.COLUMN_INCOMPLETE, "10 of its 3 rows, and they do not match"),
    ],
)
def test_a_wrong_column_is_refused(world: World, change: dict[str, Any], reason: Reason, sentence: str) -> None:
    column = world.upload("margin", scalars(10))

    with world.refuses(reason, sentence):
        world.report(replace(column, **change), covered=[(1, 4, 9)])
    assert world.report(column).columns == (column,)


def test_an_unfinished_column_is_refused(world: World) -> None:
    column = world.upload("margin", scalars(7))

    with world.refuses(Reason.COLUMN_INCOMPLETE, "'margin' has 7 of its 10 rows; upload it first"):
        world.report(replace(column, rows=10))


def test_rows_that_are_not_those_announced_are_refused(world: World) -> None:
    world.put("margin", scalars(10), checksum=77)

    with world.refuses(Reason.COLUMN_INCOMPLETE, "10 of its 10 rows, and they do not match its checksum"):
        world.report(ColumnInfo("margin", "<f4", 10, 1, 77))


def test_a_column_is_named_once(world: World) -> None:
    column = world.upload("margin", scalars(10))

    with world.refuses(Reason.INVALID_ARGUMENT, "margin twice"):
        world.report(column, column)


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (b"\xff", "1 bytes; a pool of 10 needs 2"),
        (b"\xff\x01\x00", "3 bytes"),
        (b"\xff\x07", "bits beyond the last position, 9"),
        (b"\xff\x83", "bits beyond"),
    ],
)
def test_a_wrong_coverage_is_refused(world: World, mask: bytes, sentence: str) -> None:
    with world.refuses(Reason.INVALID_ARGUMENT, sentence):
        world.report(coverages=(mask,))


def test_a_column_about_no_record_is_refused(world: World) -> None:
    with world.refuses(Reason.INVALID_ARGUMENT, "at least one"):
        world.report(ColumnInfo("margin", "<f4", 0, 1, 0, coverage=1), covered=[()])


def test_a_report_makes_a_stopped_experiment_active(world: World) -> None:
    world.report()
    world.policy.plan = Plan(Blend.single("random"), 0, "done", stop=StopAdvice(True, "done"))
    world.decide()
    states = [world.info.state]
    world.report()
    states.append(world.info.state)

    assert states == [ExperimentState.STOPPED, ExperimentState.ACTIVE]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=70))
def test_masks_are_read_as_they_are_written(covered: list[bool]) -> None:
    mask = np.packbits(np.array(covered), bitorder="little").tobytes()

    assert loops.positions(mask, len(covered)).tolist() == [p for p, is_in in enumerate(covered) if is_in]
    assert int.from_bytes(mask, "little").bit_count() == sum(covered)
