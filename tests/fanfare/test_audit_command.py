"""The command that holds an audit trail against its seals."""

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from chassis import sealing
from chassis.auth import Actor
from chassis.database import Database
from fanfare.commands import fanfare
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import budget_of


@pytest.fixture
def database(fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> Database:
    database = fresh_database("finance")
    monkeypatch.setenv("FANFARE_DATABASE_URL", str(database.url))
    with database.transaction(Actor.system("finance")) as session:
        budget_of(session, "100.00")
    sealing.seal(database)
    return database


def verify(*options: str) -> Result:
    return CliRunner().invoke(fanfare, ["audit", "verify", "finance", *options])


def test_a_trail_that_holds_is_told_with_its_last_seal(database: Database) -> None:
    told = verify()
    last = sealing.last_seal(database)
    assert (told.exit_code, told.output) == (0, f"finance: as it was sealed; the last seal is {last}\n")
    assert verify("--seal", str(last)).exit_code == 0


def test_a_trail_that_was_changed_ends_with_1_and_the_seal(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_no_update"))
        connection.execute(text("UPDATE audit_entries SET actor = 'nobody'"))
    told = verify()
    assert told.exit_code == 1 and "finance: The entries of seal 1 are not those" in told.output


@pytest.mark.usefixtures("database")
def test_a_seal_that_is_none_is_refused() -> None:
    assert verify("--seal", "7").exit_code == 2
