"""Resolutions: a segment's contacts as pages for a campaign."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import CampaignStarted
from contracts.event import PAGE_LIMIT
from contracts.lead import ResolutionContacts, ResolutionFailed
from services.lead.segments import actions
from services.lead.segments.model import Resolution, Segment
from services.lead.segments.resolver import Resolver
from services.lead.service import LeadService
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contact,
    add_contacts,
    events,
    exhaust,
    sequences,
    started,
)

Databases = Callable[[str], Database]

NORTH = {"field": "region", "op": "eq", "value": "north"}


def define(database: Database, rule: dict[str, Any] = NORTH) -> UUID:
    with database.transaction(MIA) as session:
        return actions.define_segment(session, MIA, name="North", department="north", rule=rule).id


def react(database: Database, event: CampaignStarted) -> None:
    with database.transaction() as session:
        LeadService().on_campaign_started(session, event)


def resolve(database: Database, event: CampaignStarted) -> list[ResolutionContacts]:
    react(database, event)
    exhaust(Resolver(SETTINGS, database))
    return events(database, ResolutionContacts)


def test_twelve_hundred_contacts_come_as_three_pages_each_contact_once(database_of: Databases) -> None:
    database = database_of("lead")
    ids = add_contacts(database, 1200, region="north")
    add_contacts(database, 5, region="south", email=None)
    event = started(define(database))
    pages = resolve(database, event)
    assert [(page.page, len(page.contacts), page.last) for page in pages] == [
        (1, PAGE_LIMIT, False),
        (2, PAGE_LIMIT, False),
        (3, 200, True),
    ]
    told = [contact.contact_id for page in pages for contact in page.contacts]
    assert sorted(told) == sorted(ids)
    assert {(page.resolution_id, page.segment_id, page.campaign_id) for page in pages} == {
        (event.resolution_id, event.segment_id, event.campaign_id)
    }
    assert sequences(database) == {f"resolution/{event.resolution_id}": [1, 2, 3]}


def test_a_page_that_is_just_full_is_the_last(database_of: Databases) -> None:
    database = database_of("lead")
    add_contacts(database, PAGE_LIMIT, region="north")
    assert [page.last for page in resolve(database, started(define(database)))] == [True]


def test_an_empty_segment_is_one_empty_last_page(database_of: Databases) -> None:
    database = database_of("lead")
    [page] = resolve(database, started(define(database)))
    assert (page.page, page.last, page.contacts) == (1, True, [])


def test_a_resolution_goes_on_where_a_worker_left_it(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    ids = add_contacts(database, 1200, region="north")
    monkeypatch.setattr(actions, "PAGES_A_STEP", 1)
    event = started(define(database))
    react(database, event)
    assert Resolver(SETTINGS, database).step()
    exhaust(Resolver(SETTINGS, database))
    pages = events(database, ResolutionContacts)
    assert [page.page for page in pages] == [1, 2, 3]
    assert sorted(contact.contact_id for page in pages for contact in page.contacts) == sorted(ids)


def test_contacts_that_come_while_pages_are_told_do_not_prolong_it(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    add_contacts(database, 600, region="north")
    monkeypatch.setattr(actions, "PAGES_A_STEP", 1)
    react(database, started(define(database)))
    resolver = Resolver(SETTINGS, database)
    resolver.step()
    add_contact(database, region="north", email="late@example.com")
    exhaust(resolver)
    assert [len(page.contacts) for page in events(database, ResolutionContacts)] == [500, 100]


def test_only_contacts_of_the_segments_department_are_told(database_of: Databases) -> None:
    database = database_of("lead")
    add_contacts(database, 3, region="north", department="south")
    [page] = resolve(database, started(define(database)))
    assert page.contacts == []


@pytest.mark.parametrize("foreign", [True, False])
def test_a_segment_that_the_department_does_not_have_fails(database_of: Databases, foreign: bool) -> None:
    database = database_of("lead")
    segment_id = define(database) if foreign else new_id()
    event = started(segment_id, department="south")
    assert resolve(database, event) == []
    [failed] = events(database, ResolutionFailed)
    assert (failed.resolution_id, failed.campaign_id) == (event.resolution_id, event.campaign_id)
    assert "south has no such segment" in failed.reason


def test_a_segment_changed_after_the_start_is_resolved_as_it_was(database_of: Databases) -> None:
    database = database_of("lead")
    add_contacts(database, 3, region="north")
    event = started(define(database))
    react(database, event)
    with database.transaction(MIA) as session:
        segment = session.get_one(Segment, event.segment_id)
        actions.change_segment(session, segment=segment, name="South", rule={**NORTH, "value": "south"})
    exhaust(Resolver(SETTINGS, database))
    assert [len(page.contacts) for page in events(database, ResolutionContacts)] == [3]


def test_the_same_start_twice_is_one_resolution(database_of: Databases) -> None:
    database = database_of("lead")
    event = started(define(database))
    react(database, event)
    resolve(database, event)
    assert len(events(database, ResolutionContacts)) == 1
    with database.reading() as session:
        assert session.get_one(Resolution, event.resolution_id).state == "finished"


def test_a_rule_that_is_no_longer_understood_fails_its_resolution_only(database_of: Databases) -> None:
    database = database_of("lead")
    old, good = started(define(database)), started(define(database))
    with database.transaction(MIA) as session:
        session.get_one(Segment, old.segment_id).rule = {"field": "planet", "op": "eq", "value": "mars"}
    react(database, old)
    assert [page.resolution_id for page in resolve(database, good)] == [good.resolution_id]
    [failed] = events(database, ResolutionFailed)
    assert failed.resolution_id == old.resolution_id
    assert "rule.field" in failed.reason
