"""A row that is entered goes in with the commit, whole, audited and in order; or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import exc, select

from chassis.audit import audit_entries
from chassis.closing import write_last
from chassis.database import Database
from chassis.entering import enter
from chassis.outbox import outbox, publish
from tests.chassis.toys import Deal, assignment, reassign


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


def stored(database: Database, deal: Deal) -> Deal | None:
    with database.reading() as session:
        return session.get(Deal, deal.id)


def entries(database: Database, deal: Deal) -> list[Any]:
    of_deal = select(audit_entries).where(audit_entries.c.entity_id == deal.id)
    with database.reading() as session:
        return list(session.execute(of_deal.order_by(audit_entries.c.id)))


def test_it_goes_in_as_it_stands_at_the_commit(database: Database) -> None:
    deal = Deal(assignee="ada")
    with database.transaction() as session:
        enter(session, deal)
        publish(session, deal, assignment(deal.id, "ben"))
        deal.assignee = "ben"
    found = stored(database, deal)
    assert found is not None and (found.assignee, found.version) == ("ben", 1)


def test_it_is_audited_and_its_event_is_numbered(database: Database) -> None:
    deal = Deal(assignee="ada")
    with database.transaction() as session:
        enter(session, deal)
        publish(session, deal, assignment(deal.id, "ada"))
    (entry,) = entries(database, deal)
    assert (entry.action, entry.entity, entry.before) == ("insert", "deals", None)
    assert entry.after == {"id": str(deal.id), "version": 1, "assignee": "ada"}
    with database.reading() as session:
        assert session.scalars(select(outbox.c.sequence)).all() == [1]


def test_an_added_and_an_entered_row_leave_the_same_entry(database: Database) -> None:
    added, entered = Deal(assignee="ada"), Deal(assignee="ada")
    with database.transaction() as session:
        session.add(added)
        enter(session, entered)
    (one,), (other,) = entries(database, added), entries(database, entered)
    assert set(one.after) == set(other.after)
    assert (one.action, one.entity, one.actor) == (other.action, other.entity, other.actor)


def test_a_rollback_takes_it_back(database: Database) -> None:
    deal = Deal(assignee="ada")
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        enter(session, deal)
        raise ZeroDivisionError
    assert stored(database, deal) is None
    assert entries(database, deal) == []


def test_a_rollback_by_hand_takes_it_back_too(database: Database) -> None:
    forgotten, kept = Deal(assignee="ada"), Deal(assignee="ben")
    with database.transaction() as session:
        enter(session, forgotten)
        session.rollback()
        enter(session, kept)
    assert stored(database, forgotten) is None and entries(database, forgotten) == []
    assert stored(database, kept) is not None


def test_a_savepoint_that_is_undone_takes_it_back_alone(database: Database) -> None:
    kept, dropped = Deal(assignee="ada"), Deal(assignee="ben")
    with database.transaction() as session:
        enter(session, kept)
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            enter(session, dropped)
            raise ZeroDivisionError
    assert stored(database, kept) is not None
    assert stored(database, dropped) is None


def test_what_it_breaks_is_told_at_the_commit_and_nothing_else_is_written(database: Database) -> None:
    deal, other = Deal(assignee="ada"), Deal(assignee="ben")
    with database.transaction() as session:
        enter(session, deal)
    with pytest.raises(exc.IntegrityError), database.transaction() as session:
        enter(session, other)
        enter(session, Deal(id=deal.id, assignee="cid"))
    assert stored(database, other) is None
    found = stored(database, deal)
    assert found is not None and found.assignee == "ada"


def test_a_later_statement_that_fails_takes_the_earlier_ones_back(database: Database) -> None:
    deal = Deal(assignee="ada")
    broken = dict.fromkeys(column.name for column in outbox.columns if column.name != "id")
    with pytest.raises(exc.IntegrityError), database.transaction() as session:
        enter(session, deal)
        write_last(session, outbox, broken)
    assert stored(database, deal) is None and entries(database, deal) == []


def test_it_can_be_changed_like_any_other_afterwards(database: Database) -> None:
    deal = Deal(assignee="ada")
    with database.transaction() as session:
        enter(session, deal)
    with database.transaction() as session:
        reassign(session, session.get_one(Deal, deal.id), "ben")
    found = stored(database, deal)
    assert found is not None and (found.assignee, found.version) == ("ben", 1)


def test_a_session_for_reading_refuses_it(database: Database) -> None:
    with pytest.raises(RuntimeError, match="for reading"), database.reading() as session:
        enter(session, Deal(assignee="ada"))
