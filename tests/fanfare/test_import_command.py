"""The command that imports a file of contacts."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from chassis.database import Database
from fanfare.commands import fanfare
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import contacts


@pytest.fixture
def database(fresh_database: DatabaseFactory, monkeypatch: pytest.MonkeyPatch) -> Database:
    database = fresh_database("lead")
    monkeypatch.setenv("FANFARE_DATABASE_URL", str(database.url))
    monkeypatch.setenv("FANFARE_PHONE_REGION", "US")
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text("Email;Name\nann@example.com;Ann Lee\nbroken;Bob\n")
    return path


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(
        fanfare, ["import", *arguments, "--department", "north", "--as", "mia"], input=answer
    )


def test_how_the_file_is_read_is_shown_and_then_it_is_imported(database: Database, file: Path) -> None:
    errors = file.with_name("errors.csv")
    told = run(str(file), "--errors", str(errors), answer="y\n")
    assert told.exit_code == 0, told.output
    assert "csv, utf-8, delimiter ';'" in told.output and "Email -> email" in told.output
    assert "finished: 2 rows, created 1, updated 0, refused 1" in told.output
    assert [one.email for one in contacts(database)] == ["ann@example.com"]
    assert errors.read_text().splitlines()[1].startswith("3,email: ")


def test_a_file_that_is_not_read_as_it_is_meant_is_not_imported(database: Database, file: Path) -> None:
    told = run(str(file), answer="n\n")
    assert (told.exit_code, contacts(database)) == (1, [])
    assert "cancelled: 0 rows" in told.output


def test_a_dry_run_tells_and_does_nothing(database: Database, file: Path) -> None:
    told = run(str(file), "--yes", "--dry-run")
    assert (told.exit_code, contacts(database)) == (0, [])
    assert "created 1" in told.output


@pytest.mark.usefixtures("database")
def test_a_file_that_is_no_table_ends_with_the_reason(file: Path) -> None:
    file.write_text("a,b\n1,2\n")
    told = run(str(file), "--yes")
    assert (told.exit_code, "failed: no column tells who a contact is" in told.output) == (1, True)


@pytest.mark.usefixtures("database")
def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    told = run(f"{file}.gone")
    assert (told.exit_code, "No such file" in told.output) == (1, True)
