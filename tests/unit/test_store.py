"""What the store promises, on every kind of database."""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from loopwise.resources import (
    ColumnInfo,
    ExperimentInfo,
    LabelOutcome,
    LoopInfo,
)
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import Answered, Store, Upload
from tests import postgres
from tests.dump import dump
from tests.store_world import (
    DECISION,
    FULL,
    NOW,
    PLAIN,
    add_one,
    add_one_in_a_process,
    assert_rows_equal,
    column_of,
    insert_answers,
    put,
    rows_of,
)


class StoreSuite:
    """Every promise of `Store` and its repositories; a subclass says where the database is."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        store = Store(url, clock=lambda: NOW)
        with store.write() as transaction:
            transaction.experiments.insert(PLAIN)
        yield store
        store.close()

    def damage(self, store: Store, statement: str, **values: bytes) -> None:
        with store._engine.begin() as connection:
            assert connection.execute(sa.text(statement), values).rowcount == 1

    # Transactions

    def test_an_exception_undoes_everything(self, store: Store) -> None:
        before = dump(store)

        with pytest.raises(KeyError), store.write() as transaction:
            transaction.experiments.insert(FULL)
            transaction.experiments.delete("plain")
            raise KeyError

        assert dump(store) == before

    def test_a_transaction_sees_its_own_changes(self, store: Store) -> None:
        with store.write() as transaction:
            transaction.experiments.insert(FULL)
            assert transaction.experiments.find("full") == FULL

    def test_times_are_those_of_the_clock(self, store: Store) -> None:
        with store.read() as transaction:
            assert transaction.now == NOW

    def test_writers_in_threads_lose_nothing(self, store: Store) -> None:
        threads = [threading.Thread(target=add_one, args=(store, 20)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with store.read() as transaction:
            info = transaction.experiments.find("plain")
        assert info == replace(PLAIN, labeled_count=120, updated=NOW + timedelta(microseconds=120))

    def test_readers_in_threads_never_see_half_of_a_transaction(self, store: Store) -> None:
        done = threading.Event()
        seen: list[set[int]] = []

        def read() -> None:
            while not done.is_set():
                with store.read() as transaction:
                    infos = transaction.experiments.page("", 10)
                    seen.append({info.labeled_count for info in infos})

        with store.write() as transaction:
            transaction.experiments.insert(replace(PLAIN, id="other"))
        reader = threading.Thread(target=read)
        reader.start()
        for count in range(1, 51):
            with store.write() as transaction:
                for name in ("plain", "other"):
                    transaction.experiments.save(replace(PLAIN, id=name, labeled_count=count), NOW)
        done.set()
        reader.join()

        assert seen
        assert all(len(counts) == 1 for counts in seen)

    def test_tenants_see_only_what_is_theirs(self, store: Store) -> None:
        self.fill(store)
        with store.write("other") as transaction:
            assert transaction.experiments.find("plain") is None
            assert transaction.experiments.page("", 10) == []
            assert transaction.loops.page("plain", 0, 10) == []
            assert transaction.loops.coverages("plain", 0) == ()
            assert transaction.columns.newest("plain", 0) == []
            assert transaction.columns.upload("plain", 1, "margin") is None
            assert transaction.decisions.find("plain", 0) is None
            assert transaction.decisions.page("plain", 0, 10) == []
            assert len(transaction.decisions.rows("plain", 0, 0, 10, 1 << 20).positions) == 0
            assert transaction.outcomes.all("plain") == []
            assert transaction.requests.find("r") is None

    def test_tenants_change_only_what_is_theirs(self, store: Store) -> None:
        self.fill(store)
        before = dump(store)
        with store.write("other") as transaction:
            transaction.experiments.save(replace(PLAIN, classes=2), NOW)
            transaction.experiments.delete("plain")
            transaction.columns.commit("plain", 1, [])

        assert dump(store) == before

    def fill(self, store: Store) -> None:
        """Something in every table."""
        with store.write() as transaction:
            column = put(transaction, np.ones((10, 2), np.float32), 4)
            loop = LoopInfo(0, 0, metrics={"accuracy": 0.5}, coverages=(b"\xff\x03",), created=NOW)
            transaction.loops.insert("plain", loop)
            transaction.loops.add_features("plain", 0, {"loop": 0.0})
            transaction.columns.commit("plain", 0, [column])
            transaction.columns.start("plain", 1, Upload("margin", "<f4", 1, checksum=1))
            transaction.decisions.insert("plain", DECISION, rows_of(3), b"\x05\x02")
            transaction.outcomes.save("plain", 0, [LabelOutcome(3)])
            transaction.requests.insert("r", Answered("Decide", b"digest", b"response", NOW))

    # Experiments

    @pytest.mark.parametrize("info", [PLAIN, FULL], ids=lambda info: info.id)
    def test_an_experiment_comes_back_as_it_was(self, store: Store, info: ExperimentInfo) -> None:
        if info is not PLAIN:
            with store.write() as transaction:
                transaction.experiments.insert(info)
        with store.read() as transaction:
            assert transaction.experiments.find(info.id) == info

    def test_an_unknown_experiment_is_none(self, store: Store) -> None:
        with store.read() as transaction:
            assert transaction.experiments.find("nobody") is None

    def test_a_saved_experiment_is_always_newer(self, store: Store) -> None:
        with store.write() as transaction:
            first = transaction.experiments.save(replace(PLAIN, classes=4), NOW - timedelta(hours=1))
            second = transaction.experiments.save(first, NOW + timedelta(hours=1))
            assert transaction.experiments.find("plain") == second
        assert first == replace(PLAIN, classes=4, updated=NOW + timedelta(microseconds=1))
        assert second.updated == NOW + timedelta(hours=1)

    def test_experiments_are_paged_by_id(self, store: Store) -> None:
        with store.write() as transaction:
            for name in ("b", "a", "c"):
                transaction.experiments.insert(replace(PLAIN, id=name))
            assert [info.id for info in transaction.experiments.page("", 2)] == ["a", "b"]
            assert [info.id for info in transaction.experiments.page("b", 9)] == ["c", "plain"]

    def test_deleting_an_experiment_leaves_nothing_of_it(self, store: Store) -> None:
        before = dump(store)
        self.fill(store)
        with store.write() as transaction:
            transaction.requests.purge(NOW + timedelta(days=1), "")
            transaction.experiments.delete("plain")
            transaction.experiments.insert(PLAIN)

        assert dump(store) == before

    # Loops

    def test_loops_come_back_with_all_that_belongs_to_them(self, store: Store) -> None:
        with store.write() as transaction:
            column = replace(put(transaction, np.ones((9, 2), np.float32), 4), coverage=1)
            first = LoopInfo(
                0, 2, 1, metrics={"é": 0.1, "b": -1e300}, columns=(column,), coverages=(b"\xff\x01", b"\x01\x00")
            )
            transaction.loops.insert("plain", replace(first, created=NOW))
            transaction.columns.commit("plain", 0, [column])
            transaction.loops.add_features("plain", 0, {"margin_mean": 0.3})
            transaction.loops.insert("plain", LoopInfo(1, 5, created=NOW))
            transaction.columns.start("plain", 2, Upload("margin", "<f4", 1, checksum=1))
        expected = [
            replace(first, features={"margin_mean": 0.3}, coverages=(), created=NOW),
            LoopInfo(1, 5, created=NOW),
        ]
        with store.read() as transaction:
            assert transaction.loops.page("plain", 0, 10) == expected
            assert transaction.loops.page("plain", 0, 1) == expected[:1]
            assert transaction.loops.page("plain", 1, 5) == expected[1:]
            assert transaction.loops.find("plain", 1) == expected[1]
            assert transaction.loops.find("plain", 2) is None
            assert transaction.loops.coverages("plain", 0) == first.coverages

    def test_what_goes_in_is_copied(self, store: Store) -> None:
        metrics, values = {"accuracy": 0.5}, np.ones((4, 1), np.float32)
        features, rows = {"loop": 0.0}, rows_of(3)
        with store.write() as transaction:
            column = put(transaction, values, 4)
            transaction.loops.insert("plain", LoopInfo(0, 0, metrics=metrics, created=NOW))
            transaction.columns.commit("plain", 0, [column])
            transaction.loops.add_features("plain", 0, features)
            transaction.decisions.insert("plain", DECISION, rows)
            metrics["accuracy"] = features["loop"] = 9.0
            values[:] = 9
            rows.positions[:] = 9

        with store.read() as transaction:
            (loop,) = transaction.loops.page("plain", 0, 10)
            assert (loop.metrics, loop.features) == ({"accuracy": 0.5}, {"loop": 0.0})
            assert transaction.columns.read("plain", 0, column).tolist() == [[1.0]] * 4
            assert_rows_equal(transaction.decisions.rows("plain", 0, 0, 9, 1 << 20), rows_of(3))

    def test_what_comes_out_is_a_copy(self, store: Store) -> None:
        self.fill(store)
        with store.read() as transaction:
            loop = transaction.loops.page("plain", 0, 10)[0]
            loop.metrics["accuracy"] = 9.0  # type: ignore[index]
            transaction.columns.read("plain", 0, loop.columns[0])[:] = 9
            again = transaction.loops.page("plain", 0, 10)[0]
            assert again.metrics == {"accuracy": 0.5}
            assert transaction.columns.read("plain", 0, loop.columns[0]).max() == 1

    # Columns

    @pytest.mark.parametrize("dtype", ["<f4", "<f2", "<i4"])
    @pytest.mark.parametrize(("width", "chunk_rows"), [(2, 1), (1, 3000), (3, 1400), (1000, 7), (2048, 3)])
    def test_any_part_of_a_column_is_read_as_it_was_put(
        self, store: Store, width: int, chunk_rows: int, dtype: str
    ) -> None:
        """Also where chunks lie in pieces: some rows fill a page of PostgreSQL's well, others badly, or not at all."""
        values = np.arange((chunk_rows * 3 + 1) * width).reshape(-1, width).astype(dtype)
        with store.write() as transaction:
            column = put(transaction, values, chunk_rows)
            transaction.columns.commit("plain", 0, [column])
            edges = sorted({row for row, _ in transaction.columns.pieces("plain", 0, column)})
            assert transaction.columns.chunk_rows("plain", 0, column) == [chunk_rows] * 3 + [1]
            for first in (*edges, *(edge + 1 for edge in edges)):
                for stop in (first + 1, first + chunk_rows, len(values)):
                    read = transaction.columns.read("plain", 0, column, first, min(stop, len(values)))
                    assert read.dtype == values.dtype
                    np.testing.assert_array_equal(read, values[first:stop])

    def test_what_an_upload_begins_with(self, store: Store) -> None:
        values = np.random.default_rng(0).random((10_000, 1), dtype=np.float32)
        with store.write() as transaction:
            put(transaction, values, 5_000)
            rows = next(row for row, _ in transaction.columns.pieces("plain", 0, column_of(values)) if row)

            def begins(chunk: np.ndarray) -> bool:
                crc32 = zlib.crc32(chunk.tobytes())
                return transaction.columns.begins_with("plain", 0, "probabilities", chunk, crc32)

            assert begins(values[:5_000])
            assert begins(values[:rows]) is (rows == 5_000)  # a piece is not a chunk
            assert not begins(values[:4_999])
            assert not begins(values[:10_000])
            assert not begins(values[5_000:])
            assert not transaction.columns.begins_with("plain", 0, "margin", values, 0)

    def test_an_upload_remembers_how_far_it_came(self, store: Store) -> None:
        with store.write() as transaction:
            assert transaction.columns.upload("plain", 0, "margin") is None
            put(transaction, np.ones((6, 2), np.float32), 4)
        with store.read() as transaction:
            found = transaction.columns.upload("plain", 0, "probabilities")
        assert found == Upload("probabilities", "<f4", 2, checksum=99, rows=6, running=4)

    def test_starting_again_drops_what_was_there(self, store: Store) -> None:
        with store.write() as transaction:
            put(transaction, np.ones((6, 2), np.float32), 4)
            column = put(transaction, np.zeros((3, 2), np.float32), 4)
            transaction.columns.commit("plain", 0, [column])
            assert transaction.columns.read("plain", 0, column).tolist() == [[0, 0]] * 3

    def test_a_commit_ends_all_uploads_of_the_loop(self, store: Store) -> None:
        with store.write() as transaction:
            kept = replace(put(transaction, np.ones((6, 1), np.float32), 4), coverage=2)
            put(transaction, np.ones((6, 1), np.float32), 4, "margin")
            transaction.columns.commit("plain", 0, [kept])
            assert transaction.columns.upload("plain", 0, "probabilities") is None
            assert transaction.columns.upload("plain", 0, "margin") is None
            assert transaction.columns.newest("plain", 5) == [(0, kept)]

    def test_the_newest_column_of_each_signal(self, store: Store) -> None:
        columns = {
            (loop, signal): ColumnInfo(signal, "<f4", 0, 1, loop)
            for loop, signal in [(0, "sketch"), (0, "margin"), (1, "margin"), (3, "margin")]
        }
        with store.write() as transaction:
            for (loop, signal), column in columns.items():
                transaction.columns.start("plain", loop, Upload(signal, "<f4", 1, checksum=loop))
                transaction.columns.commit("plain", loop, [column])
            transaction.columns.start("plain", 2, Upload("sketch", "<f4", 1, checksum=2))
            newest = transaction.columns.newest("plain", 2)
        assert newest == [(1, columns[1, "margin"]), (0, columns[0, "sketch"])]

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE column_chunks SET data = :zeros WHERE first_row = 4",
            "DELETE FROM column_chunks WHERE first_row = 4",
            "DELETE FROM column_chunks WHERE first_row = 8",
        ],
    )
    def test_a_damaged_column_is_never_read(self, store: Store, damage: str) -> None:
        self.fill(store)
        self.damage(store, damage, **({"zeros": bytes(32)} if "zeros" in damage else {}))
        with store.read() as transaction:
            (column,) = transaction.loops.page("plain", 0, 1)[0].columns
            with pytest.raises(RefusedError, match="'probabilities' of loop 0 of experiment 'plain'") as refused:
                transaction.columns.read("plain", 0, column)
        assert refused.value.reason is Reason.DATA_DAMAGED

    def test_a_damaged_coverage_is_never_read(self, store: Store) -> None:
        self.fill(store)
        self.damage(store, "UPDATE coverages SET mask = :mask", mask=b"\xff\x01")
        with store.read() as transaction, pytest.raises(RefusedError, match="coverage 1 of loop 0") as refused:
            transaction.loops.coverages("plain", 0)
        assert refused.value.reason is Reason.DATA_DAMAGED

    # Decisions

    def test_a_decision_comes_back_as_it_was(self, store: Store) -> None:
        self.fill(store)
        with store.read() as transaction:
            assert transaction.decisions.find("plain", 0) == DECISION
            assert transaction.decisions.page("plain", 0, 1) == [DECISION]
            assert transaction.decisions.page("plain", 1, 1) == []
            assert transaction.decisions.find("plain", 1) is None

    def test_rows_without_signals_come_back_without(self, store: Store) -> None:
        rows = replace(rows_of(5), probabilities=None, predicted_class=None)
        with store.write() as transaction:
            transaction.loops.insert("plain", LoopInfo(0, 0, created=NOW))
            transaction.decisions.insert("plain", DECISION, rows)
            found = transaction.decisions.rows("plain", 0, 0, 10, 1 << 20)
        assert found.probabilities is None
        assert found.predicted_class is None
        np.testing.assert_array_equal(found.positions, rows.positions)

    def test_pages_of_rows_join_to_the_whole(self, store: Store) -> None:
        count, classes = 3000, 200  # about 820 bytes a row: three blocks
        rows = rows_of(count, classes)
        with store.write() as transaction:
            transaction.loops.insert("plain", LoopInfo(0, 0, created=NOW))
            transaction.decisions.insert("plain", DECISION, rows)
        row_bytes = 8 + 8 + 1 + 4 * classes + 4

        @settings(max_examples=50, deadline=None)
        @given(st.integers(0, count), st.integers(1, 2 * count), st.integers(1, 4_000_000))
        def page(first: int, limit: int, limit_bytes: int) -> None:
            with store.read() as transaction:
                found = transaction.decisions.rows("plain", 0, first, limit, limit_bytes)
            expected = min(limit, count - first, max(1, limit_bytes // row_bytes))
            assert len(found.positions) == expected
            if expected:
                assert_rows_equal(found, rows, slice(first, first + expected))

        page()

    def test_damaged_rows_are_never_read(self, store: Store) -> None:
        self.fill(store)
        self.damage(store, "UPDATE decision_rows SET chosen_by = :zeros", zeros=bytes(3))
        with store.read() as transaction, pytest.raises(RefusedError, match="decision of loop 0") as refused:
            transaction.decisions.rows("plain", 0, 0, 1, 1 << 20)
        assert refused.value.reason is Reason.DATA_DAMAGED

    # Outcomes

    def test_outcomes_come_back_and_later_ones_replace_earlier(self, store: Store) -> None:
        full = LabelOutcome(7, correct=False, loss=0.25, cost=1.5, seconds=0.0, annotator="é")
        with store.write() as transaction:
            transaction.outcomes.save("plain", 0, [full, LabelOutcome(2, abstained=True)])
            transaction.outcomes.save("plain", 1, [LabelOutcome(2, correct=True), LabelOutcome(1, abstained=True)])
            assert transaction.outcomes.all("plain") == [
                (1, LabelOutcome(1, abstained=True)),
                (1, LabelOutcome(2, correct=True)),
                (0, full),
            ]
            assert transaction.outcomes.positions("plain", abstained=False).tolist() == [2, 7]
            assert transaction.outcomes.positions("plain", abstained=True).tolist() == [1]
            asked = [LabelOutcome(position) for position in (0, 1, 2)]
            assert transaction.outcomes.abstained("plain", asked) == {1: True, 2: False}

    def test_many_outcomes_at_once(self, store: Store) -> None:
        some = [LabelOutcome(position) for position in range(1201)]
        with store.write() as transaction:
            transaction.outcomes.save("plain", 0, some)
            transaction.outcomes.save("plain", 0, some)
            assert len(transaction.outcomes.all("plain")) == len(some)
            assert len(transaction.outcomes.abstained("plain", some)) == len(some)
            transaction.outcomes.save("plain", 0, [])

    # Requests

    def test_answers_are_remembered_until_they_are_purged(self, store: Store) -> None:
        early, late = (Answered("Decide", b"d", b"\x00", NOW + timedelta(hours=hours)) for hours in (0, 1))
        with store.write() as transaction:
            transaction.requests.insert("early", early)
            transaction.requests.insert("late", late)
            assert transaction.requests.find("early") == early
            transaction.requests.purge(NOW + timedelta(hours=1), "")
            assert transaction.requests.find("early") is None
            assert transaction.requests.find("late") == late


class TestStoreInMemory(StoreSuite):
    @pytest.fixture
    def url(self) -> str:
        return "sqlite://"


class SharedStoreSuite(StoreSuite):
    """Of databases that several processes may open."""

    def test_it_is_all_there_after_opening_it_again(self, store: Store, url: str) -> None:
        self.fill(store)
        before = dump(store)
        store.close()

        with closing(Store(url)) as again:
            assert dump(again) == before

    def test_a_reader_keeps_seeing_the_moment_at_which_it_began(self, store: Store) -> None:
        written = threading.Thread(target=add_one, args=(store, 1))
        with store.read() as transaction:
            before = transaction.experiments.find("plain")
            written.start()
            written.join()
            assert transaction.experiments.find("plain") == before
        with store.read() as transaction:
            assert transaction.experiments.find("plain") != before

    def test_writers_in_processes_lose_nothing(self, store: Store, url: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        processes = [spawn.Process(target=add_one_in_a_process, args=(url, 40)) for _ in range(2)]
        for process in processes:
            process.start()
        add_one(store, 40)
        for process in processes:
            process.join()

        with store.read() as transaction:
            info = transaction.experiments.find("plain")
        assert info is not None
        assert info.labeled_count == 120


class TestStoreOnFile(SharedStoreSuite):
    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'store.db'}"

    @pytest.mark.parametrize(
        ("pragma", "value"), [("page_size", 65536), ("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
    )
    def test_how_sqlite_is_set(self, store: Store, pragma: str, value: object) -> None:
        with store._engine.connect() as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value

    def test_a_database_held_by_another_process_is_busy(
        self, store: Store, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("loopwise_engine.store.sqlite.BUSY_SECONDS", 0.05)
        other = Store(url)
        with store.write() as transaction:
            transaction.experiments.find("plain")
            with pytest.raises(RefusedError) as refused, other.write():
                pass
        assert refused.value.reason is Reason.STORE_BUSY

    def test_looking_for_old_answers_does_not_look_at_the_others(self, store: Store) -> None:
        insert_answers(store, 500)
        steps = itertools.count()
        with store.write() as transaction:
            driver = transaction.requests._connection.connection.driver_connection
            assert driver is not None
            driver.set_progress_handler(lambda: next(steps) and None, 1)
            transaction.requests.purge(NOW, "")
            driver.set_progress_handler(None, 1)
        assert next(steps) < 100


class TestStoreOnPostgreSQL(SharedStoreSuite):
    @pytest.fixture
    def url(self) -> Iterator[str]:
        with postgres.database() as url:
            yield url
