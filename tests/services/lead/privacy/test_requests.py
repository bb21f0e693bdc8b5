"""Requests of people about their own data: asked, gathered, closed, and what is left of an erased person."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, NotYet
from chassis.files.store import FolderStore
from chassis.ids import new_id
from contracts.lead import ContactSaved, LeadChanged, PrivacyClosed, PrivacyProgressed, PrivacyRequested
from contracts.privacy import DataAnswered, HeldRecord
from services.lead.customers.model import Contact
from services.lead.leads.model import Lead, LeadTouch
from services.lead.merging.contacts import merge_contacts, unmerge_contacts
from services.lead.merging.queries import find_merge
from services.lead.privacy import queries
from services.lead.privacy.actions import digest_of, take_answer, take_request
from services.lead.privacy.export import archive
from services.lead.privacy.keeper import PrivacyKeeper
from services.lead.privacy.model import OTHERS, PrivacyAnswer, PrivacyRequest
from services.lead.requests.model import PreSalesRequest
from services.lead.timeline.model import TimelineEntry
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contact,
    events,
    exhaust,
    hear_response,
    open_request,
    record,
    sequences,
)

Databases = Callable[[str], Database]


def ask(database: Database, contact_id: UUID, kind: Any = "export") -> UUID:
    with database.transaction(MIA) as session:
        known = {"contact_id": contact_id, "kind": kind, "note": "by passport", "days": 30}
        return take_request(session, MIA, **known).id


def answered(request_id: UUID, **changes: Any) -> DataAnswered:
    known: dict[str, Any] = {"page": 1, "pages": 1, "held": 0, "erased": 0, "answered_at": clock.now()}
    return DataAnswered(request_id=request_id, **{**known, **changes})


STORE = FolderStore(Path("nowhere"))


def answer(database: Database, event: DataAnswered, *services: str) -> None:
    for service in services:
        with database.transaction(Actor.system(service)) as session:
            take_answer(session, event, service=service, store=STORE)


def request_of(database: Database, request_id: UUID) -> PrivacyRequest:
    with database.reading() as session:
        return session.get_one(PrivacyRequest, request_id)


def copy_of(database: Database, request_id: UUID) -> dict[str, Any]:
    with database.reading() as session:
        request = session.get_one(PrivacyRequest, request_id)
        content = archive(request, queries.ready_copy(session, request))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert "what we hold about you" in packed.read("README.txt").decode()
        names = [name for name in packed.namelist() if name.endswith(".json")]
        return {name: json.loads(packed.read(name)) for name in names}


def test_a_copy_is_ready_when_every_service_has_answered(database_of: Databases) -> None:
    database = database_of("lead")
    contact_id = add_contact(database, email="Ann@shop.de", given_name="Ann").id
    record(database, contact_id=contact_id, needs="two cranes")
    request_id = ask(database, contact_id)
    (asked,) = events(database, PrivacyRequested)
    assert (asked.contact_ids, asked.address_digests) == ([contact_id], [digest_of("ann@shop.de")])
    with pytest.raises(Conflict, match="under way"):
        ask(database, contact_id)
    held = HeldRecord(kind="target", fields={"campaign": "SPRING"})
    answer(database, answered(request_id, page=2, pages=2, records=[held]), "campaign")
    assert events(database, PrivacyProgressed) == []
    answer(database, answered(request_id, pages=2, records=[held]), "campaign", "campaign")
    answer(database, answered(request_id), "finance", "outreach")
    assert events(database, PrivacyProgressed)[-1].outstanding == ["reporting"]
    with database.reading() as session, pytest.raises(Conflict, match="not every service"):
        queries.ready_copy(session, session.get_one(PrivacyRequest, request_id))
    answer(database, answered(request_id), "reporting")
    assert [one.request_id for one in events(database, PrivacyClosed)] == [request_id]
    files = copy_of(database, request_id)
    assert sorted(files) == sorted(f"{name}.json" for name in (*OTHERS, "lead"))
    assert len(files["campaign.json"]["records"]) == 2
    said = {one["kind"]: one["fields"] for one in files["lead.json"]["records"]}
    assert said["contact"]["email"] == "Ann@shop.de"
    assert said["lead"]["needs"] == "two cranes"
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences(database).values())


def assert_told_blank(database: Database) -> None:
    """The last that others heard of both contacts names nobody."""
    cards = {one.contact.contact_id: one.contact for one in events(database, ContactSaved)}
    assert [(card.email, card.given_name, card.consents) for card in cards.values()] == [(None, "", [])] * 2


def test_of_an_erased_person_only_figures_and_proofs_are_left(database_of: Databases) -> None:
    database = database_of("lead")
    ann = add_contact(database, email="ann@shop.de", given_name="Ann", phone="+14155550000").id
    double = add_contact(database, email="ann@home.de", family_name="Lee").id
    with database.transaction(MIA) as session:
        merge_id = merge_contacts(session, MIA, contact_id=ann, loser_id=double).id
    lead_id = record(database, contact_id=ann, needs="two cranes for Ann")
    asked_id = open_request(database, contact_id=ann, details="for Ann")
    hear_response(database, ann, note="call me, Ann")
    copy = ask(database, ann)
    answer(database, answered(copy), *OTHERS)
    request_id = ask(database, ann, "erasure")
    assert set(events(database, PrivacyRequested)[-1].contact_ids) == {ann, double}
    answer(database, answered(request_id, kept=["figures"]), *OTHERS)
    with database.reading() as session:
        for contact in session.scalars(select(Contact)):
            told = [contact.given_name, contact.family_name, contact.email, contact.phone, contact.match_key]
            assert told == ["", "", None, None, None]
            assert contact.erased_at is not None
            assert contact.former_key is None
        assert session.get_one(Lead, lead_id).needs == ""
        assert session.get_one(PreSalesRequest, asked_id).details == ""
        assert set(session.scalars(select(LeadTouch.note))) == {""}
        assert [one.kind for one in session.scalars(select(TimelineEntry))] == ["erased", "erased"]
        assert [one.records for one in session.scalars(select(PrivacyAnswer))] == [[]] * 10
    assert_told_blank(database)
    assert "needs" in events(database, LeadChanged)[-1].fields
    with pytest.raises(Conflict, match="erased"):
        ask(database, ann)
    with pytest.raises(Conflict, match="erased"), database.transaction(MIA) as session:
        unmerge_contacts(session, MIA, merge=find_merge(session, MIA, merge_id), reason="x")


def test_an_answer_to_an_unknown_request_waits(database_of: Databases) -> None:
    with pytest.raises(NotYet):
        answer(database_of("lead"), answered(new_id()), "campaign")


def test_a_request_is_overdue_after_its_deadline(database_of: Databases) -> None:
    database = database_of("lead")
    request_id = ask(database, add_contact(database, email="ann@shop.de").id)
    with database.reading() as session:
        assert session.scalars(queries.requests(MIA, overdue=True)).all() == []
    clock.travel(seconds=timedelta(days=31).total_seconds())
    with database.reading() as session:
        assert [one.id for one in session.scalars(queries.requests(MIA, overdue=True))] == [request_id]
    assert request_of(database, request_id).overdue


def test_a_copy_is_let_go_after_its_time(database_of: Databases) -> None:
    database = database_of("lead")
    request_id = ask(database, add_contact(database, email="ann@shop.de").id)
    answer(database, answered(request_id, held=3), *OTHERS)
    exhaust(PrivacyKeeper(SETTINGS, database))
    assert "lead.json" in copy_of(database, request_id)
    clock.travel(seconds=timedelta(days=SETTINGS.privacy_keep_days + 1).total_seconds())
    exhaust(PrivacyKeeper(SETTINGS, database))
    with database.reading() as session, pytest.raises(Conflict, match="gone"):
        queries.ready_copy(session, session.get_one(PrivacyRequest, request_id))
    with database.reading() as session:
        done = queries.progress(session, session.get_one(PrivacyRequest, request_id))
    assert {one.service: one.held for one in done.services}["campaign"] == 3
