"""Columns hold the same values on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from chassis.columns import Amount, Document, Moment, Serial
from chassis.database import Database

things = Table(
    "things",
    MetaData(),
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("price", Amount),
    Column("at", Moment),
    Column("notes", Document),
)


@pytest.fixture
def database(empty_database: Callable[[str], str], backend: str) -> Iterator[Database]:
    database = Database(empty_database(backend))
    things.metadata.create_all(database.engine)
    yield database
    database.close()


def kept(database: Database, **values: Any) -> Any:
    with database.transaction() as session:
        session.execute(insert(things).values(**values))
    with database.reading() as session:
        return session.execute(select(*[things.c[name] for name in values])).one()[0]


@pytest.mark.parametrize("amount", ["0.1", "-0.0001", "99999999999999.9999", "12345678901234.5678"])
def test_an_amount_comes_back_exactly(database: Database, amount: str) -> None:
    assert kept(database, price=Decimal(amount)) == Decimal(amount)


def test_amounts_add_up_exactly(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(things), [{"price": Decimal("0.1")} for _ in range(10)])
        assert session.scalar(select(func.sum(things.c.price))) == Decimal(1)


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database) -> None:
    tokyo = timezone(timedelta(hours=9))
    found = kept(database, at=datetime(2026, 1, 1, 8, 0, 0, 123456, tokyo))
    assert found == datetime(2025, 12, 31, 23, 0, 0, 123456, UTC)
    assert found.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"):
        kept(database, at=datetime(2026, 1, 1))


def test_moments_are_compared_in_the_database(database: Database) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    with database.transaction() as session:
        session.execute(insert(things), [{"at": early}, {"at": late}])
        assert list(session.scalars(select(things.c.at).where(things.c.at > early))) == [late]


def test_a_document_comes_back_as_it_was(database: Database) -> None:
    document = {"list": [1, 2.5, None, True, "ü"], "nested": {"empty": {}}}
    assert kept(database, notes=document) == document


def test_no_document_is_null_and_not_the_word_null(database: Database) -> None:
    with database.transaction() as session:
        session.execute(insert(things), [{"notes": None}, {"notes": {}}])
        assert session.scalar(select(func.count()).where(things.c.notes.is_(None))) == 1


def test_ids_are_counted_up_by_the_database(database: Database) -> None:
    with database.transaction() as session:
        for _ in range(3):
            session.execute(insert(things).values(price=1))
        assert list(session.scalars(select(things.c.id).order_by(things.c.id))) == [1, 2, 3]
