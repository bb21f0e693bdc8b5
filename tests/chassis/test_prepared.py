"""Prepared statements see the session's own changes, keep the types, and fail like all others."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, exc, insert, select, text

from chassis.audit import audit_entries
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from chassis.prepared import Prepared
from tests.chassis.toys import Deal, Note, notes
from tests.harness.databases import POSTGRESQL

NOTES_OF = Prepared(select(Note.deal_id, Note.assignee).where(Note.deal_id == bindparam("deal_id")))
AUDITED = Prepared(
    select(audit_entries.c.id, audit_entries.c.at, audit_entries.c.roles)
    .where(audit_entries.c.at >= bindparam("since"), audit_entries.c.entity == "boxes")
    .order_by(audit_entries.c.id)
)
LOCKED = Prepared(select(Deal.id).with_for_update(skip_locked=True))


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


def test_it_finds_what_the_session_has_not_even_flushed(database: Database) -> None:
    deal_id = new_id()
    with database.transaction() as session:
        session.add(Note(deal_id=deal_id, assignee="ada"))
        assert [tuple(row) for row in NOTES_OF.all(session, deal_id=deal_id)] == [(deal_id, "ada")]
        assert NOTES_OF.first(session, deal_id=new_id()) is None


def test_it_reads_in_a_session_for_reading(database: Database) -> None:
    deal_id = new_id()
    with database.transaction() as session:
        session.add_all([Note(deal_id=deal_id, assignee=name) for name in ("ada", "ben")])
    with database.reading() as session:
        assert {row.assignee for row in NOTES_OF.all(session, deal_id=deal_id)} == {"ada", "ben"}


def test_values_keep_the_types_of_their_columns(database: Database) -> None:
    key, at = new_id(), now()
    row = {"id": key, "at": at, "actor": "ada", "roles": ["clerk"], "origin": "", "entity_id": key}
    with database.transaction() as session:
        session.execute(insert(audit_entries), [{**row, "action": "insert", "entity": "boxes"}])
        assert AUDITED.all(session, since=at + timedelta(seconds=1)) == []
        (found,) = AUDITED.all(session, since=at)
    assert (found.id, found.at, found.roles) == (key, at, ["clerk"])


def test_a_change_after_it_in_the_same_transaction_is_committed(database: Database) -> None:
    with database.transaction() as session:
        NOTES_OF.all(session, deal_id=new_id())
        session.add(Note(deal_id=new_id(), assignee="ada"))
    assert notes(database) == ["ada"]


def test_a_lock_that_it_takes_lasts_until_the_end_of_the_transaction(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    with database.transaction() as session:
        session.add(Deal(assignee="ada"))
    with database.transaction() as session, database.transaction() as other:
        assert LOCKED.first(session) is not None
        assert LOCKED.first(other) is None
        session.rollback()
        assert LOCKED.first(other) is not None


def test_a_value_that_the_statement_does_not_name_is_refused(database: Database) -> None:
    with database.reading() as session, pytest.raises(TypeError, match="no parameter deal"):
        NOTES_OF.all(session, deal=new_id())


def test_a_statement_whose_text_would_vary_is_refused(database: Database) -> None:
    varying = Prepared(select(Deal.id).where(Deal.id.in_([new_id()])))
    with database.reading() as session, pytest.raises(TypeError, match="fixed text"):
        varying.all(session)


def test_what_the_database_refuses_is_an_error_of_sqlalchemy(database: Database) -> None:
    missing = Prepared(select(Note.id).where(text("nowhere = 1")))
    with database.reading() as session, pytest.raises(exc.DBAPIError, match="nowhere"):
        missing.all(session)


def test_a_connection_that_was_cut_is_noticed_and_replaced(toy_database: Callable[[str], Database]) -> None:
    database = toy_database("postgresql")
    with database.reading() as other, database.reading() as session:
        victim = session.scalar(text("SELECT pg_backend_pid()"))
        assert victim != other.scalar(text("SELECT pg_backend_pid()"))
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})
        with pytest.raises(exc.OperationalError) as caught:
            for _ in range(100):
                NOTES_OF.all(session, deal_id=new_id())
        assert caught.value.connection_invalidated
    with database.reading() as session:
        assert NOTES_OF.all(session, deal_id=new_id()) == []
