"""Plans on the desk: from submission to the verdict and what follows from it, on both databases."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound, NotYet
from chassis.ids import new_id
from contracts.campaign import CampaignCancelled, CampaignSubmitted
from contracts.event import Money
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalOpened,
    ApprovalVoided,
    BudgetOpened,
    BudgetPosted,
    BudgetReplanned,
)
from contracts.roles import ADMINISTRATOR, FINANCE_APPROVER
from services.finance.approvals import queries
from services.finance.approvals.actions import publish_flow
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.flows import StepRule
from services.finance.approvals.model import Approval, Outcome
from services.finance.approvals.reactions import DeskReactions
from services.finance.budgets.model import Budget
from tests.harness.people import person
from tests.services.finance.builders import FAY, FINN, FRED, approve, plan, published, submit

CAMPAIGN = Actor.system("campaign")


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def receive(database: Database, event: CampaignSubmitted) -> None:
    with database.transaction(CAMPAIGN) as session:
        DeskReactions().on_campaign_submitted(session, event)


def cancel(database: Database, campaign_id: UUID) -> None:
    with database.transaction(CAMPAIGN) as session:
        DeskReactions().on_campaign_cancelled(
            session, CampaignCancelled(campaign_id=campaign_id, at=now(), by="mia")
        )


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Approval.state).order_by(Approval.id)))


def waiting_for(database: Database, actor: Actor) -> list[Approval]:
    with database.reading() as session:
        seats = queries.present_seats(session, actor)
        return list(session.scalars(queries.approvals(actor, seats=seats)))


def test_a_plan_up_to_ten_thousand_needs_one_approver(database: Database) -> None:
    receive(database, plan("6000.00", "4000.00"))
    (event,) = published(database, ApprovalOpened)
    assert event.steps == ["finance_approval"]
    assert event.total == Money(amount=Decimal("10000.00"), currency="EUR")


def test_a_larger_plan_needs_a_joint_review_too(database: Database) -> None:
    approval_id = submit(database, plan("10000.01"))
    approve(database, approval_id, FAY, FAY)
    assert states(database) == ["open"]
    assert published(database, BudgetOpened) == []
    approve(database, approval_id, FRED)
    assert states(database) == ["approved"]


def test_a_plan_that_passes_is_decided_on_exactly_what_was_submitted(database: Database) -> None:
    event = plan("100.00", plan_version=3, plan_hash="b" * 64)
    approve(database, submit(database, event), FAY)
    (decided,) = published(database, ApprovalDecided)
    assert (decided.subject_id, decided.subject_version, decided.subject_hash) == (
        event.campaign_id,
        3,
        "b" * 64,
    )
    assert (decided.outcome, decided.decided_by) == ("approved", "fay")


def test_a_plan_that_passes_opens_its_budget_with_the_lines_of_the_plan(database: Database) -> None:
    event = plan("100.00", "0.00", "25.50")
    approve(database, submit(database, event), FAY)
    (opened,) = published(database, BudgetOpened)
    assert opened.campaign_id == event.campaign_id
    assert [(line.line_id, line.name, line.budget) for line in opened.lines] == [
        (line.line_id, line.name, line.amount) for line in event.budget
    ]
    assert [one.kind for one in published(database, BudgetPosted)] == ["budget"] * 3


@pytest.mark.parametrize(("outcome", "verdict"), [("reject", "rejected"), ("send_back", "sent_back")])
def test_a_plan_that_is_refused_opens_no_budget(database: Database, outcome: Outcome, verdict: str) -> None:
    approval_id = submit(database, plan("100.00"))
    with database.transaction(FAY) as session:
        decide_approval(session, FAY, approval_id=approval_id, outcome=outcome, comment="Too dear")
    (decided,) = published(database, ApprovalDecided)
    assert (decided.outcome, decided.comment) == (verdict, "Too dear")
    with database.reading() as session:
        assert session.scalars(select(Budget)).all() == []


def test_a_later_version_voids_the_approval_that_is_open(database: Database) -> None:
    first = plan("100.00")
    receive(database, first)
    receive(database, plan("200.00", campaign_id=first.campaign_id, plan_version=2))
    assert states(database) == ["voided", "open"]
    (voided,) = published(database, ApprovalVoided)
    assert (voided.kind, voided.subject_id, voided.subject_version) == ("plan", first.campaign_id, 1)
    assert voided.reason == "Version 2 of the plan was submitted."


def test_the_plan_of_a_cancelled_campaign_leaves_the_desk(database: Database) -> None:
    event = plan("100.00")
    approval_id = submit(database, event)
    submit(database, plan("50.00"))
    cancel(database, event.campaign_id)
    assert states(database) == ["voided", "open"]
    (voided,) = published(database, ApprovalVoided)
    assert (voided.approval_id, voided.reason) == (approval_id, "The campaign was cancelled.")
    with pytest.raises(Conflict, match="voided"):
        approve(database, approval_id, FAY)


def test_a_plan_that_is_decided_stays_so_when_its_campaign_is_cancelled(database: Database) -> None:
    event = plan("100.00")
    approve(database, submit(database, event), FAY)
    cancel(database, event.campaign_id)
    cancel(database, new_id())
    assert states(database) == ["approved"]
    assert published(database, ApprovalVoided) == []


def test_every_approval_before_the_last_one_is_told(database: Database) -> None:
    approval_id = submit(database, plan("20000.00"))
    approve(database, approval_id, FAY, FAY, FRED)
    told = published(database, ApprovalAdvanced)
    assert [(one.step, one.steps, one.passed, one.by) for one in told] == [
        (1, 2, True, "fay"),
        (2, 2, False, "fay"),
    ]
    assert [one.decided_by for one in published(database, ApprovalDecided)] == ["fred"]


def test_an_approval_has_a_version_for_every_change(database: Database) -> None:
    approval_id = submit(database, plan("20000.00"))
    versions = []
    for one in (FAY, FAY, FRED):
        approve(database, approval_id, one)
        with database.reading() as session:
            versions.append(queries.approval(session, FAY, approval_id).version)
    assert versions == [2, 3, 4]


def test_a_plan_that_was_sent_back_comes_again(database: Database) -> None:
    first = plan("100.00")
    approval_id = submit(database, first)
    with database.transaction(FAY) as session:
        decide_approval(session, FAY, approval_id=approval_id, outcome="send_back", comment="Why?")
    receive(database, plan("90.00", campaign_id=first.campaign_id, plan_version=2))
    assert states(database) == ["sent_back", "open"]


def test_an_earlier_version_that_comes_late_is_ignored(database: Database) -> None:
    first = plan("100.00", plan_version=2)
    receive(database, first)
    receive(database, plan("200.00", campaign_id=first.campaign_id, plan_version=1))
    assert states(database) == ["open"]


def test_a_plan_approved_again_adds_its_new_lines_to_the_budget(database: Database) -> None:
    first = plan("100.00")
    approve(database, submit(database, first), FAY)
    second = plan("70.00", campaign_id=first.campaign_id, plan_version=2)
    approve(database, submit(database, second), FAY)
    with database.reading() as session:
        budget = session.scalars(select(Budget)).one()
    assert budget.plan_version == 2
    assert [one.kind for one in published(database, BudgetPosted)] == ["budget", "adjust", "budget"]
    assert len(published(database, BudgetOpened)) == 1
    (replanned,) = published(database, BudgetReplanned)
    assert (replanned.budget_id, replanned.plan_version) == (budget.id, 2)
    assert [(line.line_id, line.budget) for line in replanned.lines] == [
        (line.line_id, line.amount) for line in second.budget
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"total": Money(amount=Decimal("99.99"), currency="EUR")},
        {"total": Money(amount=Decimal(100), currency="ZZZ")},
        {"total": Money(amount=Decimal("-100"), currency="EUR")},
    ],
)
def test_a_plan_that_no_budget_could_open_from_never_reaches_the_desk(
    database: Database, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        receive(database, plan("100.00", **changes))
    assert states(database) == []


def test_a_plan_that_names_a_line_twice_never_reaches_the_desk(database: Database) -> None:
    event = plan("100.00")
    total = Money(amount=Decimal(200), currency="EUR")
    with pytest.raises(Invalid, match="twice"):
        receive(database, plan(budget=[*event.budget, *event.budget], total=total))


def test_a_plan_that_no_flow_covers_waits_until_one_does(database: Database) -> None:
    with database.transaction(FAY) as session:
        step = StepRule(name="check", role=FINANCE_APPROVER).as_document()
        publish_flow(session, FAY, code="plan", kind="plan", up_to=Decimal(50), steps=[step])
    event = plan("100.00")
    with pytest.raises(NotYet, match="No approval flow covers"):
        receive(database, event)
    with database.transaction(FAY) as session:
        publish_flow(session, FAY, code="plan", kind="plan", steps=[step])
    receive(database, event)
    assert states(database) == ["open"]


def test_a_new_edition_of_a_flow_leaves_open_approvals_alone(database: Database) -> None:
    approval_id = submit(database, plan("100.00"))
    with database.transaction(FAY) as session:
        step = StepRule(name="board", role=FINANCE_APPROVER, mode="all_of", required=3).as_document()
        flow = publish_flow(session, FAY, code="plan", kind="plan", up_to=Decimal(10_000), steps=[step])
    assert flow.edition == 2
    approve(database, approval_id, FAY)
    receive(database, plan("100.00"))
    assert states(database) == ["approved", "open"]
    assert [event.steps for event in published(database, ApprovalOpened)] == [["finance_approval"], ["board"]]


def test_an_approver_finds_what_waits_for_him_and_nothing_else(database: Database) -> None:
    approval_id = submit(database, plan("20000.00"))
    submit(database, plan("10.00", submitted_by="fay"))
    submit(database, plan("10.00", department="south"))
    assert [one.id for one in waiting_for(database, FAY)] == [approval_id]
    assert len(waiting_for(database, FRED)) == 2
    approve(database, approval_id, FAY, FRED)
    assert approval_id not in [one.id for one in waiting_for(database, FRED)]
    assert approval_id in [one.id for one in waiting_for(database, FAY)]


def test_a_named_reviewer_finds_what_waits_for_him(database: Database) -> None:
    ada = person("ada", ADMINISTRATOR)
    with database.transaction(ada) as session:
        step = StepRule(name="board", role=FINANCE_APPROVER, persons=("ada",)).as_document()
        publish_flow(session, ada, code="plan", kind="plan", steps=[step])
    approval_id = submit(database, plan("100.00"))
    assert [one.id for one in waiting_for(database, ada)] == [approval_id]
    assert waiting_for(database, FAY) == []
    approve(database, approval_id, ada)
    assert states(database) == ["approved"]


def test_the_requester_is_no_reviewer_of_his_own_plan(database: Database) -> None:
    approval_id = submit(database, plan("100.00", submitted_by="fay"))
    with pytest.raises(Forbidden, match="own request"):
        approve(database, approval_id, FAY)
    approve(database, approval_id, FRED)


def test_an_approval_of_another_department_does_not_exist_for_an_outsider(database: Database) -> None:
    approval_id = submit(database, plan("100.00", department="south"))
    with pytest.raises(NotFound):
        approve(database, approval_id, FAY)


def test_a_second_decision_of_one_person_on_a_step_is_a_conflict(database: Database) -> None:
    approval_id = submit(database, plan("20000.00"))
    approve(database, approval_id, FAY, FAY)
    with pytest.raises(Conflict, match="already"):
        approve(database, approval_id, FAY)
    approve(database, approval_id, FINN)
    with pytest.raises(Conflict, match="closed"):
        approve(database, approval_id, FRED)


@pytest.mark.parametrize(
    "change", ["UPDATE approval_decisions SET comment = ''", "DELETE FROM approval_decisions"]
)
def test_the_database_refuses_to_change_a_decision(database: Database, change: str) -> None:
    approve(database, submit(database, plan("100.00")), FAY)
    with pytest.raises(DBAPIError, match="only grows"), database.transaction() as session:
        session.execute(text(change))


def test_an_approval_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        approve(database, new_id(), FAY)
