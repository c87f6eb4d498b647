"""What is particular to PostgreSQL: how one gets there, and what several engines on one database do to each other."""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from loopwise.errors import InvalidInputError, MissingExtraError
from loopwise.resources import CHANGEABLE, ExperimentInfo, LabelOutcome
from loopwise_engine.cli import loopwise
from loopwise_engine.core import decisions, experiments
from loopwise_engine.core.requests import Ticket, once
from loopwise_engine.errors import Reason, RefusedError, StoreError
from loopwise_engine.policy.base import Plan, Situation
from loopwise_engine.store import DEFAULT_TENANT, Answered, Store, Transaction, postgresql
from tests import postgres
from tests.core_world import FINGERPRINT, FixedPolicy, World, scalars

ENGINES = 4
Engine = TypeVar("Engine")
Answer = TypeVar("Answer")


@pytest.fixture
def url() -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture
def worlds(url: str) -> Iterator[list[World]]:
    """Several engines on one database."""
    made = [World(url) for _ in range(ENGINES)]
    yield made
    for world in made:
        world.store.close()


def at_once(engines: Sequence[Engine], call: Callable[[int, Engine], Answer]) -> list[Answer]:
    """What the engines answer that are asked at the same time."""
    ready = threading.Barrier(len(engines))

    def wait_and_call(number: int, engine: Engine) -> Answer:
        ready.wait()
        return call(number, engine)

    with ThreadPoolExecutor(len(engines)) as threads:
        return list(threads.map(wait_and_call, range(len(engines)), engines))


def ticket(request_id: str) -> Ticket:
    return Ticket(DEFAULT_TENANT, request_id, "Method", b"digest")


# Getting there


def serve(url: str) -> str:
    """The sentence with which a server does not start."""
    done = CliRunner().invoke(loopwise, ["serve", "--listen", "127.0.0.1:0", "--db", url])
    assert done.exit_code == 1
    assert done.output.count("\n") == 1
    assert done.output.startswith("Error: the database ")
    return done.output.removeprefix("Error: the database ").strip()


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:geheim@host/db",
        "postgresql://u:geheim@host/db",
        "postgresql+psycopg2://u:geheim@host/db",
        "postgresql+psycopg://u:geheim@host",
        "postgresql+psycopg://u:geheim@host:port/db",
        "postgresql+psycopg://u:ge@heim/@host/db:",
    ],
)
def test_a_wrong_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(InvalidInputError, match=r"'postgresql\+psycopg://USER@HOST/NAME'") as refused:
        Store(url)
    assert "heim" not in str(refused.value)


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    url = "postgresql+psycopg://u:geheim@host/db"

    with pytest.raises(MissingExtraError):
        Store(url)
    assert serve(url) == (
        "postgresql+psycopg://u:***@host/db needs psycopg, its driver: pip install 'loopwise[postgres]'"
    )


def test_a_server_that_is_down_at_the_start() -> None:
    url = f"postgresql+psycopg://u:geheim@127.0.0.1:{free_port()}/db?password=geheim"

    assert "geheim" not in serve(url)
    assert serve(url).endswith("Connection refused")


def test_a_database_that_is_not_there(url: str) -> None:
    assert serve(url + "x").endswith('x" does not exist')


def test_an_option_that_the_driver_does_not_know(url: str) -> None:
    assert 'invalid connection option "sslmod"' in serve(f"{url}?sslmod=require")


def test_a_database_that_cannot_hold_every_text() -> None:
    server = postgres.server()
    server.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    try:
        with pytest.raises(StoreError, match="has the encoding LATIN1; create one with UTF8: createdb"):
            Store(server.url("latin"))
    finally:
        server.execute("DROP DATABASE latin WITH (FORCE)")


def test_names_come_in_the_same_order_whatever_the_databases_language(url: str) -> None:
    """That of code points, as in SQLite; the servers of the tests speak no language to try it with."""
    with closing(Store(url)) as store, store._engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT DISTINCT collname FROM pg_index JOIN pg_attribute ON attrelid = indexrelid "
            "JOIN pg_collation l ON l.oid = attcollation JOIN pg_class c ON c.oid = attrelid "
            "WHERE indisprimary AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version_pkc'"
        )
        assert found.scalars().all() == ["C"]


