"""Lists of a campaign's audience: which of their lines are contacts, and several segments at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import ContactsListed, ListedContact, WantedSegment
from contracts.lead import ResolutionContacts, ResolutionFailed
from services.lead.segments import actions
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


@pytest.fixture
def database(database_of: Databases) -> Database:
    return database_of("lead")


def listed(*lines: UUID | str, **changes: Any) -> ContactsListed:
    """A page of a list of the north: ids and addresses, from line 2 on."""
    values: dict[str, Any] = {
        "campaign_id": new_id(),
        "department": "north",
        "list_id": new_id(),
        "resolution_id": new_id(),
        "page": 1,
        "pages": 1,
        "contacts": [
            ListedContact(place=place, email=line)
            if isinstance(line, str)
            else ListedContact(place=place, contact_id=line)
            for place, line in enumerate(lines, start=2)
        ],
    }
    return ContactsListed(**values | changes)


def look_up(database: Database, *pages: ContactsListed) -> list[ResolutionContacts]:
    for page in pages:
        with database.transaction() as session:
            LeadService().on_contacts_listed(session, page)
    return events(database, ResolutionContacts)


def test_lines_are_found_by_id_and_by_address_and_the_others_named(database: Database) -> None:
    ann = add_contact(database, email="ann@example.com", region="north")
    ben = add_contact(database, email="ben@example.com")
    page = listed(ann.id, "BEN@example.com", new_id(), "nobody@example.com")
    (told,) = look_up(database, page)
    assert {one.contact_id: one.region for one in told.contacts} == {ann.id: "north", ben.id: ""}
    assert (told.unmatched, told.last, told.segment_id) == ([4, 5], True, page.list_id)


def test_a_contact_of_another_department_is_nobody(database: Database) -> None:
    south = add_contacts(database, 1, department="south")
    (told,) = look_up(database, listed(*south, "person0@example.com"))
    assert (told.contacts, told.unmatched) == ([], [2, 3])


def test_who_is_named_in_two_ways_is_told_once(database: Database) -> None:
    ann = add_contact(database, email="ann@example.com")
    (told,) = look_up(database, listed(ann.id, "ann@example.com"))
    assert [one.contact_id for one in told.contacts] == [ann.id]
    assert told.unmatched == []


def test_pages_are_answered_one_by_one_and_the_last_says_so(database: Database) -> None:
    ann = add_contact(database, email="ann@example.com")
    first = listed(ann.id, pages=2)
    same = {"list_id": first.list_id, "resolution_id": first.resolution_id, "pages": 2}
    second = listed("nobody@example.com", page=2, **same)
    told = look_up(database, first, second, second)
    assert [(one.page, one.last, len(one.contacts)) for one in told] == [(1, False, 1), (2, True, 0)]
    assert sequences(database)[f"resolution/{first.resolution_id}"] == [1, 2]


def test_the_resolver_leaves_lists_alone(database: Database) -> None:
    look_up(database, listed(new_id(), pages=2))
    assert Resolver(SETTINGS, database).step() is False


def test_every_segment_of_a_start_is_resolved_by_itself(database: Database) -> None:
    north = add_contacts(database, 3, region="north")
    rule = {"field": "region", "op": "eq", "value": "north"}
    with database.transaction(MIA) as session:
        segment = actions.define_segment(session, MIA, name="North", department="north", rule=rule).id
    wanted = [
        WantedSegment(resolution_id=new_id(), segment_id=segment),
        WantedSegment(resolution_id=new_id(), segment_id=new_id()),
    ]
    with database.transaction() as session:
        LeadService().on_campaign_started(session, started(segment, segments=wanted))
    exhaust(Resolver(SETTINGS, database))
    (told,) = events(database, ResolutionContacts)
    assert [one.contact_id for one in told.contacts] == north
    assert told.resolution_id == wanted[0].resolution_id
    assert [one.resolution_id for one in events(database, ResolutionFailed)] == [wanted[1].resolution_id]


def test_a_start_without_segments_asks_for_nothing(database: Database) -> None:
    with database.transaction() as session:
        LeadService().on_campaign_started(session, started(new_id(), segments=[]))
    assert Resolver(SETTINGS, database).step() is False
    assert events(database, ResolutionFailed) == []
