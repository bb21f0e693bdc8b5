"""Transfers between lines: what they reserve and move, and who may ask for them."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import eventlet
import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Forbidden
from contracts.finance import TransferSettled
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.model import Outcome
from services.finance.budgets import queries as budgets
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget, LedgerEntry
from services.finance.envelopes import queries as envelopes
from services.finance.transfers.actions import withdraw_transfer
from services.finance.transfers.model import Transfer
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import (
    CLARA,
    FAY,
    FRED,
    budget_of,
    envelope_of,
    published,
    transfer_of,
)
from tests.services.finance.envelopes.test_envelopes import SPRING
from tests.services.finance.office import ANNA, FAR_APPROVER, FAR_CLERK, LEA, MOE, STAN, Office, fields


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Iterator[Database]:
    database = database_of("finance")
    yield database
    with database.reading() as session:
        assert budgets.drifted_lines(session) == []


def two_budgets(database: Database, **changes: Any) -> tuple[Budget, Budget]:
    with database.transaction(FAY) as session:
        return budget_of(session, "100.00", **changes), budget_of(session, "50.00", **changes)


def ask(database: Database, first: Budget, second: Budget, amount: str) -> Transfer:
    with database.transaction(CLARA) as session:
        return transfer_of(session, first.lines[0], second.lines[0], amount)


def decide(database: Database, transfer: Transfer, outcome: Outcome) -> None:
    with database.transaction(FAY) as session:
        decide_approval(session, FAY, approval_id=transfer.approval_id, outcome=outcome, comment="So be it")


def balance(database: Database, budget: Budget) -> Balance:
    with database.reading() as session:
        return budgets.budget(session, FAY, budget.id).lines[0].balance


def test_an_open_transfer_reserves_and_an_approved_one_moves(database: Database) -> None:
    first, second = two_budgets(database)
    transfer = ask(database, first, second, "30.00")
    assert balance(database, first) == Balance(Decimal(100), Decimal(30))
    decide(database, transfer, "approve")
    assert balance(database, first) == Balance(Decimal(70))
    assert balance(database, second) == Balance(Decimal(80))
    with database.reading() as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.source == "transfer")).all()
    assert sorted((one.kind, one.amount) for one in entries) == [
        ("release", Decimal(30)),
        ("reserve", Decimal(30)),
        ("transfer", Decimal(-30)),
        ("transfer", Decimal(30)),
    ]
    assert [one.outcome for one in published(database, TransferSettled)] == ["carried_out"]


def test_a_rejected_or_withdrawn_transfer_gives_back_what_it_reserved(database: Database) -> None:
    first, second = two_budgets(database)
    decide(database, ask(database, first, second, "30.00"), "reject")
    kept = ask(database, first, second, "40.00")
    with pytest.raises(Forbidden), database.transaction(FRED) as session:
        withdraw_transfer(session, FRED, transfer_id=kept.id)
    with database.transaction(CLARA) as session:
        withdraw_transfer(session, CLARA, transfer_id=kept.id)
    assert balance(database, first) == Balance(Decimal(100))
    assert [one.outcome for one in published(database, TransferSettled)] == ["rejected", "withdrawn"]


def test_more_than_is_available_cannot_be_asked_for(database: Database) -> None:
    first, second = two_budgets(database)
    with pytest.raises(Conflict, match="available"):
        ask(database, first, second, "100.01")


def test_a_transfer_out_of_an_envelope_gives_back_to_it(database: Database) -> None:
    with database.transaction(CLARA) as session:
        envelope_of(session, "100.00")
    (first, _), (_, second) = two_budgets(database), two_budgets(database)
    with database.transaction(CLARA) as session:
        inside = budget_of(session, "100.00", starts_on=SPRING)
    decide(database, ask(database, inside, second, "30.00"), "approve")
    with database.reading() as session:
        assert session.scalars(envelopes.envelopes(CLARA)).one().available == 30
    with pytest.raises(Conflict, match="envelope"):
        decide(database, ask(database, first, inside, "30.01"), "approve")


def test_transfers_that_cross_each_other_do_not_deadlock(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("finance", "postgresql")
    first, second = two_budgets(database)
    transfers = [ask(database, *pair, "1.00") for pair in [(first, second), (second, first)] * 8]
    list(eventlet.GreenPool(16).imap(lambda one: decide(database, one, "approve"), transfers))
    assert balance(database, first) == Balance(Decimal(100))
    assert balance(database, second) == Balance(Decimal(50))


def body(first: dict[str, Any], second: dict[str, Any], **changes: str) -> dict[str, str]:
    lines = {"from_line_id": first["lines"][0]["id"], "to_line_id": second["lines"][0]["id"]}
    return {**lines, "amount": "10.00", "reason": "Venue", **changes}


def test_a_manager_asks_reads_and_withdraws(office: Office) -> None:
    first, second = office.budget("100.00"), office.budget("50.00")
    made = office.post("/transfers", MOE, **body(first, second))
    assert (made.status_code, made.json()["state"]) == (201, "requested"), made.text
    path = f"/transfers/{made.json()['id']}"
    assert office.get("/transfers", ANNA, budget_id=second["id"]).json()["items"][0]["id"] in path
    assert office.get(path, ANNA).json()["amount"] == "10.00"
    for refused in (STAN, LEA, FAY):
        assert office.post("/transfers", refused, **body(first, second)).status_code == 403
        assert office.post(f"{path}/withdrawal", refused).status_code == 403
    for route in ("/transfers", path):
        assert office.get(route, LEA).status_code == 403
    assert office.get(path, FAR_APPROVER).status_code == 404
    assert office.post(f"{path}/withdrawal", FAR_CLERK).status_code == 404
    assert office.post("/transfers", FAR_CLERK, **body(first, second)).status_code == 404
    assert office.post(f"{path}/withdrawal", MOE).json()["state"] == "withdrawn"
    assert office.post(f"{path}/withdrawal", MOE).status_code == 409


def test_a_bad_transfer_is_refused_by_field(office: Office) -> None:
    first = office.budget("100.00")
    assert fields(office.post("/transfers", MOE, **body(first, first))) == ["to_line_id"]
    second = office.budget("50.00")
    assert fields(office.post("/transfers", MOE, **body(first, second, amount="0"))) == ["amount"]
    assert fields(office.post("/transfers", MOE, **body(first, second, reason=" "))) == ["reason"]