def test_engines_may_open_an_empty_database_at_once() -> None:
    with postgres.empty_database() as url:
        at_once([url] * ENGINES, lambda _, url: Store(url).close())
        Store(url).close()


def test_waiting_ends_before_a_calls_deadline(url: str) -> None:
    with closing(Store(f"{url}?options=-c%20lock_timeout%3D123")) as store, store._engine.connect() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SELECT setting FROM pg_settings WHERE name = '{name}'").scalar()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "application_name")
        }
    assert shown == {
        "statement_timeout": "30000",
        "lock_timeout": "123",
        "idle_in_transaction_session_timeout": "600000",
        "application_name": "loopwise",
    }


def test_only_what_may_is_not_synced(url: str) -> None:
    with closing(Store(url)) as store:
        for synced in (False, True):
            with store.write(synced=synced) as transaction:
                connection = transaction.experiments._connection
                found = connection.exec_driver_sql("SHOW synchronous_commit").scalar()
            assert found == ("on" if synced else "off")


def test_a_transaction_that_reads_cannot_write(url: str) -> None:
    with closing(Store(url)) as store, pytest.raises(sa.exc.DBAPIError, match="read-only"), store.read() as transaction:
        transaction.experiments.delete("x")


def test_times_are_utc_whatever_the_sessions_zone(url: str) -> None:
    world = World(f"{url}?options=-c%20timezone%3DAsia/Tokyo")
    with closing(world.store):
        world.create()
        assert world.info.created == world.now
        assert world.info.created is not None
        assert world.info.created.utcoffset() == world.now.utcoffset()


# What it is told, and what it does with that


def test_looking_for_old_answers_looks_at_each_once_at_most(url: str) -> None:
    """Also in a table that the planner knows nothing of yet."""
    world = World(url)
    answered = Answered("Method", b"digest", b"response", world.now)
    with closing(world.store):
        with world.store.write() as transaction:
            for name in range(500):
                transaction.requests.insert(f"{name}", answered)
        with world.store.write() as transaction:
            transaction.requests.purge(world.now, "")
            read = transaction.requests._connection.exec_driver_sql(
                "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'requests'"
            ).scalar_one()
    assert read <= 500


def test_rows_that_fit_fill_pages(url: str) -> None:
    """And are not taken apart into a table of their own, which takes twice the time."""
    world = World(url)
    with closing(world.store):
        world.create(pool_size=100_000)
        world.upload("margin", scalars(100_000), chunk_rows=50_000)
        with world.store.read() as transaction:
            used, apart = transaction.columns._connection.exec_driver_sql(
                "SELECT pg_relation_size(oid), pg_relation_size(reltoastrelid) FROM pg_class "
                "WHERE relname = 'column_chunks'"
            ).one()
    assert apart == 0
    assert 400_000 < used < 500_000


def test_no_statement_deletes_more_than_a_column(url: str) -> None:
    """A statement that takes longer than it may is refused, and would be again."""
    world = World(url)
    with closing(world.store), closing(sa.create_engine(url, poolclass=sa.NullPool).connect()) as other:
        world.create(pool_size=8)
        for seed in range(3):
            world.report(world.upload("margin", scalars(8, seed)), world.upload("loss", scalars(8, seed)))
        other.exec_driver_sql("CREATE TABLE statements (began timestamptz)")
        other.exec_driver_sql(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS "
            "'BEGIN INSERT INTO statements VALUES (statement_timestamp()); RETURN NULL; END'"
        )
        other.exec_driver_sql("CREATE TRIGGER note AFTER DELETE ON column_chunks FOR EACH ROW EXECUTE FUNCTION note()")
        other.commit()
        with world.store.write() as transaction:
            experiments.delete(transaction, "x")
        deleted, statements = other.exec_driver_sql("SELECT count(*), count(DISTINCT began) FROM statements").one()
    assert (deleted, statements) == (12, 6), "of two chunks each"


# Several engines


