"""The history of a signal in the core and as an array: what is read for it, and what becomes of it."""

from __future__ import annotations

import numpy as np
import pytest
import sqlalchemy as sa

from loopwise.errors import InvalidInputError
from loopwise.resources import ColumnPart
from loopwise.signals import SIGNALS
from loopwise.timeseries import signal_array
from loopwise_engine.core import history
from loopwise_engine.core.loops import positions, positions_within
from loopwise_engine.errors import Reason
from loopwise_engine.store.tables import column_chunks
from tests.core_world import World, probabilities, scalars

ALL = history.Sizes(1 << 30, 1 << 30, 1 << 30)
LOCAL = [
    signal for signal in SIGNALS.values() if signal.derive is not None and not signal.of_pool and not signal.over_loops
]


def parts(world: World, signal: str, sizes: history.Sizes = ALL) -> list[ColumnPart]:
    found, place, info = [], history.Place(0, 0), world.info
    while True:
        with world.store.read() as transaction:
            part, behind = history.part(transaction, info, SIGNALS[signal], place, sizes)
        if part is not None:
            found.append(part)
        if behind is None:
            return found
        place = behind


def damage(world: World, signal: str, first_row: int) -> None:
    with world.store._engine.begin() as connection:
        of_this = (column_chunks.c.signal == signal) & (column_chunks.c.first_row == first_row)
        connection.execute(sa.update(column_chunks).where(of_this).values(data=b"\x00" * 16))


@pytest.mark.parametrize("signal", LOCAL, ids=lambda signal: signal.name)
def test_what_follows_for_a_part_of_the_records_is_that_part(signal: object) -> None:
    """Parts of a column are derived by themselves; so a record's value must follow from its own row alone."""
    assert signal in SIGNALS.values()
    one = next(known for known in LOCAL if known is signal)
    rows = probabilities(5000, 7)
    assert one.derive is not None
    whole = one.derive(rows)

    in_parts = [one.derive(rows[first : first + 999]) for first in range(0, len(rows), 999)]

    np.testing.assert_allclose(np.concatenate(in_parts), whole, rtol=1e-6)  # blocks may round differently


def test_no_other_signal_is_read() -> None:
    world = World()
    world.create()
    margin = scalars(10)
    world.report(world.upload("probabilities", probabilities(10)), world.upload("margin", margin))
    damage(world, "probabilities", 0)

    (part,) = parts(world, "margin")
    np.testing.assert_array_equal(part.values, margin)
    with world.refuses(Reason.DATA_DAMAGED, match="column 'probabilities' of loop 0"):
        parts(world, "entropy")


def test_no_more_chunks_are_read_than_the_part_needs() -> None:
    world = World()
    world.create()
    margin = scalars(10)
    world.report(world.upload("margin", margin, chunk_rows=4))
    damage(world, "margin", 8)

    info, sizes = world.info, history.Sizes(8, 1 << 30, 1 << 30)
    with world.store.read() as transaction:
        part, behind = history.part(transaction, info, SIGNALS["margin"], history.Place(0, 0), sizes)
    assert part is not None
    np.testing.assert_array_equal(part.values, margin[:8])
    assert behind == (0, 8)
    with world.refuses(Reason.DATA_DAMAGED):
        parts(world, "margin", sizes)


def test_a_part_is_as_large_as_its_bytes() -> None:
    world = World()
    world.create()
    world.report(world.upload("probabilities", probabilities(10)))

    assert [len(part.values) for part in parts(world, "probabilities", history.Sizes(99, 40, 0))] == [3, 3, 3, 1]
    assert [len(part.values) for part in parts(world, "margin", history.Sizes(99, 40, 0))] == [3, 3, 3, 1]
    assert [len(part.values) for part in parts(world, "margin", history.Sizes(99, 1, 0))] == [1] * 10


def test_spans_without_a_value_are_left_out() -> None:
    world = World()
    world.create(pool_size=100)
    world.report(world.upload("margin", scalars(2), coverage=1), covered=[[3, 77]])

    found = parts(world, "margin", history.Sizes(10, 1 << 30, 1 << 30))

    assert [(part.first, part.coverage) for part in found] == [(0, b"\x08\x00"), (70, b"\x80\x00")]


@pytest.mark.parametrize("within", [range(21), range(8), range(3, 11), range(16, 21), range(9, 10), range(20, 21)])
def test_positions_within_a_range_are_those_of_the_mask(within: range) -> None:
    covered = np.random.default_rng(0).random(21) < 0.5
    mask = np.packbits(covered, bitorder="little").tobytes()

    before, found = positions_within(mask, within)

    every = positions(mask, 21)
    assert before == np.count_nonzero(every < within.start)
    assert (found + within.start).tolist() == [position for position in every.tolist() if position in within]


def test_an_array_holds_every_loop() -> None:
    given = [
        ColumnPart(1, 0, np.array([0.5, 0.25], np.float32)),
        ColumnPart(1, 2, np.array([0.75], np.float32), b"\x02"),
        ColumnPart(3, 0, np.ones(4, np.float32)),
    ]

    found = signal_array(SIGNALS["margin"], given, 3, 4, None)  # loop 3 came while it was read

    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, [[np.nan] * 4, [0.5, 0.25, np.nan, 0.75], [np.nan] * 4])


def test_whole_numbers_are_exact_in_an_array() -> None:
    found = signal_array(SIGNALS["nearest_support"], [ColumnPart(0, 0, np.array([(1 << 24) + 1], "<i4"))], 1, 1, None)

    assert found.tolist() == [[(1 << 24) + 1]]


def test_rows_of_values_give_three_dimensions() -> None:
    given = [ColumnPart(0, 1, np.array([[0.5, 0.5]], np.float32))]

    assert signal_array(SIGNALS["probabilities"], given, 2, 3, 2).shape == (2, 3, 2)
    assert signal_array(SIGNALS["probabilities"], [], 2, 3, 5).shape == (2, 3, 5)
    assert signal_array(SIGNALS["sketch"], [], 2, 3, 5).shape == (2, 3, 0)
    assert signal_array(SIGNALS["margin"], [], 0, 3, None).shape == (0, 3)


def test_a_width_that_changes_fits_no_array() -> None:
    given = [ColumnPart(0, 0, np.zeros((2, 4), np.float32)), ColumnPart(2, 0, np.zeros((2, 8), np.float32))]

    with pytest.raises(InvalidInputError, match=r"sketch .*\(4,\) per record in loop 0 and \(8,\) in loop 2"):
        signal_array(SIGNALS["sketch"], given, 3, 2, None)
