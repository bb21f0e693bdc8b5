"""Envelopes, what draws on them, and who may open and change them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.database import Database
from chassis.errors import Conflict
from contracts.finance import BudgetOpened, EnvelopeDrawn
from services.finance.approvals import queries as approvals
from services.finance.budgets.actions import adjust_line
from services.finance.budgets.model import PlannedLine
from services.finance.budgets.opening import open_budget
from services.finance.envelopes import queries
from tests.services.finance.builders import (
    CLARA,
    FAY,
    approve,
    budget_of,
    envelope_of,
    plan,
    published,
    replan,
    submit,
)
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, FAR_CLERK, MOE, Office, fields

SPRING = date(2027, 3, 1)
NEW: dict[str, Any] = {
    "department": "north",
    "name": "Year 2027",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "currency": "EUR",
    "amount": "1000.00",
}


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def available(database: Database) -> Decimal:
    with database.reading() as session:
        return session.scalars(queries.envelopes(CLARA)).one().available


def test_budgets_draw_on_the_envelope_of_their_start_when_they_open_and_change(database: Database) -> None:
    with database.transaction(CLARA) as session:
        envelope_of(session, "1000.00")
        budget = budget_of(session, "300.00", starts_on=SPRING)
        budget_of(session, "300.00", starts_on=date(2028, 1, 1))
        budget_of(session, "300.00", starts_on=SPRING, department="south")
    assert available(database) == 700
    line = budget.lines[0].id
    with database.transaction(FAY) as session:
        open_budget(session, FAY, plan=replan(budget, PlannedLine(line, "More", Decimal(450))))
    assert available(database) == 550
    with database.transaction(FAY) as session:
        adjust_line(session, FAY, budget_id=budget.id, line_id=line, amount=Decimal(-50), reason="Rebate")
    assert available(database) == 600
    assert [one.amount for one in published(database, EnvelopeDrawn)] == [300, 150, -50]


def test_a_plan_that_its_envelope_cannot_cover_stays_on_the_desk(database: Database) -> None:
    with database.transaction(CLARA) as session:
        envelope_of(session, "99.99")
    approval_id = submit(database, plan("100.00", starts_on=SPRING))
    with pytest.raises(Conflict, match=r"99\.99 EUR available"):
        approve(database, approval_id, FAY)
    with database.reading() as session:
        assert approvals.approval(session, FAY, approval_id).state == "open"
    assert published(database, BudgetOpened) == []
    assert available(database) == Decimal("99.99")


@pytest.mark.parametrize(("policy", "told"), [("warn", True), ("ignore", False)])
def test_an_envelope_that_does_not_stop_is_drawn_below_zero(
    database: Database, policy: str, told: bool
) -> None:
    with database.transaction(CLARA) as session:
        envelope_of(session, "50.00", on_breach=policy)
        budget_of(session, "80.00", starts_on=SPRING)
    assert available(database) == -30
    assert [one.breached for one in published(database, EnvelopeDrawn)] == [told]


def test_a_clerk_opens_and_changes_envelopes_of_his_department(office: Office) -> None:
    made = office.post("/envelopes", CLARA, **NEW)
    assert (made.status_code, made.json()["available"]) == (201, "1000.00"), made.text
    path = f"/envelopes/{made.json()['id']}"
    assert office.post("/envelopes", CLARA, **{**NEW, "starts_on": "2027-06-01"}).status_code == 409
    change = {"amount": "1500.00", "reason": "Board"}
    assert office.client.patch(path, as_=CLARA, json=change).status_code == 428
    match = {"If-Match": made.headers["ETag"]}
    changed = office.client.patch(path, as_=CLARA, json=change, headers=match)
    assert (changed.status_code, changed.json()["amount"]) == (200, "1500.00")
    entries = office.get(f"{path}/entries", ANNA).json()["items"]
    assert [(one["change"], one["note"]) for one in entries] == [("500.00", "Board"), ("1000.00", "Opened")]
    assert len(office.get("/envelopes", ANNA, on="2027-05-05").json()["items"]) == 1
    assert office.get("/envelopes", ANNA, on="2028-05-05").json()["items"] == []


def test_envelopes_are_refused_to_wrong_roles_and_other_departments(office: Office) -> None:
    assert office.post("/envelopes", FAR_CLERK, **NEW).status_code == 403
    path = f"/envelopes/{office.post('/envelopes', CLARA, **NEW).json()['id']}"
    change = {"amount": "1.00", "reason": "No"}
    for refused in (FAY, MOE):
        assert office.post("/envelopes", refused, **NEW).status_code == 403
        assert office.client.patch(path, as_=refused, json=change).status_code == 403
    assert office.client.patch(path, as_=FAR_CLERK, json=change).status_code == 404
    for route in (path, f"{path}/entries"):
        assert office.get(route, FAR_APPROVER).status_code == 404
    assert office.get("/envelopes", FAR_APPROVER).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": "2026-12-31"}, "ends_on"),
        ({"amount": "1.001"}, "amount"),
        ({"currency": "ZZZ"}, "currency"),
        ({"on_breach": "panic"}, "on_breach"),
    ],
)
def test_a_bad_envelope_is_refused_by_field(office: Office, changes: dict[str, str], field: str) -> None:
    assert fields(office.post("/envelopes", ADA, **{**NEW, **changes})) == [field]