def test_engines_asked_at_once_give_one_decision(worlds: list[World]) -> None:
    worlds[0].create(pool_size=50)
    worlds[0].report()
    together = threading.Barrier(ENGINES)

    class Slow(FixedPolicy):
        """Decides when all others do, and otherwise than they."""

        def decide(self, situation: Situation) -> Plan:
            together.wait()
            return super().decide(situation)

    def ask(number: int, world: World) -> bytes:
        policy = Slow(Plan(FixedPolicy().plan.blend, 2 + number, f"as {number} was told"))
        return decisions.decide(world.store, policy, ticket(f"{number}"), ("x", 0), lambda made: repr(made).encode())

    answers = at_once(worlds, ask)

    assert len(set(answers)) == 1
    with worlds[0].store.read() as transaction:
        (stored,) = transaction.decisions.page("x", 0, 10)
    assert repr(stored).encode() == answers[0]
    assert len(worlds[0].rows().positions) == stored.batch_size


def test_a_request_sent_to_several_engines_happens_once(worlds: list[World]) -> None:
    wanted = ExperimentInfo("x", pool_size=10, pool_fingerprint=FINGERPRINT)

    def create(transaction: Transaction) -> bytes:
        made = experiments.create(transaction, wanted)
        time.sleep(0.05)
        return made.uid.encode()

    answers = at_once(worlds, lambda _, world: once(world.store, ticket("the same"), create))

    assert set(answers) == {worlds[0].info.uid.encode()}


def test_a_request_sent_again_at_once_gets_the_answer_of_the_first(worlds: list[World]) -> None:
    """Also where what it asks for can no longer be done."""
    worlds[0].create()

    def delete(transaction: Transaction) -> bytes:
        experiments.delete(transaction, "x")
        time.sleep(0.05)
        return b"deleted"

    assert at_once(worlds, lambda _, world: once(world.store, ticket("the same"), delete)) == [b"deleted"] * ENGINES


def test_one_of_those_who_create_the_same_at_once(worlds: list[World]) -> None:
    def create(number: int, world: World) -> object:
        wanted = ExperimentInfo("x", pool_size=10, pool_fingerprint=FINGERPRINT)
        try:
            made = once(world.store, ticket(f"{number}"), lambda tx: experiments.create(tx, wanted).uid.encode())
        except RefusedError as refused:
            return refused.reason
        return made

    answers = at_once(worlds, create)

    assert answers.count(Reason.EXPERIMENT_EXISTS) == ENGINES - 1
    assert worlds[0].info.uid.encode() in answers


def test_labels_reported_at_once_are_all_counted(worlds: list[World]) -> None:
    worlds[0].create(pool_size=200)
    worlds[0].report()

    def label(number: int, world: World) -> None:
        for position in range(10):
            world.label(LabelOutcome(10 * number + position), LabelOutcome(199, abstained=position % 2 == 0))

    at_once(worlds, label)

    info = worlds[0].info
    with worlds[0].store.read() as transaction:
        known = transaction.outcomes.all("x")
    assert len(known) == 10 * ENGINES + 1
    assert info.labeled_count == sum(not outcome.abstained for _, outcome in known)
    assert info.abstained_count == sum(outcome.abstained for _, outcome in known)


def test_a_loop_reported_at_once_is_there_once(worlds: list[World]) -> None:
    worlds[0].create()
    column = worlds[0].upload("margin", scalars(10))

    def report(number: int, world: World) -> object:
        try:
            return world.report(column, metrics={"number": number % 2}, number=0)
        except RefusedError as refused:
            return refused.reason

    answers = at_once(worlds, report)

    assert worlds[0].info.loop_count == 1
    with worlds[0].store.read() as transaction:
        (loop,) = transaction.loops.page("x", 0, 10)
        np.testing.assert_array_equal(transaction.columns.read("x", 0, loop.columns[0])[:, 0], scalars(10))
    assert answers.count(Reason.LOOP_EXISTS) == ENGINES // 2
    assert answers.count(loop) == ENGINES // 2


def test_a_chunk_sent_to_several_engines_is_stored_once(worlds: list[World]) -> None:
    worlds[0].create()

    assert at_once(worlds, lambda _, world: world.put("margin", scalars(4), loop=0)) == [4] * ENGINES


