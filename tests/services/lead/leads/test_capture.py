"""One lead with several touches: what comes in again, and what is another lead."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event as sql_events
from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import CampaignResponded
from contracts.lead import LeadCaptured, LeadTouched, LeadWoken
from services.lead.judging.actions import qualify_lead
from services.lead.leads.actions import take_answer
from services.lead.leads.capture import WINDOW, Capture, capture_many, door_of
from services.lead.leads.model import Lead
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    add_contacts,
    events,
    find_lead,
    record,
    responded,
    timeline,
)

Databases = Callable[[str], Database]


def coming(contact_id: UUID, **changes: Any) -> Capture:
    """Somebody of the north who asked on the web."""
    values: dict[str, Any] = {
        "contact_id": contact_id,
        "customer_id": None,
        "department": "north",
        "region": "",
        "source": "web",
        "door": "import",
        "captured_by": "mia",
        "captured_at": NOON,
    }
    return Capture(**values | changes)


def caught(database: Database, *page: Capture) -> list[tuple[UUID, bool]]:
    with database.transaction(MIA) as session:
        return [(one.lead.id, one.fresh) for one in capture_many(session, page)]


def answers(database: Database, event: CampaignResponded) -> None:
    with database.transaction() as session:
        take_answer(session, event)


def all_leads(database: Database) -> list[Lead]:
    with database.reading() as session:
        return list(session.scalars(select(Lead).order_by(Lead.id)))


def test_without_a_campaign_the_source_and_the_products_tell_leads_apart() -> None:
    assert door_of(campaign_id=None, source="web", products=["Crane", "belt"]) == door_of(
        campaign_id=None, source="web", products=["Belt", "crane"]
    )
    assert door_of(campaign_id=None, source="web", products=[]) != door_of(
        campaign_id=None, source="fair", products=[]
    )


def test_the_same_contact_and_campaign_is_one_lead_with_several_touches(database_of: Databases) -> None:
    database = database_of("lead")
    contact, campaign_id = add_contact(database), new_id()
    first = record(database, contact_id=contact.id, campaign_id=campaign_id)
    assert record(database, contact_id=contact.id, campaign_id=campaign_id, notes="Called us") == first
    answers(database, responded(contact.id, campaign_id, responded_at=NOON))
    assert len(events(database, LeadCaptured)) == 1
    assert [(one.kind, one.lead_id) for one in events(database, LeadTouched)] == [
        ("hand", first),
        ("click", first),
    ]
    lead = find_lead(database, first)
    assert (lead.touch_count, lead.notes) == (3, "Called us")
    assert sorted(kind for kind, _, _ in timeline(database, first)) == [
        "answered",
        "captured",
        "recorded again",
    ]


def test_after_the_window_the_contact_is_another_lead(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    contact = add_contact(database)
    last, late = NOON + WINDOW, NOON + WINDOW + WINDOW + timedelta(seconds=1)
    first, again, another = (
        caught(database, coming(contact.id, captured_at=at))[0] for at in (NOON, last, late)
    )
    assert (first[1], again, another[1]) == (True, (first[0], False), True)
    assert caught(database, coming(contact.id, captured_at=late)) == [(another[0], False)]


def test_other_products_or_sources_are_other_leads(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    contact = add_contact(database)
    pages = [coming(contact.id), coming(contact.id, products=["Crane"]), coming(contact.id, source="fair")]
    assert [fresh for _, fresh in caught(database, *pages, *pages)] == [True] * 3 + [False] * 3


def test_a_page_is_taken_in_by_few_reads(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    page = [coming(contact_id, touch_id=new_id()) for contact_id in add_contacts(database, 300)]
    seen: list[str] = []
    sql_events.listen(database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert all(fresh for _, fresh in caught(database, *page))
    assert len([one for one in seen if one.startswith("SELECT")]) == 2
    assert len(seen) < 20
    assert caught(database, *page) == [(lead.id, False) for lead in all_leads(database)]
    assert events(database, LeadTouched) == []


@pytest.mark.parametrize(("verdict", "state"), [("interested", "pooled"), ("not_interested", "nurtured")])
def test_a_resting_lead_is_woken_by_an_answer_that_shows_interest_however_late(
    fresh_database: Databases, verdict: str, state: str
) -> None:
    database = fresh_database("lead")
    contact, campaign_id = add_contact(database), new_id()
    lead_id = record(database, contact_id=contact.id, campaign_id=campaign_id)
    act(database, qualify_lead, lead_id, outcome="long_term", grade="C")
    late = NOON + 10 * WINDOW
    answers(database, responded(contact.id, campaign_id, verdict=verdict, responded_at=late))
    assert [lead.state for lead in all_leads(database)] == [state]
    assert [one.why for one in events(database, LeadWoken)] == ["heard of again: click"] * (state == "pooled")


def test_a_closed_lead_is_touched_within_the_window_and_stays_closed(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    contact, campaign_id = add_contact(database), new_id()
    lead_id = record(database, contact_id=contact.id, campaign_id=campaign_id)
    act(database, qualify_lead, lead_id, outcome="not_a_target", reason="a competitor")
    answers(database, responded(contact.id, campaign_id))
    [lead] = all_leads(database)
    assert (lead.state, lead.touch_count) == ("disqualified", 2)
