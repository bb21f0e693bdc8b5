"""A wave whose copies cost something goes out when its money is there, and not before."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.finance import BudgetSuspended, BudgetUnsuspended, FundingGranted, FundingRefused
from services.campaign.launch.actions import steer_campaign, suspend_campaign, unsuspend_campaign
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.waves import funds
from services.campaign.waves.model import FUNDING, PLANNED, RELEASED, WHEN_DUE, Wave
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_plan,
    a_planned_wave,
    campaign_of,
    launch,
    published,
    recipients_of,
    release,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def a_costly_campaign(database: Database, *, targets: int = 3, **plan: Any) -> UUID:
    """A running campaign with a wave whose copies cost 0.0345 EUR each."""
    campaign_id = a_draft(database)
    line_id = campaign_of(database, campaign_id).budget[0].line_id
    costly = a_plan(unit_cost=Decimal("0.0345"), budget_line_id=line_id, **plan)
    a_planned_wave(database, campaign_id, costly)
    launch(database, campaign_id, [new_id() for _ in range(targets)])
    return campaign_id


def asked(database: Database, **plan: Any) -> Wave:
    """The wave of such a campaign, right after its release."""
    return release(database, wave_of(database, a_costly_campaign(database, **plan)))


def steer(database: Database, campaign_id: UUID, step: Step) -> None:
    with database.transaction(OWNER) as session:
        steer_campaign(session, OWNER, campaign=take_campaign(session, OWNER, campaign_id), step=step)


def grant(database: Database, wave: Wave, funding_id: UUID | None = None) -> None:
    event = FundingGranted(
        funding_id=funding_id or wave.funding_id or new_id(),
        wave_id=wave.id,
        campaign_id=wave.campaign_id,
        line_id=wave.budget_line_id or new_id(),
        reserved=Decimal("0.10"),
        currency="EUR",
        at=now(),
    )
    with database.transaction() as session:
        funds.take_grant(session, event)


def refuse(database: Database, wave: Wave, reason: str = "The line has 0.05 EUR available.") -> None:
    assert wave.funding_id
    event = FundingRefused(
        funding_id=wave.funding_id, wave_id=wave.id, campaign_id=wave.campaign_id, reason=reason, at=now()
    )
    with database.transaction() as session:
        funds.take_refusal(session, event)


def test_it_asks_for_what_its_copies_cost_and_waits(database: Database) -> None:
    wave = asked(database, targets=3)
    (wanted,) = published(database, "wave.funds_wanted.v1")
    assert (wanted["targets"], wanted["unit_cost"], wanted["total"]["amount"]) == (3, "0.0345", "0.10")
    assert wanted["line_id"] == str(wave.budget_line_id)
    assert wave.state == FUNDING and published(database, "wave.released.v1") == []
    with pytest.raises(Conflict, match="funding already"):
        release(database, wave)


def test_it_goes_out_once_the_money_is_there(database: Database) -> None:
    wave = asked(database, targets=3)
    grant(database, wave)
    grant(database, wave)
    assert wave_of(database, wave.campaign_id).state == RELEASED
    assert len(published(database, "wave.released.v1")) == 1
    (page,) = published(database, "wave.targets.v1")
    assert len(page["targets"]) == 3


def test_an_answer_to_an_earlier_request_changes_nothing(database: Database) -> None:
    wave = asked(database)
    grant(database, wave, funding_id=new_id())
    assert wave_of(database, wave.campaign_id).state == FUNDING


def test_without_money_it_is_planned_again_and_says_why(database: Database) -> None:
    wave = asked(database)
    refuse(database, wave)
    again = wave_of(database, wave.campaign_id)
    assert (again.state, again.targets, again.problem) == (PLANNED, None, "The line has 0.05 EUR available.")
    assert recipients_of(database, wave.id) == {}
    released = release(database, again)
    assert released.state == FUNDING and released.funding_id != wave.funding_id
    assert len(published(database, "wave.funds_wanted.v1")) == 2


def test_one_that_goes_by_itself_asks_again_later(database: Database) -> None:
    wave = asked(database, release=WHEN_DUE)
    refuse(database, wave)
    due_at = wave_of(database, wave.campaign_id).due_at
    assert due_at is not None and due_at > now() + timedelta(minutes=50)


def test_money_for_a_campaign_that_has_ended_is_returned(database: Database) -> None:
    wave = asked(database)
    steer(database, wave.campaign_id, Step.CANCEL)
    grant(database, wave)
    (returned,) = published(database, "wave.funds_returned.v1")
    assert (returned["funding_id"], returned["reason"]) == (
        str(wave.funding_id),
        "The campaign is cancelled",
    )
    assert published(database, "wave.released.v1") == []
    assert recipients_of(database, wave.id) == {}


def test_while_its_campaign_is_paused_it_goes_to_outreach_and_waits_there(database: Database) -> None:
    wave = asked(database)
    steer(database, wave.campaign_id, Step.PAUSE)
    grant(database, wave)
    assert wave_of(database, wave.campaign_id).state == RELEASED


def test_a_wave_that_nobody_is_picked_for_needs_no_money(database: Database) -> None:
    assert asked(database, targets=0).state == RELEASED
    assert published(database, "wave.funds_wanted.v1") == []


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"unit_cost": Decimal("0.01")}, "budget_line_id"),
        ({"budget_line_id": new_id()}, "unit_cost"),
        ({"unit_cost": Decimal("0.01"), "budget_line_id": new_id()}, "budget_line_id"),
        ({"unit_cost": Decimal("0.00001"), "budget_line_id": new_id()}, "unit_cost"),
        ({"unit_cost": Decimal(0), "budget_line_id": new_id()}, "unit_cost"),
    ],
)
def test_a_cost_that_makes_no_sense_is_refused_by_name(
    database: Database, plan: dict[str, Any], field: str
) -> None:
    campaign_id = a_draft(database)
    with pytest.raises(Invalid) as refused:
        a_planned_wave(database, campaign_id, a_plan(**plan))
    assert field in {one["field"] for one in refused.value.fields}


def test_a_suspended_budget_pauses_the_campaign_until_its_owner_resumes_it(database: Database) -> None:
    campaign_id = a_costly_campaign(database)
    budget_id, at = new_id(), now()
    suspended = BudgetSuspended(
        budget_id=budget_id, campaign_id=campaign_id, by="fay", reason="Prices are checked", at=at
    )
    with database.transaction() as session:
        suspend_campaign(session, suspended)
    (paused,) = published(database, "campaign.paused.v1")
    assert paused["by"] == "fay"
    with pytest.raises(Conflict, match="Finance has suspended the budget: Prices are checked"):
        steer(database, campaign_id, Step.RESUME)
    unsuspended = BudgetUnsuspended(budget_id=budget_id, campaign_id=campaign_id, by="fay", at=at)
    with database.transaction() as session:
        unsuspend_campaign(session, unsuspended)
    assert campaign_of(database, campaign_id).state == "paused"
    steer(database, campaign_id, Step.RESUME)
    assert campaign_of(database, campaign_id).state == "running"
