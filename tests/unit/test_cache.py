"""Columns kept in memory: bounded, and never another column's values."""

from __future__ import annotations

import functools
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from loopwise.resources import ColumnInfo, LoopInfo
from loopwise.wire import add_to_checksum
from loopwise_engine.core import columns, experiments, loops
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import DEFAULT_TENANT, CacheStats, Store, tables
from loopwise_engine.store.cache import NOTHING, OVERHEAD_BYTES, ColumnCache, ColumnKey, Extent
from tests import postgres
from tests.core_world import FINGERPRINT, World, probabilities, scalars

ROOM = 1 << 20


def key(checksum: int, **other: Any) -> ColumnKey:
    return ColumnKey("default", "x", "uid", 0, "margin", "<f4", 1, checksum)._replace(**other)


def column(rows: int, seed: int = 0) -> NDArray[np.float32]:
    return scalars(rows, seed).reshape(-1, 1)


# The cache by itself


def test_a_column_that_comes_in_parts_is_there_once_it_is_whole() -> None:
    cache, values = ColumnCache(ROOM), column(10)
    cache.append(key(7), values[:4], NOTHING, Extent(4, 5))
    assert cache.get(key(7), 10) is None
    cache.append(key(7), values[4:], Extent(4, 5), Extent(10, 7))

    held = cache.get(key(7), 10)
    assert held is not None
    np.testing.assert_array_equal(held, values)
    with pytest.raises(ValueError, match="read-only"):
        held[0] = 1
    again = cache.get(key(7), 10)
    assert again is held
    assert cache.stats() == CacheStats(2, 1, 0, 40 + OVERHEAD_BYTES, ROOM)


@pytest.mark.parametrize("before", [Extent(3, 5), Extent(5, 5), Extent(4, 6)])
def test_a_part_that_does_not_continue_drops_what_is_held(before: Extent) -> None:
    cache, values = ColumnCache(ROOM), column(10)
    cache.append(key(7), values[:4], NOTHING, Extent(4, 5))
    cache.append(key(7), values[4:], before, Extent(10, 7))

    assert cache.get(key(7), 10) is None
    assert cache.stats().bytes == 0


def test_a_column_with_other_rows_or_another_checksum_is_not_there() -> None:
    cache = ColumnCache(ROOM)
    cache.append(key(7), column(10), NOTHING, Extent(10, 8))
    assert cache.get(key(7), 10) is None
    cache.put(key(7), column(10))
    assert cache.get(key(7), 9) is None
    assert cache.get(key(7), 10) is not None


def test_the_column_used_longest_ago_goes_first() -> None:
    cache = ColumnCache(3 * (40 + OVERHEAD_BYTES))
    for number in (1, 2, 3):
        cache.put(key(number), column(10, number))
    assert cache.get(key(1), 10) is not None
    cache.put(key(4), column(10, 4))

    assert [number for number in (1, 2, 3, 4) if cache.get(key(number), 10) is not None] == [1, 3, 4]
    assert cache.stats().evictions == 1


def test_a_column_larger_than_the_bound_is_not_kept_and_drives_nothing_out() -> None:
    cache = ColumnCache(2 * OVERHEAD_BYTES)
    cache.put(key(1), column(10))
    cache.put(key(2), column(OVERHEAD_BYTES))

    assert cache.get(key(2), OVERHEAD_BYTES) is None
    assert cache.get(key(1), 10) is not None
    assert cache.stats().evictions == 0


UPLOADS = st.lists(
    st.tuples(st.integers(0, 5), st.lists(st.integers(1, 600), min_size=1, max_size=4), st.integers(0, 5)), max_size=30
)
"""Columns by number, the rows of their parts, and the column that is asked for thereafter."""


