"""Leads from the answers of a campaign's targets."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import NotYet
from chassis.ids import new_id
from contracts.campaign import CampaignResponded
from contracts.lead import LeadCaptured
from services.lead.leads.actions import record_lead, take_answer
from services.lead.leads.model import Lead
from services.lead.leads.queries import LeadHistory, history
from tests.services.lead.builders import MIA, NOON, add_contact, events, responded

Databases = Callable[[str], Database]


def react(database: Database, event: CampaignResponded) -> None:
    with database.transaction() as session:
        take_answer(session, event)


def leads(database: Database) -> list[LeadHistory]:
    with database.reading() as session:
        return [history(session, lead) for lead in session.scalars(select(Lead).order_by(Lead.id))]


def test_an_interested_answer_becomes_a_lead(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database, region="north")
    event = responded(contact.id, new_id())
    react(database, event)
    [captured] = events(database, LeadCaptured)
    assert (captured.contact_id, captured.campaign_id, captured.response_id) == (
        contact.id,
        event.campaign_id,
        event.response_id,
    )
    assert (captured.department, captured.region, captured.source) == ("north", "north", "campaign")
    assert captured.captured_at == NOON


def test_further_answers_are_touches_of_the_same_lead(database_of: Databases) -> None:
    database = database_of("lead")
    contact, campaign_id = add_contact(database), new_id()
    react(database, responded(contact.id, campaign_id))
    react(database, responded(contact.id, campaign_id, kind="form", note="call me"))
    react(database, responded(contact.id, campaign_id, verdict="not_interested"))
    [lead] = leads(database)
    assert [(touch.kind, touch.verdict) for touch in lead.touches] == [
        ("click", "interested"),
        ("form", "interested"),
        ("click", "not_interested"),
    ]
    assert len(events(database, LeadCaptured)) == 1
    assert [entry.kind for entry in lead.timeline] == ["captured", "answered", "answered", "answered"]


def test_another_campaign_makes_another_lead(database_of: Databases) -> None:
    database = database_of("lead")
    contact = add_contact(database)
    for _ in range(2):
        react(database, responded(contact.id, new_id()))
    assert len(leads(database)) == 2


@pytest.mark.parametrize("verdict", ["not_interested", "undecided"])
def test_an_answer_without_interest_is_no_lead(fresh_database: Databases, verdict: str) -> None:
    database = fresh_database("lead")
    react(database, responded(add_contact(database).id, new_id(), verdict=verdict))
    assert leads(database) == []


def test_an_answer_to_a_campaign_that_has_a_lead_by_hand_is_a_touch_of_it(database_of: Databases) -> None:
    database = database_of("lead")
    contact, campaign_id = add_contact(database), new_id()
    with database.transaction(MIA) as session:
        record_lead(session, MIA, contact_id=contact.id, campaign_id=campaign_id)
    react(database, responded(contact.id, campaign_id))
    [lead] = leads(database)
    assert len(lead.touches) == 1


def test_the_answer_of_an_unknown_contact_waits(fresh_database: Databases) -> None:
    with fresh_database("lead").transaction() as session, pytest.raises(NotYet):
        take_answer(session, responded(new_id(), new_id()))
