"""What PostgreSQL keeps is parsed once a connection, and found out of date when it is."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import bindparam, exc, select, text

from chassis.database import Database
from chassis.ids import new_id
from chassis.prepared import Prepared
from tests.chassis.toys import Deal, Note
from tests.harness.databases import POSTGRESQL

KEPT = text("SELECT statement FROM pg_prepared_statements ORDER BY prepare_time")


@pytest.fixture
def database(toy_database: Callable[[str], Database]) -> Database:
    return toy_database(POSTGRESQL)


def notes_of() -> Prepared:
    return Prepared(select(Note.deal_id, Note.assignee).where(Note.deal_id == bindparam("deal_id")))


def test_a_statement_is_parsed_once_a_connection(database: Database) -> None:
    found, deal_id = notes_of(), new_id()
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
        for _ in range(8):
            assert found.all(session, deal_id=deal_id) == []
        (kept,) = session.scalars(KEPT)
        assert "notes.deal_id = $1" in kept
        assert session.scalar(text("SELECT generic_plans > 0 FROM pg_prepared_statements"))


def test_what_is_written_last_is_kept_too(database: Database) -> None:
    for _ in range(3):
        with database.transaction() as session:
            session.execute(text("SELECT 1"))
            session.add(Deal(assignee="ada"))
    with database.transaction() as session:
        kept = list(session.scalars(KEPT))
    assert len(kept) == len(set(kept)) > 0
    assert all(" INSERT INTO " in one for one in kept)


def test_one_that_the_server_refuses_leaves_the_others_usable(database: Database) -> None:
    wrong = Prepared(select(Note.id).where(text("nowhere = 1")))
    found = notes_of()
    for _ in range(2):
        with database.transaction() as session:
            session.execute(text("SELECT 1"))
            assert found.all(session, deal_id=new_id()) == []
            with pytest.raises(exc.ProgrammingError, match="nowhere"):
                wrong.all(session)
            session.rollback()


def test_columns_of_another_type_cost_one_answer_and_no_more(database: Database) -> None:
    found, deal_id = notes_of(), new_id()
    with database.transaction() as session:
        session.add(Note(deal_id=deal_id, assignee="ada"))

    def look() -> list[Any]:
        with database.transaction() as session:
            session.execute(text("SELECT 1"))
            return found.all(session, deal_id=deal_id)

    look()
    with database.transaction() as session:
        session.execute(text("ALTER TABLE notes ALTER COLUMN assignee TYPE varchar(90)"))
    with pytest.raises(exc.DBAPIError) as caught:
        look()
    assert caught.value.connection_invalidated
    assert [row.assignee for row in look()] == ["ada"]
