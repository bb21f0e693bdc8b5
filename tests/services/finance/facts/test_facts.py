"""What finance learns of campaigns and leads, in whatever order it comes."""

from collections.abc import Callable
from datetime import date
from itertools import permutations
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.database import Database
from chassis.ids import new_id
from chassis.subscribe import subscriptions_of
from contracts.campaign import (
    CampaignCancelled,
    CampaignCompleted,
    CampaignDesigned,
    CampaignLaunched,
    CampaignStarted,
)
from contracts.event import Event, declaration_of
from contracts.lead import LeadCaptured
from services.finance.facts.model import CampaignFacts, CampaignLead
from services.finance.service import FinanceService
from tests.services.finance.builders import noon

SUBSCRIPTIONS = subscriptions_of(FinanceService())
DAYS = [date(2026, 11, day) for day in range(1, 10)]


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def arrive(database: Database, *events: Event) -> None:
    for event in events:
        wire_type = declaration_of(type(event)).type
        (method,) = [one.by_type[wire_type] for one in SUBSCRIPTIONS if wire_type in one.by_type]
        with database.transaction() as session:
            method(session, event)


def designed(campaign_id: UUID) -> CampaignDesigned:
    return CampaignDesigned(
        campaign_id=campaign_id,
        code="FAIR",
        name="Spring fair",
        kind="fair",
        purposes=["leads"],
        owner="mia",
        department="north",
        starts_on=DAYS[0],
        ends_on=DAYS[8],
        currency="EUR",
        goals=[],
        budget=[],
    )


def started(campaign_id: UUID) -> CampaignStarted:
    return CampaignStarted(
        campaign_id=campaign_id,
        code="FAIR",
        name="Spring fair",
        department="north",
        owner="mia",
        started_at=noon(DAYS[1]),
        segment_id=campaign_id,
        resolution_id=campaign_id,
    )


def captured(campaign_id: UUID | None, lead_id: UUID | None = None) -> LeadCaptured:
    return LeadCaptured(
        lead_id=lead_id or new_id(),
        contact_id=new_id(),
        campaign_id=campaign_id,
        department="north",
        source="form",
        captured_at=noon(DAYS[3]),
    )


def facts_of(database: Database, campaign_id: UUID) -> CampaignFacts:
    with database.reading() as session:
        return session.get_one(CampaignFacts, campaign_id)


def leads_of(database: Database, campaign_id: UUID) -> int:
    with database.reading() as session:
        count = select(func.count()).where(CampaignLead.campaign_id == campaign_id)
        return session.scalar(count) or 0


def test_what_is_known_in_the_end_does_not_depend_on_the_order(database: Database) -> None:
    campaigns = []
    for order in permutations(range(5)):
        campaign_id = new_id()
        campaigns.append(campaign_id)
        told = [
            designed(campaign_id),
            started(campaign_id),
            CampaignLaunched(campaign_id=campaign_id, targets=40, launched_at=noon(DAYS[2])),
            CampaignCompleted(campaign_id=campaign_id, at=noon(DAYS[5]), by="mia"),
            captured(campaign_id),
        ]
        with database.transaction() as session:
            for place in order:
                wire_type = declaration_of(type(told[place])).type
                (method,) = [one.by_type[wire_type] for one in SUBSCRIPTIONS if wire_type in one.by_type]
                method(session, told[place])
    with database.reading() as session:
        known = {
            one.campaign_id: (one.code, one.department, one.ends_on, one.targets, one.state, one.ended_at)
            for one in session.scalars(select(CampaignFacts))
        }
        leads = session.scalars(select(CampaignLead.campaign_id)).all()
    fair = ("FAIR", "north", DAYS[8], 40, "completed", noon(DAYS[5]))
    assert known == dict.fromkeys(campaigns, fair)
    assert sorted(leads) == sorted(campaigns)


def test_the_state_follows_the_life_of_the_campaign(database: Database) -> None:
    campaign_id, states = new_id(), []
    for event in (
        designed(campaign_id),
        started(campaign_id),
        CampaignLaunched(campaign_id=campaign_id, targets=40, launched_at=noon(DAYS[2])),
        CampaignCompleted(campaign_id=campaign_id, at=noon(DAYS[5]), by="mia"),
        CampaignCancelled(campaign_id=campaign_id, at=noon(DAYS[6]), by="mia"),
    ):
        arrive(database, event)
        states.append(facts_of(database, campaign_id).state)
    assert states == ["planned", "starting", "running", "completed", "cancelled"]
    assert facts_of(database, campaign_id).ended_at == noon(DAYS[5])


def test_a_lead_counts_once_and_for_its_campaign_only(database: Database) -> None:
    campaign_id, lead_id = new_id(), new_id()
    arrive(database, captured(campaign_id, lead_id), captured(campaign_id, lead_id), captured(None))
    assert leads_of(database, campaign_id) == 1
