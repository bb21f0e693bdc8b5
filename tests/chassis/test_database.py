"""Transactions commit whole or not at all, and a stale change is never written."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, cast

import eventlet
import pytest
from sqlalchemy import Table, exc, select, text
from sqlalchemy.orm.exc import StaleDataError

from chassis.auth import Actor
from chassis.database import LOST_DATABASE, Database, is_lost
from chassis.ids import new_id
from chassis.prepared import Prepared
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import wait_until
from tests.chassis.toys import Deal, Note, notes
from tests.harness.databases import POSTGRESQL, SQLITE

HOLD_THE_WRITE_LOCK = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("holding", flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
"""

THREADS = """
import sys, threading
from chassis.database import Database
sys.setswitchinterval(1e-6)
database, asked = Database(sys.argv[1], pool_size=8), []
def ask():
    for _ in range(250):
        with database.connection() as pooled:
            cursor = pooled.cursor()
            cursor.execute("SELECT 1")
            asked.extend(cursor.fetchone())
threads = [threading.Thread(target=ask) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sum(asked))
"""


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


def note(database: Database, assignee: str) -> None:
    with database.transaction() as session:
        session.add(Note(deal_id=new_id(), assignee=assignee))


def test_what_a_transaction_wrote_is_there_afterwards(database: Database) -> None:
    note(database, "ada")
    assert notes(database) == ["ada"]


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        session.add(Note(deal_id=new_id(), assignee="ada"))
        session.flush()
        raise ZeroDivisionError
    assert notes(database) == []


def test_a_session_for_reading_refuses_to_write(database: Database) -> None:
    with pytest.raises(RuntimeError, match="for reading"), database.reading() as session:
        session.add(Note(deal_id=new_id(), assignee="ada"))
        session.flush()
    assert notes(database) == []


def test_the_second_of_two_changes_to_one_version_is_refused(database: Database) -> None:
    with database.transaction() as session:
        deal = Deal(assignee="ada")
        session.add(deal)
    with database.reading() as session:
        stale = session.get_one(Deal, deal.id)
    with database.transaction() as session:
        session.get_one(Deal, deal.id).version += 1
    with pytest.raises(StaleDataError), database.transaction() as session:
        session.add(stale)
        stale.assignee, stale.version = "eve", stale.version + 1


def test_a_new_aggregate_has_an_id_and_no_events_yet(database: Database) -> None:
    with database.transaction() as session:
        deal = Deal(assignee="ada")
        session.add(deal)
    with database.reading() as session:
        assert session.scalars(select(Deal)).one().version == 0
        assert session.scalars(select(Deal.id)).one() == deal.id


def test_many_writers_at_once_all_get_through(database: Database) -> None:
    def write(number: int) -> None:
        with database.transaction() as session:
            session.add(Note(deal_id=new_id(), assignee=str(number)))
            session.flush()
            eventlet.sleep(0.001)

    writers = [eventlet.spawn(write, number) for number in range(25)]
    for writer in writers:
        writer.wait()
    assert sorted(notes(database), key=int) == [str(number) for number in range(25)]


