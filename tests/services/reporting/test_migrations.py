"""What was archived before the archive was divided into months is in it afterwards."""

from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import bindparam, select, text

from chassis import migrate
from chassis.columns import Moment
from chassis.database import Database
from chassis.ids import new_id
from services.reporting.archive.model import ArchivedEvent
from tests.harness.databases import POSTGRESQL, SQLITE, SqliteFiles

BEFORE = "reporting_0003"
TIMES = [datetime(2025, month, 28, 23, tzinfo=UTC) for month in (1, 1, 7, 12)]
COLUMNS = "position, event_id, type, source, subject, sequence, time, data"


@pytest.fixture(params=[SQLITE, POSTGRESQL])
def empty(request: pytest.FixtureRequest, sqlite_files: SqliteFiles) -> Any:
    """A database that nothing was migrated in."""
    if request.param == SQLITE:
        database = Database(f"sqlite:///{sqlite_files.empty()}", service="reporting")
        yield database
        database.close()
        return
    server = request.getfixturevalue("postgres")
    name = server.create()
    database = Database(server.url(name), service="reporting")
    yield database
    database.close()
    server.drop(name)


def migrate_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        config = migrate._config("reporting")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_archived_events_outlive_the_division_into_months(empty: Database) -> None:
    migrate_to(empty, BEFORE)
    names = COLUMNS.split(", ")
    insert = text(f"INSERT INTO archived_events ({COLUMNS}) VALUES ({', '.join(':' + one for one in names)})")
    insert = insert.bindparams(bindparam("time", type_=Moment))
    told = {"type": "lead.captured.v1", "source": "/lead", "subject": "lead/1", "data": "{}"}
    with empty.transaction() as session:
        for position, time in enumerate(TIMES, 1):
            row = {"position": position, "event_id": str(new_id()), "sequence": position, "time": time}
            session.execute(insert, row | told)
    migrate_to(empty, "heads")
    with empty.reading() as session:
        kept = session.scalars(select(ArchivedEvent).order_by(ArchivedEvent.position)).all()
    assert [(one.position, one.time, one.data) for one in kept] == [
        (position, time, "{}") for position, time in enumerate(TIMES, 1)
    ]
