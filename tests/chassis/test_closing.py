"""Rows that are written last arrive as they were given, be they few or many."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Boolean, Column, LargeBinary, MetaData, Table, Text, Uuid, exc, select

from chassis.closing import write_last
from chassis.columns import Amount, Document, Moment, Serial
from chassis.database import Database
from chassis.ids import new_id

METADATA = MetaData()
KINDS = (
    Column("id", Uuid, nullable=False),
    Column("words", Text),
    Column("done", Boolean),
    Column("at", Moment),
    Column("price", Amount),
    Column("document", Document),
)
things = Table("things", METADATA, Column("number", Serial, primary_key=True), *KINDS)
blobs = Table("blobs", METADATA, Column("number", Serial, primary_key=True), Column("body", LargeBinary))

WORDS = (
    '"quoted"',
    "O'Hara",
    "back\\slash",
    "\\u0041",
    "%s :x {}",
    "Zoë 李 😀",
    "two\nlines\t",
    "NULL",
    "",
    None,
)
DOCUMENTS = ({"a": [1, 2.5, None], "ö": "\\"}, ["x", True], "words", 7, None)
COUNTS = (1, 2, 50)


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    database = toy_database(backend)
    METADATA.drop_all(database.engine)
    METADATA.create_all(database.engine)
    return database


def thing(number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "words": WORDS[number % len(WORDS)],
        "done": (True, False, None)[number % 3],
        "at": datetime(2026, 11, 29, 1, 2, 3, number, UTC) if number % 4 else None,
        "price": Decimal("-12.3456") * number if number % 5 else None,
        "document": DOCUMENTS[number % len(DOCUMENTS)],
    }


def stored(database: Database, table: Table) -> list[dict[str, Any]]:
    columns = [column for column in table.c if column.name != "number"]
    with database.reading() as session:
        rows = session.execute(select(*columns).order_by(table.c.number)).mappings()
        return [dict(row) for row in rows]


@pytest.mark.parametrize("count", COUNTS)
def test_every_kind_of_value_arrives_as_it_was_given_and_in_order(database: Database, count: int) -> None:
    given = [thing(number) for number in range(count)]
    with database.transaction() as session:
        for one in given:
            write_last(session, things, one)
    assert stored(database, things) == given


def test_bytes_arrive_too_however_many_rows_there_are(database: Database) -> None:
    given = [{"body": bytes(range(number))} for number in range(24)]
    with database.transaction() as session:
        for one in given:
            write_last(session, blobs, one)
    assert stored(database, blobs) == given


def test_one_wrong_row_of_many_takes_all_back(database: Database) -> None:
    wrong = {**thing(1), "id": None}
    with pytest.raises(exc.IntegrityError), database.transaction() as session:
        for one in [*map(thing, range(20)), wrong]:
            write_last(session, things, one)
    assert stored(database, things) == []
