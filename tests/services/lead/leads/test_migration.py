"""Leads from before they had a holder: each state becomes what it meant."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Column, Connection, MetaData, Table, insert

from chassis.database import Database
from chassis.ids import new_id
from chassis.migrate import _config
from tests.harness.databases import POSTGRESQL, SQLITE, PostgresDatabases, SqliteFiles
from tests.services.lead.builders import NOON, find_lead

MEANT = {
    "new": ("new", None, "inbox", None),
    "near_term": ("pooled", "near_term", "sales", None),
    "long_term": ("nurtured", "long_term", "nurture", None),
    "discarded": ("disqualified", "not_a_target", None, None),
    "assigned": ("assigned", "near_term", None, "rita"),
}


@contextmanager
def empty(request: pytest.FixtureRequest, backend: str) -> Iterator[Database]:
    """A database without tables."""
    if backend == SQLITE:
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        with closing(Database(f"sqlite:///{files.empty()}", service="lead")) as database:
            yield database
        return
    server: PostgresDatabases = request.getfixturevalue("postgres")
    name = server.create()
    with closing(Database(server.url(name), service="lead")) as database:
        yield database
    server.drop(name)


def upgrade(connection: Connection, target: str) -> None:
    config: Config = _config("lead")
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def put(connection: Connection, name: str, **values: Any) -> UUID:
    """Insert a row into a table as it is now; what must not be null is blank. Returns its id."""
    table = Table(name, MetaData(), autoload_with=connection)
    row_id: UUID = values.setdefault("id", new_id())
    blank = {one.name: _blank(one) for one in table.columns if not one.nullable and one.name not in values}
    row = {one.name: values.get(one.name) for one in table.columns if one.name in values} | blank
    if connection.dialect.name == SQLITE:
        row = {name: one.hex if isinstance(one, UUID) else one for name, one in row.items()}
    connection.execute(insert(table).values(**row))
    return row_id


def _blank(column: Column[Any]) -> object:
    kind = column.type.python_type
    return NOON if kind is datetime else kind()


@pytest.mark.parametrize("backend", [SQLITE, POSTGRESQL])
def test_leads_from_before_have_a_holder_and_their_touches(
    request: pytest.FixtureRequest, backend: str
) -> None:
    with empty(request, backend) as database:
        ids = {}
        with database.engine.begin() as connection:
            upgrade(connection, "lead_0001")
            contact_id = put(connection, "contacts")
            for state, (_, _, _, assignee) in MEANT.items():
                campaign_id = None if state == "new" else new_id()
                held = {"assignee": assignee, "state": state, "product": "Crane", "source": "web"}
                lead = {"contact_id": contact_id, "campaign_id": campaign_id, **held}
                ids[state] = put(connection, "leads", **lead)
                put(connection, "lead_touches", response_id=new_id(), lead_id=ids[state], at=NOON)
            older = put(connection, "leads", **{**lead, "id": UUID(int=1), "campaign_id": None})
        with database.engine.begin() as connection:
            upgrade(connection, "heads")
        for state, meant in MEANT.items():
            lead_now = find_lead(database, ids[state])
            assert (lead_now.state, lead_now.outcome, lead_now.pool, lead_now.assignee) == meant
            assert (lead_now.products, lead_now.touch_count) == (["Crane"], 2)
        assert find_lead(database, ids["new"]).door == "source web crane"
        assert find_lead(database, older).door is None
