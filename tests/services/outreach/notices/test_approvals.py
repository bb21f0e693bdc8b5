"""Whoever an approval waits for is told, and its requester of the verdict."""

from decimal import Decimal
from typing import Any

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.event import Money
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalEscalated,
    ApprovalOpened,
    ApprovalReminded,
    ApprovalVoided,
    Asked,
)
from contracts.roles import FINANCE_APPROVER
from services.outreach.notices import approvals
from tests.services.outreach.builders import DatabaseOf
from tests.services.outreach.notices.test_notices import enter, told

APPROVAL = new_id()
ROLE = Asked(role=FINANCE_APPROVER)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    database = database_of("outreach")
    for subject in ("fay", "fred", "mia"):
        enter(database, subject)
    enter(database, "boss", roles=["administrator"])
    return database


TELLING: dict[Any, Any] = {
    ApprovalOpened: approvals.tell_opened,
    ApprovalAdvanced: approvals.tell_advanced,
    ApprovalReminded: approvals.tell_reminded,
    ApprovalEscalated: approvals.tell_escalated,
    ApprovalDecided: approvals.tell_decided,
    ApprovalVoided: approvals.forget,
}


def hear(database: Database, event: Any) -> None:
    with database.transaction() as session:
        TELLING[type(event)](session, event)


def opened(asked: Asked | None = ROLE) -> ApprovalOpened:
    return ApprovalOpened(
        approval_id=APPROVAL,
        kind="plan",
        subject_id=new_id(),
        subject_version=1,
        department="north",
        requested_by="mia",
        total=Money(amount=Decimal("1200.00"), currency="EUR"),
        steps=["finance_approval", "joint_review"],
        title="Spring fair",
        asked=asked,
    )


def passed(asked: Asked, *, is_passed: bool = True) -> ApprovalAdvanced:
    return ApprovalAdvanced(
        approval_id=APPROVAL, step=1, steps=2, passed=is_passed, by="fay", at=now(), asked=asked
    )


def decided() -> ApprovalDecided:
    return ApprovalDecided(
        approval_id=APPROVAL,
        kind="plan",
        subject_id=new_id(),
        subject_version=1,
        subject_hash="x",
        outcome="rejected",
        decided_by="fay",
        decided_at=now(),
        comment="Too dear",
    )


def kinds(database: Database) -> dict[str, str]:
    return {subject: notice.kind for subject, notice in told(database).items()}


def test_the_holders_of_the_role_are_asked_but_not_the_requester(database: Database) -> None:
    hear(database, opened())
    notices = told(database)
    assert set(notices) == {"fay", "fred"}
    assert notices["fay"].title == "To decide: Spring fair"
    assert notices["fay"].about["total"] == "1200.00 EUR"


def test_where_persons_are_named_nobody_else_is_asked(database: Database) -> None:
    hear(database, opened(Asked(role=FINANCE_APPROVER, persons=["fred", "mia"])))
    assert set(told(database)) == {"fred"}


def test_a_step_that_is_passed_asks_the_next_people_and_one_that_waits_asks_nobody(
    database: Database,
) -> None:
    hear(database, opened(Asked(persons=["fay"])))
    hear(database, passed(Asked(persons=["boss"]), is_passed=False))
    assert set(told(database)) == {"fay"}
    hear(database, passed(Asked(persons=["boss"])))
    assert told(database)["boss"].about["step"] == "joint_review"


def test_who_is_late_is_reminded_and_who_it_comes_to_is_told(database: Database) -> None:
    hear(database, opened(Asked(persons=["fay"])))
    at = now()
    named: dict[str, Any] = {
        "approval_id": APPROVAL,
        "step": 1,
        "name": "finance_approval",
        "opened_at": at,
        "at": at,
    }
    hear(database, ApprovalReminded(asked=Asked(persons=["fay"]), **named))
    hear(database, ApprovalEscalated(to=Asked(persons=["boss"]), **named))
    assert kinds(database) == {"fay": "approval_reminder", "boss": "approval_escalated"}


def test_the_requester_hears_the_verdict_in_words(database: Database) -> None:
    hear(database, opened(None))
    hear(database, decided())
    assert set(told(database)) == {"mia"}
    assert told(database)["mia"].title == "rejected: Spring fair"


def test_what_was_taken_back_or_never_known_is_told_to_nobody(database: Database) -> None:
    hear(database, opened(None))
    voided = ApprovalVoided(
        approval_id=APPROVAL,
        kind="plan",
        subject_id=new_id(),
        subject_version=1,
        reason="withdrawn",
        voided_at=now(),
    )
    for event in (voided, voided, decided(), passed(ROLE)):
        hear(database, event)
    assert told(database) == {}
