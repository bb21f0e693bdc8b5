"""Leads whose rest is over are woken, and only those."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from chassis import clock
from chassis.database import Database
from contracts.lead import LeadWoken
from services.lead.judging.actions import qualify_lead
from services.lead.leads.waker import Waker
from services.lead.settings import LeadSettings
from tests.services.lead.builders import act, events, exhaust, find_lead, record, timeline

Databases = Callable[[str], Database]

DAY_SECONDS = 86_400.0


@pytest.fixture(autouse=True)
def clock_is_brought_back() -> Iterator[None]:
    yield
    clock.travel(seconds=0)


def resting(database: Database, *, days: int) -> UUID:
    """A long-term lead that rests so long from now."""
    lead_id = record(database, source=f"fair {days}")
    until = clock.now() + timedelta(days=days)
    act(database, qualify_lead, lead_id, outcome="long_term", grade="C", wake_at=until)
    return lead_id


def test_leads_are_woken_when_their_date_has_come(database_of: Databases) -> None:
    database = database_of("lead")
    ids = [resting(database, days=days) for days in (30, 20, 10, 40)]
    waker = Waker(LeadSettings(service="lead", wake_batch=2), database)
    assert not waker.step()
    clock.travel(seconds=35 * DAY_SECONDS)
    assert waker.step() and waker.step() and not waker.step()
    assert [one.lead_id for one in events(database, LeadWoken)] == [ids[2], ids[1], ids[0]]
    assert [find_lead(database, one).state for one in ids] == ["pooled"] * 3 + ["nurtured"]
    assert timeline(database, ids[0])[-1] == ("woken", "service:lead", "its date has come; to inbox")


def test_wakers_beside_each_other_wake_each_lead_once(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    for days in range(1, 6):
        resting(database, days=days)
    clock.travel(seconds=10 * DAY_SECONDS)
    settings = LeadSettings(service="lead", wake_batch=2)
    for waker in (Waker(settings, database), Waker(settings, database)):
        exhaust(waker)
    assert len(events(database, LeadWoken)) == 5