@given(UPLOADS, st.integers(0, 8 * OVERHEAD_BYTES))
def test_it_never_holds_more_than_its_bound_and_gives_what_it_was_given(
    uploads: list[tuple[int, list[int], int]], limit: int
) -> None:
    cache = ColumnCache(limit)
    newest: dict[int, NDArray[np.float32]] = {}
    hits = 0

    def ask(number: int) -> None:
        nonlocal hits
        held = cache.get(key(1, loop=number), len(newest[number]))
        assert cache.stats().bytes <= limit
        if held is not None:
            hits += 1
            np.testing.assert_array_equal(held, newest[number])

    for turn, (number, parts, asked) in enumerate(uploads):
        newest[number] = column(sum(parts), turn)
        extent = NOTHING
        for part in np.split(newest[number], np.cumsum(parts)[:-1]):
            rows = extent.rows + len(part)
            after = Extent(rows, 1 if rows == sum(parts) else 2 + turn)
            cache.append(key(1, loop=number), part.copy(), extent, after)
            extent = after
            assert cache.stats().bytes <= limit
        if asked in newest:
            ask(asked)
    for number in newest:
        ask(number)
    stats = cache.stats()
    assert stats.hits == hits
    if limit >= sum(4 * sum(parts) + len(parts) * OVERHEAD_BYTES for _, parts, _ in uploads):  # all have room
        assert stats.misses == stats.evictions == 0
        assert stats.bytes == sum(values.nbytes + OVERHEAD_BYTES for values in newest.values())


def test_threads_share_it() -> None:
    cache = ColumnCache(20 * OVERHEAD_BYTES)
    wrong: list[int] = []
    begin = threading.Barrier(4)

    def work(thread: int) -> None:
        begin.wait()
        for turn in range(300):
            number = (thread + turn) % 7
            values = column(100, number)
            cache.append(key(1, loop=number), values[:50].copy(), NOTHING, Extent(50, 9))
            cache.append(key(1, loop=number), values[50:].copy(), Extent(50, 9), Extent(100, 1))
            held = cache.get(key(1, loop=number), 100)
            if (held is not None and not np.array_equal(held, values)) or cache.stats().bytes > cache.limit:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    stats = cache.stats()
    assert stats.hits + stats.misses == 4 * 300
    assert stats.bytes <= 7 * (400 + 2 * OVERHEAD_BYTES)


# In a store