def test_changes_at_once_are_all_kept(worlds: list[World]) -> None:
    worlds[0].create()
    wanted = ExperimentInfo(
        "x", pool_size=0, pool_fingerprint="", label_budget=7, batch_size=3, strategy="margin", random_share=0.5
    )

    def change(number: int, world: World) -> None:
        with world.store.write() as transaction:
            experiments.update(transaction, wanted, [CHANGEABLE[number]])

    at_once(worlds, change)

    info = worlds[0].info
    assert (info.label_budget, info.batch_size, info.strategy, info.random_share) == (7, 3, "margin", 0.5)


def test_experiments_do_not_wait_for_each_other(worlds: list[World]) -> None:
    first, second, *_ = worlds
    first.create()
    with first.store.write() as transaction:
        experiments.get(transaction, "x")
        once(
            second.store,
            ticket("other"),
            lambda tx: experiments.create(tx, ExperimentInfo("y", pool_size=1, pool_fingerprint="f")).uid.encode(),
        )
        with second.store.read() as reading:
            assert [info.id for info in reading.experiments.page("", 10)] == ["x", "y"]


def test_who_loses_a_race_tries_again(worlds: list[World]) -> None:
    """Two that wait for each other: the database ends one of them, which then has its turn."""
    worlds[0].create()
    with worlds[0].store.write() as transaction:
        experiments.create(transaction, ExperimentInfo("y", pool_size=1, pool_fingerprint="f"))
    met = threading.Barrier(2)
    tries: list[str] = []

    def lock(number: int, world: World) -> bytes:
        def work(transaction: Transaction) -> bytes:
            tries.append(f"{number}")
            first, second = ("x", "y") if number else ("y", "x")
            experiments.get(transaction, first)
            if tries.count(f"{number}") == 1:
                met.wait()
            return experiments.get(transaction, second).id.encode()

        return once(world.store, ticket(f"{number}"), work)

    assert at_once(worlds[:2], lock) == [b"x", b"y"]
    assert len(tries) == 3


def test_who_loses_every_race_may_try_again_later(worlds: list[World]) -> None:
    tries = []

    def work(transaction: Transaction) -> bytes:
        tries.append(transaction)
        transaction.experiments._connection.exec_driver_sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$")
        return b""

    with pytest.raises(RefusedError) as refused:
        once(worlds[0].store, ticket("r"), work)
    assert refused.value.reason is Reason.STORE_BUSY
    assert len(tries) == 5


# What goes wrong


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("53100", Reason.STORE_FULL),
        ("53300", Reason.STORE_BUSY),
        ("08006", Reason.STORE_DOWN),
        ("57P01", Reason.STORE_DOWN),
    ],
)
def test_what_the_server_says_has_a_reason(worlds: list[World], code: str, reason: Reason) -> None:
    with worlds[0].refuses(reason), worlds[0].store.write() as transaction:
        experiments.create(transaction, ExperimentInfo("y", pool_size=1, pool_fingerprint="f"))
        transaction.experiments._connection.exec_driver_sql(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")


def test_a_defect_stays_one(worlds: list[World]) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="nonsense"), worlds[0].store.read() as transaction:
        transaction.experiments._connection.exec_driver_sql("SELECT nonsense")


@pytest.mark.parametrize(
    ("option", "statement"),
    [("lock_timeout", "SELECT * FROM experiments FOR UPDATE"), ("statement_timeout", "SELECT pg_sleep(30)")],
)
def test_what_takes_too_long_may_be_tried_again(url: str, option: str, statement: str) -> None:
    world = World(url)
    world.create()
    with closing(world.store), closing(Store(f"{url}?options=-c%20{option}%3D50")) as other:
        with world.store.write() as transaction:
            experiments.get(transaction, "x")
            with pytest.raises(RefusedError) as refused, other.write() as waiting:
                waiting.experiments._connection.exec_driver_sql(statement)
        assert refused.value.reason is Reason.STORE_BUSY
        with other.write() as transaction:
            experiments.get(transaction, "x")


def test_more_transactions_than_connections(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "POOL_SIZE", 1)
    monkeypatch.setattr(postgresql, "LOCK_SECONDS", 0.1)
    with closing(Store(url)) as store:
        with store.read(), store.read(), pytest.raises(RefusedError) as refused, store.read():
            pass
        assert refused.value.reason is Reason.STORE_BUSY
        with store.read() as transaction:
            assert transaction.experiments.page("", 1) == []


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