def test_a_writer_waits_for_another_process_without_stopping_its_own(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(SQLITE)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_WRITE_LOCK, str(database.url.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None and other.stdout is not None
    assert other.stdout.readline() == "holding\n"
    writer = eventlet.spawn(note, database, "ada")
    slowest = longest_pause(turns=20)
    assert notes(database) == []
    other.communicate("\n")
    writer.wait()
    assert notes(database) == ["ada"]
    assert slowest < 1.0


def longest_pause(*, turns: int) -> float:
    """The longest time that a greenlet had to wait for its turn."""
    longest = 0.0
    for _ in range(turns):
        began = time.monotonic()
        eventlet.sleep(0.01)
        longest = max(longest, time.monotonic() - began)
    return longest


def test_a_mistake_in_a_statement_does_not_count_as_a_lost_database(database: Database) -> None:
    with pytest.raises(exc.DBAPIError) as raised, database.transaction() as session:
        session.connection().exec_driver_sql("SELECT nothing FROM nowhere")
    assert not is_lost(raised.value)


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One of its own, that may be broken."""
    with PostgresServer(durable=True) as server:
        yield server


@pytest.fixture
def breakable(server: PostgresServer) -> Iterator[Database]:
    database = Database(server.url("postgres"))
    yield database
    cast(Table, Note.__table__).drop(database.engine)
    database.close()


def test_a_database_that_is_away_counts_as_lost_and_is_found_again(
    server: PostgresServer, breakable: Database
) -> None:
    cast(Table, Note.__table__).create(breakable.engine)
    note(breakable, "before")
    server.kill()
    with pytest.raises(exc.OperationalError) as raised:
        note(breakable, "meanwhile")
    assert is_lost(raised.value)
    server.start()
    assert wait_until(lambda: succeeds(lambda: note(breakable, "after")), seconds=20)
    assert notes(breakable) == ["before", "after"]


def test_a_database_that_is_frozen_from_the_start_counts_as_lost_and_is_found_again(
    server: PostgresServer, breakable: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.freeze()
    try:
        with monkeypatch.context() as impatient:
            impatient.setattr("chassis.database._CONNECT_SECONDS", 1)
            connecting = eventlet.spawn(breakable.engine.connect)
            assert longest_pause(turns=20) < 1.0
            with eventlet.Timeout(20), pytest.raises(exc.OperationalError, match="within 1 s") as raised:
                connecting.wait()
        assert is_lost(raised.value)
    finally:
        server.thaw()
    cast(Table, Note.__table__).create(breakable.engine)
    note(breakable, "after")
    assert notes(breakable) == ["after"]


def succeeds(work: Callable[[], None]) -> bool:
    try:
        work()
    except exc.OperationalError:
        return False
    return True


def open_at_once(database: Database, count: int) -> None:
    """Have so many connections in use at the same time, and give them back."""
    with ExitStack() as held:
        for _ in range(count):
            held.enter_context(database.connection())


def test_a_connection_at_hand_is_used_again_and_a_broken_one_is_not(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    with database.connection() as first, database.connection() as second:
        one, other = first.dbapi_connection, second.dbapi_connection
    with database.connection() as again:
        driver: Any = again.dbapi_connection
        assert driver in (one, other)
        driver.close()
    with database.connection() as fresh:
        assert fresh.dbapi_connection not in (one, other)


def test_after_a_restart_of_the_server_one_failure_tells_of_all_connections(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    open_at_once(database, 6)
    with database.engine.connect() as connection:
        own = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        connection.execute(text(f"{own} AND pid <> pg_backend_pid()"))
        connection.invalidate()
    statement = Prepared(select(Note.id))
    failures = 0
    with ExitStack() as held:
        for _ in range(6):
            try:
                with database.reading() as session:
                    statement.all(session)
            except LOST_DATABASE as error:
                assert is_lost(error)
                failures += 1
            held.enter_context(database.connection())
    assert failures == 1


def test_connections_at_hand_leave_half_of_the_pool_to_sessions(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    open_at_once(database, 8)
    pool: Any = database.engine.pool
    assert 0 < pool.checkedout() <= pool.size() // 2


def test_a_connection_that_becomes_free_is_for_whoever_waits(toy_database: Callable[[str], Database]) -> None:
    database = toy_database(POSTGRESQL)

    def use() -> bool:
        with database.connection():
            return True

    with ExitStack() as held:
        first = held.enter_context(ExitStack())
        first.enter_context(database.connection())
        for _ in range(database.pool_size - 1):
            held.enter_context(database.connection())
        waiting = eventlet.spawn(use)
        eventlet.sleep(0)
        first.close()
        with eventlet.Timeout(10):
            assert waiting.wait()


def test_threads_share_the_connections_at_hand(toy_postgres: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", THREADS, toy_postgres], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "2000", done.stderr


def test_a_session_that_is_used_again_knows_nothing_of_its_last_use(database: Database) -> None:
    with database.transaction(Actor("mia")) as first:
        first.info["left"] = "something"
        first.add(Note(deal_id=new_id(), assignee="mia"))
    with database.transaction() as second:
        assert second is first
        assert second.info == {"actor": None, "database": database, "reading": False}
        assert not (second.in_transaction() or second.new or second.identity_map)


def test_a_session_that_failed_is_not_used_again(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as first:
        first.add(Note(deal_id=new_id(), assignee="mia"))
        raise ZeroDivisionError
    with database.transaction() as second:
        assert second is not first
        assert second.scalars(select(Note)).all() == []


def test_sessions_within_one_another_are_not_the_same(database: Database) -> None:
    with database.reading() as outer, database.reading() as inner:
        assert inner is not outer