@functools.cache
def twins() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Two columns of 10 rows that differ, and whose checksums do not."""
    rng = np.random.default_rng(0)
    seen: dict[int, NDArray[np.float32]] = {}
    while True:
        for values in rng.random((10_000, 10), np.float32):
            other = seen.setdefault(zlib.crc32(values.tobytes()), values)
            if other is not values:
                return other, values


class _UndoneError(Exception):
    pass


def chunk(signal: str, values: NDArray[Any]) -> columns.Chunk:
    """A whole column."""
    crc32 = zlib.crc32(values.tobytes())
    return columns.Chunk(signal, add_to_checksum(0, crc32), 0, values, crc32)


def read(world: World, loop: int = 0, name: str = "x", tenant: str = DEFAULT_TENANT) -> NDArray[Any]:
    """The margins of a loop, as whatever asks for them gets them."""
    with world.store.read(tenant) as transaction:
        info = experiments.get(transaction, name)
        (found,) = transaction.loops.page(name, loop, 1)
        (margin,) = (column for column in found.columns if column.signal == "margin")
        return transaction.cached.read(info, loop, margin)[:, 0]


def damage(store: Store) -> None:
    """Makes every chunk in the database another than was stored."""
    with store.write() as transaction:
        transaction.columns._connection.execute(
            sa.update(tables.column_chunks).values(crc32=tables.column_chunks.c.crc32.bitwise_xor(1))
        )


class CachingSuite:
    """What holds on every kind of database; a subclass says where it is."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        raise NotImplementedError

    @pytest.fixture
    def world(self, url: str) -> Iterator[World]:
        world = World(url, cache_bytes=ROOM)
        with closing(world.store):
            world.create(10)
            yield world

    @pytest.fixture
    def replica(self, url: str) -> Iterator[World]:
        """Another engine on the same database."""
        replica = World(url, cache_bytes=ROOM)
        with closing(replica.store):
            yield replica

    @pytest.fixture
    def cold(self, url: str) -> Iterator[World]:
        """One that keeps nothing in memory."""
        cold = World(url)
        with closing(cold.store):
            yield cold

    def test_a_decision_reads_what_the_report_brought_from_memory(self, world: World, cold: World) -> None:
        values = probabilities(10)
        world.report(world.upload("probabilities", values), world.upload("margin", scalars(10)))
        damage(world.store)
        world.decide()

        signals = world.policy.asked[-1].pool.signals
        np.testing.assert_array_equal(signals.take("probabilities", np.arange(10)), values)
        np.testing.assert_array_equal(signals.take("margin", np.arange(10)), scalars(10))
        stats = world.store.cache.stats()
        assert (stats.hits, stats.misses) == (2, 0)
        assert stats.bytes == values.nbytes + 40 + 2 * OVERHEAD_BYTES
        with pytest.raises(RefusedError) as refused:
            read(cold)
        assert refused.value.reason is Reason.DATA_DAMAGED

    def test_what_is_damaged_in_the_database_is_never_kept(self, world: World, replica: World) -> None:
        world.report(world.upload("margin", scalars(10)))
        damage(world.store)

        for _ in range(2):
            with replica.refuses(Reason.DATA_DAMAGED):
                replica.decide()
        assert replica.store.cache.stats() == CacheStats(0, 2, 0, 0, ROOM)

    def test_without_a_cache_every_decision_reads_the_database(self, cold: World) -> None:
        cold.create(10)
        cold.report(cold.upload("margin", scalars(10)))
        damage(cold.store)

        with cold.refuses(Reason.DATA_DAMAGED):
            cold.decide()
        assert cold.store.cache.stats() == CacheStats(0, 1, 0, 0, 0)

    def test_what_another_engine_took_is_read_once(self, world: World, replica: World) -> None:
        world.report(world.upload("margin", scalars(10)))
        for _ in range(3):
            np.testing.assert_array_equal(read(replica), scalars(10))

        stats = replica.store.cache.stats()
        assert (stats.hits, stats.misses, stats.bytes) == (2, 1, 40 + OVERHEAD_BYTES)

    def test_a_column_of_some_records_is_kept_too(self, world: World) -> None:
        world.report(world.upload("margin", scalars(3), coverage=1), covered=[(1, 4, 9)])
        world.decide()

        signals = world.policy.asked[-1].pool.signals
        np.testing.assert_array_equal(signals.take("margin", np.array([1, 4, 9])), scalars(3))
        assert world.store.cache.stats().hits == 1

    def test_a_part_is_a_view_of_what_is_held_and_never_kept_itself(self, world: World, replica: World) -> None:
        world.report(world.upload("margin", scalars(10)))
        with replica.store.read() as transaction:
            (margin,) = transaction.loops.page("x", 0, 1)[0].columns
            info = experiments.get(transaction, "x")
            part = transaction.cached.read(info, 0, margin, 2, 5)
            assert replica.store.cache.stats().bytes == 0
            whole = transaction.cached.read(info, 0, margin)
            view = transaction.cached.read(info, 0, margin, 2, 5)
        np.testing.assert_array_equal(part[:, 0], scalars(10)[2:5])
        np.testing.assert_array_equal(view, part)
        assert np.shares_memory(whole, view)
        assert not any(array.flags.writeable for array in (part, whole, view))

    def test_each_signal_of_a_loop_has_its_own_values(self, world: World) -> None:
        names = ("margin", "least_confidence")
        pairs = list(zip(names, twins(), strict=True))
        world.report(*(world.upload(name, values, chunk_rows=10) for name, values in pairs))
        world.decide()

        for name, values in pairs:
            np.testing.assert_array_equal(world.policy.asked[-1].pool.signals.take(name, np.arange(10)), values)
        assert world.store.cache.stats().misses == 0

    def test_changing_what_went_in_changes_nothing(self, world: World) -> None:
        values = scalars(10)
        world.report(world.upload("margin", values))
        values[:] = 0

        np.testing.assert_array_equal(read(world), scalars(10))
        assert world.store.cache.stats().misses == 0

    def test_an_older_loop_keeps_its_own_values(self, world: World) -> None:
        for values in twins():
            world.report(world.upload("margin", values, chunk_rows=10))
        world.decide()

        np.testing.assert_array_equal(read(world, loop=0), twins()[0])
        np.testing.assert_array_equal(read(world, loop=1), twins()[1])
        np.testing.assert_array_equal(world.policy.asked[-1].pool.signals.take("margin", np.arange(10)), twins()[1])
        assert world.store.cache.stats().misses == 0

    def test_an_experiment_made_again_by_another_engine_has_its_own_values(self, world: World, replica: World) -> None:
        world.report(world.upload("margin", twins()[0], chunk_rows=10))
        np.testing.assert_array_equal(read(world), twins()[0])
        with replica.store.write() as transaction:
            experiments.delete(transaction, "x")
        replica.create(10)
        replica.report(replica.upload("margin", twins()[1], chunk_rows=10))

        np.testing.assert_array_equal(read(world), twins()[1])

    @pytest.mark.parametrize("other", ["tenant", "experiment"])
    def test_others_have_their_own_values_even_where_all_but_their_name_is_the_same(
        self, world: World, other: str
    ) -> None:
        world.report(world.upload("margin", twins()[0], chunk_rows=10))
        info = world.info
        tenant, name = ("other", "x") if other == "tenant" else ("default", "y")
        brought = chunk("margin", twins()[1])
        of_it = ColumnInfo("margin", "<f4", 10, 1, brought.checksum)
        with world.store.write(tenant) as transaction:
            transaction.experiments.insert(replace(info, id=name, loop_count=0))
        with world.store.write(tenant) as transaction:
            columns.put_chunk(transaction, name, 0, brought)
            loops.report(transaction, name, FINGERPRINT, LoopInfo(0, 0, 0, columns=(of_it,)))

        for _ in range(2):
            np.testing.assert_array_equal(read(world), twins()[0])
            np.testing.assert_array_equal(read(world, name=name, tenant=tenant), twins()[1])

    def test_a_restored_database_is_believed(self, world: World, replica: World) -> None:
        world.report()
        world.report(world.upload("margin", scalars(10)))
        np.testing.assert_array_equal(read(world, loop=1), scalars(10))
        with replica.store.write() as transaction:  # back to where loop 1 had not been reported
            connection = transaction.columns._connection
            connection.execute(tables.signal_columns.delete().where(tables.signal_columns.c.loop == 1))
            connection.execute(tables.loops.delete().where(tables.loops.c.number == 1))
            connection.execute(sa.update(tables.experiments).values(loop_count=1))
        replica.report(replica.upload("margin", scalars(10, seed=1)))

        np.testing.assert_array_equal(read(world, loop=1), scalars(10, seed=1))

    def test_an_upload_made_again_with_other_values_takes_the_place(self, world: World) -> None:
        wrong, right = scalars(10), scalars(10, seed=1)
        checksum = 0
        for start in (0, 5):
            checksum = add_to_checksum(checksum, zlib.crc32(right[start : start + 5].tobytes()))
        world.put("margin", wrong[:5], checksum=checksum)
        world.put("margin", wrong[5:], checksum=checksum, offset=5)
        column = world.upload("margin", right, chunk_rows=5)
        world.report(column)

        np.testing.assert_array_equal(read(world), right)
        assert world.store.cache.stats().misses == 0

    def test_a_transaction_that_is_undone_leaves_nothing(self, world: World, replica: World) -> None:
        uploaded = world.upload("margin", scalars(10))
        with pytest.raises(_UndoneError), replica.store.write() as transaction:
            info = experiments.get(transaction, "x")
            columns.put_chunk(transaction, "x", 0, chunk("entropy", scalars(10)))
            transaction.columns.commit("x", 0, [uploaded])
            np.testing.assert_array_equal(transaction.cached.read(info, 0, uploaded)[:, 0], scalars(10))
            raise _UndoneError

        assert replica.store.cache.stats().bytes == 0

    def test_a_pool_whose_columns_are_too_large_drives_nothing_out(self, url: str) -> None:
        small = World(url, cache_bytes=4 * OVERHEAD_BYTES)
        with closing(small.store):
            small.create(10)
            small.report(small.upload("margin", scalars(10), chunk_rows=10))
            with small.store.write() as transaction:
                large = replace(small.info, id="large", uid="large", pool_size=2 * OVERHEAD_BYTES, loop_count=0)
                transaction.experiments.insert(large)
            with small.store.write() as transaction:
                columns.put_chunk(transaction, "large", 0, chunk("margin", scalars(900)))
            small.decide()

            assert small.store.cache.stats() == CacheStats(1, 0, 0, 40 + OVERHEAD_BYTES, 4 * OVERHEAD_BYTES)


class TestSQLite(CachingSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        yield f"sqlite:///{tmp_path / 'cache.db'}"


class TestPostgreSQL(CachingSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> Iterator[str]:
        with postgres.database() as url:
            yield url
