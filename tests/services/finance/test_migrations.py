"""What was in the ledger before a migration is there after it, where SQLite makes the table anew."""

from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Table, insert, update
from sqlalchemy.exc import IntegrityError

from chassis import migrate
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry
from services.finance.budgets.queries import drifted_lines
from tests.harness.databases import SqliteFiles

BEFORE = "finance_0003"


def migrate_to(database: Database, revision: str) -> None:
    with database.engine.begin() as connection:
        config = migrate._config("finance")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def open_before(database: Database) -> UUID:
    """A budget of 50.00 EUR with its line and entry, in the tables as they were. Returns the line's id."""
    budget_id, line_id, figures = new_id(), new_id(), {"budget": 50, "committed": 0, "incurred": 0}
    budget = {
        "id": budget_id,
        "version": 2,
        "campaign_id": new_id(),
        "campaign_code": "FAIR",
        "name": "Spring fair",
        "department": "north",
        "plan_version": 1,
        "currency": "EUR",
        "opened_at": now(),
    }
    place = {"budget_id": budget_id, "currency": "EUR", **figures}
    line = {"id": line_id, "position": 1, "name": "Print", "responsible": "mia", **place}
    entry = {"id": new_id(), "sequence": 2, "line_id": line_id, "kind": "budget", "amount": 50, **place}
    signed = {"note": "", "posted_by": "fay", "posted_at": now()}
    rows = ((Budget, budget), (BudgetLine, line), (LedgerEntry, {**entry, **signed}))
    with database.transaction() as session:
        for mapped, row in rows:
            session.execute(insert(cast(Table, mapped.__table__)), row)
    return line_id


def test_lines_that_entries_refer_to_outlive_the_change_of_their_constraint(
    sqlite_files: SqliteFiles,
) -> None:
    database = Database(f"sqlite:///{sqlite_files.empty()}", service="finance")
    migrate_to(database, BEFORE)
    line_id = open_before(database)
    migrate_to(database, "heads")
    with database.reading() as session:
        line = session.get_one(BudgetLine, line_id)
        assert (line.balance, line.kind, line.on_breach) == (Balance(Decimal(50)), None, "stop")
        assert drifted_lines(session) == []
    overdrawn = update(BudgetLine).where(BudgetLine.id == line_id).values(incurred=Decimal(51))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(overdrawn)
    with database.transaction() as session:
        session.execute(overdrawn.values(on_breach="ignore"))
    database.close()
