"""Leads that a campaign's follow-up waves ask for."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import LeadsWanted, WantedContact
from contracts.lead import LeadCaptured
from services.lead.leads.actions import take_answer
from services.lead.leads.model import Lead
from services.lead.leads.queries import LeadHistory, history
from services.lead.leads.wanted import capture_wanted
from tests.services.lead.builders import NOON, add_contact, events, responded

Databases = Callable[[str], Database]


@pytest.fixture
def database(database_of: Databases) -> Database:
    return database_of("lead")


def wanted(campaign_id: UUID, *contacts: UUID, score: str | None = None, **changes: Any) -> LeadsWanted:
    values: dict[str, Any] = {
        "campaign_id": campaign_id,
        "wave_id": new_id(),
        "department": "north",
        "kind": "lead",
        "reason": "wave 3: score of 8 or more",
        "contacts": [
            WantedContact(target_id=new_id(), contact_id=one, score=Decimal(score) if score else None)
            for one in contacts
        ],
        "wanted_at": NOON,
    }
    return LeadsWanted(**values | changes)


def react(database: Database, *pages: LeadsWanted) -> None:
    for page in pages:
        with database.transaction() as session:
            capture_wanted(session, page)


def leads(database: Database) -> list[LeadHistory]:
    with database.reading() as session:
        return [history(session, lead) for lead in session.scalars(select(Lead).order_by(Lead.id))]


def test_whoever_is_wanted_becomes_a_lead_with_reason_and_score(database: Database) -> None:
    contact = add_contact(database, region="north")
    campaign_id = new_id()
    react(database, wanted(campaign_id, contact.id, score="8.5"))
    (lead,) = leads(database)
    assert (lead.source, lead.why, lead.score) == (
        "campaign",
        "wave 3: score of 8 or more",
        Decimal("8.5"),
    )
    assert [entry.note for entry in lead.timeline] == ["campaign: wave 3: score of 8 or more"]
    (captured,) = events(database, LeadCaptured)
    assert (captured.campaign_id, captured.region, captured.response_id) == (campaign_id, "north", None)


def test_whoever_is_wanted_twice_is_one_lead(database: Database) -> None:
    contact, campaign_id = add_contact(database), new_id()
    react(database, wanted(campaign_id, contact.id, contact.id), wanted(campaign_id, contact.id, score="9"))
    (lead,) = leads(database)
    assert len(events(database, LeadCaptured)) == 1
    assert lead.score == 9
    assert [entry.kind for entry in lead.timeline] == ["captured", "wanted", "wanted"]


def test_a_contact_may_be_a_lead_of_several_campaigns(database: Database) -> None:
    contact = add_contact(database)
    react(database, wanted(new_id(), contact.id), wanted(new_id(), contact.id))
    assert len(leads(database)) == 2


@pytest.mark.parametrize("answered_first", [True, False])
def test_an_answer_and_a_follow_up_make_one_lead_whichever_is_first(
    database: Database, answered_first: bool
) -> None:
    contact, campaign_id = add_contact(database), new_id()
    answer = responded(contact.id, campaign_id)
    want = wanted(campaign_id, contact.id, score="8", kind="opportunity")
    steps: list[Callable[[], None]] = [
        lambda: answer_arrives(database, answer),
        lambda: react(database, want),
    ]
    for step in steps if answered_first else reversed(steps):
        step()
    (lead,) = leads(database)
    assert (lead.intent, lead.score) == ("opportunity", 8)
    assert [touch.kind for touch in lead.touches] == (["click", "wanted"] if answered_first else ["click"])


def answer_arrives(database: Database, answer: Any) -> None:
    with database.transaction() as session:
        take_answer(session, answer)


def test_who_is_wanted_as_an_opportunity_is_a_lead_that_says_so(database: Database) -> None:
    contact = add_contact(database)
    react(database, wanted(new_id(), contact.id, kind="opportunity"))
    assert leads(database)[0].intent == "opportunity"


def test_a_contact_that_is_gone_keeps_nobody_waiting(database: Database) -> None:
    contact = add_contact(database)
    react(database, wanted(new_id(), new_id(), contact.id))
    assert [lead.contact_id for lead in leads(database)] == [contact.id]


def test_where_follow_ups_choose_an_interested_answer_is_no_lead(database: Database) -> None:
    contact, campaign_id = add_contact(database), new_id()
    answer_arrives(database, responded(contact.id, campaign_id, wants_lead=False))
    assert leads(database) == []
    react(database, wanted(campaign_id, contact.id))
    answer_arrives(database, responded(contact.id, campaign_id, wants_lead=False))
    assert [len(lead.touches) for lead in leads(database)] == [1]


def test_an_answer_that_is_judged_anew_is_the_same_touch(database: Database) -> None:
    contact, campaign_id = add_contact(database), new_id()
    answer = responded(contact.id, campaign_id, note="Hm.")
    answer_arrives(database, answer)
    again = responded(
        contact.id, campaign_id, response_id=answer.response_id, verdict="not_interested", note="No."
    )
    answer_arrives(database, again)
    (lead,) = leads(database)
    assert [(touch.verdict, touch.note) for touch in lead.touches] == [("not_interested", "No.")]
