"""Changes beyond what was approved: decided by the desk while the campaign goes on."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from services.campaign.changing.model import Amendment
from services.campaign.launch.actions import steer_campaign
from services.campaign.planning.design import DraftLine
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.model import PlanVersion
from services.campaign.planning.parts import content_of
from services.campaign.planning.plan import content_hash
from services.campaign.planning.queries import take_campaign
from services.campaign.procurement.items import AskedItem
from services.campaign.procurement.queries import purchases_of
from tests.services.campaign.builders import (
    COLLEAGUE,
    OWNER,
    DatabaseOf,
    a_decision,
    a_draft,
    a_running_campaign,
    a_submitted_campaign,
    an_approved_campaign,
    campaign_of,
    decide,
    published,
    start,
)
from tests.services.campaign.plan_builders import (
    a_decision_on,
    a_withdrawal,
    amendment_of,
    an_asked_item,
    an_item,
    buy,
    change,
    changes_of,
    propose,
    void,
)

DEARER = [DraftLine(name="venue", amount=Decimal(1500)), DraftLine(name="print", amount=Decimal(200))]


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


@pytest.fixture
def running(database: Database) -> UUID:
    return a_running_campaign(database, contacts=[])


def steer(database: Database, campaign_id: UUID, step: Step) -> None:
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        steer_campaign(session, OWNER, campaign=campaign, step=step)


def plans(database: Database, campaign_id: UUID) -> dict[int, PlanVersion]:
    ours = select(PlanVersion).where(PlanVersion.campaign_id == campaign_id)
    with database.reading() as session:
        return {plan.number: plan for plan in session.scalars(ours)}


def test_a_proposal_reaches_the_desk_as_the_next_version_and_changes_nothing(
    database: Database, running: UUID
) -> None:
    amendment = propose(database, running, budget=DEARER, reason="dearer hall")
    submitted = published(database, "campaign.submitted.v1")[-1]
    assert submitted["total"] == {"amount": "1700.00", "currency": "EUR"}
    assert (submitted["plan_version"], submitted["amendment_id"], submitted["reason"]) == (
        2,
        str(amendment.id),
        "dearer hall",
    )
    campaign = campaign_of(database, running)
    assert (campaign.state, campaign.total) == ("running", Decimal("1200.50"))


def test_an_approved_amendment_takes_effect_as_it_was_judged(database: Database, running: UUID) -> None:
    before = campaign_of(database, running)
    amendment = propose(database, running, budget=DEARER, ends_on=date(2027, 3, 31))
    decide(database, a_decision_on(amendment))
    after, frozen = campaign_of(database, running), plans(database, running)[2]
    assert (after.state, after.total, after.ends_on) == ("running", Decimal("1700.00"), date(2027, 3, 31))
    assert after.budget[0].line_id == before.budget[0].line_id
    assert frozen.plan_hash == content_hash(frozen.content) == after.plan_hash
    (told,) = published(database, "campaign.changed.v1")
    assert (told["plan_version"], told["amendment_id"]) == (2, str(amendment.id))
    submitted = published(database, "campaign.submitted.v1")[-1]
    assert told["budget"] == submitted["budget"]
    assert {one.amendment_id for one in changes_of(database, running)} == {amendment.id}


@pytest.mark.parametrize("outcome", ["rejected", "sent_back"])
def test_one_that_does_not_pass_is_closed_with_the_comment_and_the_plan_stays(
    database: Database, running: UUID, outcome: str
) -> None:
    amendment = propose(database, running, budget=DEARER)
    decide(database, a_decision_on(amendment, outcome=outcome, comment="Take the smaller hall"))
    stored = amendment_of(database, amendment)
    assert (stored.state, stored.comment, stored.closed_by) == (outcome, "Take the smaller hall", "fay")
    assert [one["outcome"] for one in published(database, "campaign.amendment_closed.v1")] == [outcome]
    assert campaign_of(database, running).total == Decimal("1200.50")
    assert propose(database, running, budget=DEARER[:1]).plan_version == 3


def test_one_amendment_waits_at_a_time(database: Database, running: UUID) -> None:
    propose(database, running, budget=DEARER)
    with pytest.raises(Conflict, match="Version 2"):
        propose(database, running, ends_on=date(2027, 3, 31))


@pytest.mark.parametrize("changes", [{"subject_version": 1}, {"subject_hash": "0" * 64}])
def test_a_decision_on_another_version_changes_nothing(
    database: Database, running: UUID, changes: dict[str, Any]
) -> None:
    amendment = propose(database, running, budget=DEARER)
    decide(database, a_decision_on(amendment, **changes))
    assert amendment_of(database, amendment).state == "pending"
    assert set(plans(database, running)) == {1}


def test_a_decision_that_comes_twice_is_taken_once(database: Database, running: UUID) -> None:
    amendment = propose(database, running, budget=DEARER)
    for _ in range(2):
        decide(database, a_decision_on(amendment))
    assert len(published(database, "campaign.changed.v1")) == 1


def test_an_amendment_outlives_a_pause_and_the_end(database: Database, running: UUID) -> None:
    amendment = propose(database, running, budget=DEARER)
    steer(database, running, Step.PAUSE)
    steer(database, running, Step.COMPLETE)
    decide(database, a_decision_on(amendment))
    campaign = campaign_of(database, running)
    assert (campaign.state, campaign.total) == ("completed", Decimal("1700.00"))


def test_an_amendment_of_a_cancelled_campaign_lapses(database: Database, running: UUID) -> None:
    amendment = propose(database, running, budget=DEARER)
    steer(database, running, Step.CANCEL)
    decide(database, a_decision_on(amendment))
    assert amendment_of(database, amendment).state == "lapsed"
    assert campaign_of(database, running).total == Decimal("1200.50")
    assert [one["outcome"] for one in published(database, "campaign.amendment_closed.v1")] == ["lapsed"]


def test_an_amendment_that_was_withdrawn_at_the_desk_is_closed(database: Database, running: UUID) -> None:
    amendment = propose(database, running, budget=DEARER)
    void(database, a_withdrawal(running, 1))
    assert amendment_of(database, amendment).state == "pending"
    void(database, a_withdrawal(running, 2))
    assert amendment_of(database, amendment).state == "withdrawn"


def test_a_plan_that_was_withdrawn_at_the_desk_is_a_draft_again(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    void(database, a_withdrawal(campaign_id, 1))
    campaign = campaign_of(database, campaign_id)
    assert (campaign.state, campaign.review_outcome) == ("draft", "withdrawn")
    assert [one["outcome"] for one in published(database, "campaign.returned.v1")] == ["withdrawn"]


def test_a_void_that_made_way_for_a_later_plan_changes_nothing(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    decide(database, a_decision(campaign_of(database, campaign_id)))
    void(database, a_withdrawal(campaign_id, 1))
    assert campaign_of(database, campaign_id).state == "approved"


def test_what_an_open_amendment_changes_is_not_changed_beside_it(database: Database, running: UUID) -> None:
    propose(database, running, ends_on=date(2027, 3, 31))
    with pytest.raises(Conflict, match="starts_on"):
        change(database, running, starts_on=date(2026, 12, 24))
    change(database, running, message="This is another matter")


def test_purchases_must_go_with_the_open_amendment_too(database: Database, running: UUID) -> None:
    line_id = campaign_of(database, running).budget[0].line_id
    propose(database, running, budget=[DraftLine(name="venue", amount=Decimal(400))])
    with pytest.raises(Conflict, match=r"budget\.0\.amount"):
        buy(database, running, an_item(line_id))


def test_a_line_is_not_cut_below_what_shall_be_bought_from_it(database: Database, running: UUID) -> None:
    buy(database, running, an_item(campaign_of(database, running).budget[0].line_id))
    with pytest.raises(Invalid, match=r"budget\.0\.amount"):
        propose(database, running, budget=[DraftLine(name="venue", amount=Decimal(400))])


def purchases(database: Database, campaign_id: UUID) -> list[tuple[str, Decimal]]:
    with database.reading() as session:
        return [(one.description, one.amount) for one in purchases_of(session, campaign_id)]


def test_an_amendment_buys_from_a_line_that_it_adds(database: Database, running: UUID) -> None:
    (venue,) = campaign_of(database, running).budget
    buy(database, running, an_item(venue.line_id))
    with database.reading() as session:
        (hall,) = purchases_of(session, running)
    cheaper = an_asked_item(venue.line_id, item_id=hall.id, description="Hall", unit_price=Decimal(450))
    wanted = [cheaper, an_asked_item("print", unit_price=Decimal(200))]
    amendment = propose(database, running, budget=DEARER, purchases=wanted)
    submitted = published(database, "campaign.submitted.v1")[-1]
    lines = {one["name"]: one["line_id"] for one in submitted["budget"]}
    assert [(one["line_id"], one["amount"]) for one in submitted["purchases"]] == [
        (lines["venue"], "450.00"),
        (lines["print"], "200.00"),
    ]
    assert purchases(database, running) == [("Hall", Decimal(500))]
    decide(database, a_decision_on(amendment))
    assert purchases(database, running) == [("Hall", Decimal(450)), ("Tent", Decimal(200))]
    assert plans(database, running)[2].content == amendment.content
    fields = {one.field for one in changes_of(database, running) if one.amendment_id == amendment.id}
    assert f"purchases.{hall.id}.unit_price" in fields
    with database.reading() as session:
        assert content_of(session, campaign_of(database, running)) == amendment.content


def test_an_amendment_drops_a_line_with_what_was_to_be_bought_from_it(
    database: Database, running: UUID
) -> None:
    (venue,) = campaign_of(database, running).budget
    buy(database, running, an_item(venue.line_id))
    with pytest.raises(Invalid, match="purchases"):
        propose(database, running, budget=DEARER[1:])
    decide(database, a_decision_on(propose(database, running, budget=DEARER[1:], purchases=[])))
    assert purchases(database, running) == []


@pytest.mark.parametrize(
    ("field", "item"),
    [
        ("purchases.0.line", an_asked_item("flowers")),
        ("purchases", an_asked_item("print", unit_price=Decimal("200.01"))),
        ("purchases.0.item_id", an_asked_item("print", unit_price=Decimal(1), item_id=new_id())),
        ("purchases.0.kind", an_asked_item("print", unit_price=Decimal(1), kind="weather")),
    ],
)
def test_a_purchase_of_an_amendment_that_breaks_a_rule_is_named(
    database: Database, running: UUID, field: str, item: AskedItem
) -> None:
    with pytest.raises(Invalid) as refused:
        propose(database, running, budget=DEARER, purchases=[item])
    assert {one["field"] for one in refused.value.fields} == {field}


def test_purchases_stay_as_they_are_while_an_amendment_asks_for_others(
    database: Database, running: UUID
) -> None:
    amendment = propose(database, running, budget=DEARER, purchases=[an_asked_item("venue")])
    line_id = campaign_of(database, running).budget[0].line_id
    with pytest.raises(Conflict, match="purchases"):
        buy(database, running, an_item(line_id))
    decide(database, a_decision_on(amendment, outcome="rejected"))
    buy(database, running, an_item(line_id))
    assert purchases(database, running) == [("Hall", Decimal(500))]


def test_an_amendment_changes_something(database: Database, running: UUID) -> None:
    with pytest.raises(Invalid, match="changes"):
        propose(database, running, ends_on=date(2027, 2, 28))


def test_only_the_owner_amends(database: Database, running: UUID) -> None:
    with pytest.raises(Forbidden):
        propose(database, running, COLLEAGUE, budget=DEARER)


@pytest.mark.parametrize("begin", [a_draft, a_submitted_campaign])
def test_a_plan_that_is_not_approved_is_not_amended(database: Database, begin: Any) -> None:
    with pytest.raises(Conflict, match="draft|in_review"):
        propose(database, begin(database), budget=DEARER)


def test_an_approved_plan_amended_before_the_start_starts_as_amended(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    decide(database, a_decision_on(propose(database, campaign_id, message="New", budget=DEARER)))
    start(database, campaign_id)
    assert campaign_of(database, campaign_id).state == "starting"


def test_nothing_of_a_refused_amendment_stays(database: Database, running: UUID) -> None:
    version = campaign_of(database, running).version
    with pytest.raises(Invalid):
        propose(database, running, ends_on=date(2020, 1, 1))
    with database.reading() as session:
        assert session.scalars(select(Amendment)).all() == []
    assert campaign_of(database, running).version == version
