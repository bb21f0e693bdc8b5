"""Of an erased person lead has nothing left in any column and no file, and its audit trail still holds."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from chassis import idempotency, sealing
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.files.attaching import upload
from chassis.files.store import FolderStore
from chassis.ids import new_id
from contracts.lead import PrivacyRequested
from contracts.outreach import FormConsent, SubmissionConfirmed
from contracts.privacy import DataAnswered
from services.lead.customers import actions as customers
from services.lead.customers.model import ConsentProof
from services.lead.customers.persons import veiled
from services.lead.judging.actions import qualify_lead, undo_judgement
from services.lead.judging.model import Judgement
from services.lead.leads import actions as leads
from services.lead.merging.contacts import merge_contacts
from services.lead.privacy.actions import take_answer, take_request
from services.lead.privacy.model import OTHERS, PrivacyAnswer
from services.lead.requests import actions as requests
from services.lead.requests.queries import take_request as take_asked
from services.lead.requests.sharing import Doorway
from services.lead.submissions.actions import take_submission
from tests.harness.remains import files_with, remains
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    add_rep,
    assigned,
    events,
    hear_response,
    imported,
    open_request,
)

Databases = Callable[[str], Database]

EMAIL, PHONE = "zaphodina@shop.example", "+14155550123"
WORDS = ("zaphodina", "beeblebroxe", PHONE[1:])
CHECKLIST = {"budget": {"answer": "yes", "note": "says Zaphodina"}}


def attached(database: Database, store: FolderStore, name: str) -> UUID:
    with database.transaction(MIA) as session:
        return upload(session, MIA, store=store, name=name, file=BytesIO(b"For Zaphodina\n")).id


def sold_to(database: Database, contact_id: UUID, file_id: UUID) -> UUID:
    """A lead with words of every kind, judged twice, that one of the judgements was taken back of."""
    said = dict.fromkeys(("needs", "intent", "notes"), "for Zaphodina")
    lead_id = assigned(database, "rita", contact_id=contact_id, documents=[file_id], **said)
    act(database, leads.return_lead, lead_id, reason="Zaphodina never answers")
    money: dict[str, Any] = {"grade": "A", "value": Decimal(10), "currency": "EUR", "checklist": CHECKLIST}
    act(database, qualify_lead, lead_id, outcome="near_term", reason="Zaphodina buys", **money)
    act(database, undo_judgement, lead_id, reason="Zaphodina does not")
    act(database, qualify_lead, lead_id, outcome="near_term", reason="Zaphodina does", **money)
    hear_response(database, contact_id, note="call Zaphodina")
    return lead_id


def asked_by(database: Database, contact_id: UUID, file_id: UUID) -> UUID:
    """A request that was answered with a document."""
    said: dict[str, Any] = {"title": "Cranes for Zaphodina", "details": "Z. Beeblebroxe"}
    request_id = open_request(database, contact_id=contact_id, tasks=["Call Zaphodina"], **said)
    doorway = Doorway("https://leads.example.com", 30)
    with database.transaction(MIA) as session:
        request = take_asked(session, MIA, request_id)
        given: dict[str, Any] = {"result": "Zaphodina has it", "message": "Dear Zaphodina"}
        requests.answer(session, MIA, request=request, doorway=doorway, documents=[file_id], **given)
    return request_id


def came_in(database: Database) -> None:
    """A form with consent, and a file whose second row is refused."""
    who: dict[str, Any] = {"given_name": "Zaphodina", "family_name": "Beeblebroxe", "email": EMAIL}
    consent = FormConsent(channel="email", wording="Yes, write to me", form_version=1)
    form = SubmissionConfirmed(
        submission_id=new_id(),
        form_id=new_id(),
        form_code="fair",
        department="north",
        answers={"why": "Zaphodina wants it"},
        consents=[consent],
        submitted_at=NOON,
        confirmed_at=NOON,
        **who,
    )
    with database.transaction() as session:
        take_submission(session, form, phone_region="US")
    imported(database, f"Email,Phone,Company\n{EMAIL},,Zaphodina Ltd\n{EMAIL.upper()} x,,Zaphodina\n")


def a_person(database: Database, store: FolderStore) -> UUID:
    """Somebody of whom every table has something. Returns their contact."""
    add_rep(database, "rita")
    with database.transaction(MIA) as session:
        customer = customers.add_customer(
            session, MIA, name="Zaphodina Beeblebroxe", department="north", kind="consumer"
        )
    names: dict[str, Any] = {"given_name": "Zaphodina", "family_name": "Beeblebroxe"}
    names["customer_id"] = customer.id
    contact_id = add_contact(database, email=EMAIL, phone=PHONE, **names).id
    double = add_contact(database, given_name="Zaphodina", email="beeblebroxe@home.example").id
    with database.transaction(MIA) as session:
        merge_contacts(session, MIA, contact_id=contact_id, loser_id=double)
        key = {"actor": "mia", "key": "1"}
        idempotency.take(session, fingerprint="x", **key)
        body = f'{{"id": "{contact_id}", "given_name": "Zaphodina"}}'.encode()
        idempotency.store(session, answer=idempotency.StoredAnswer(201, {}, body), **key)
    came_in(database)
    sold_to(database, contact_id, attached(database, store, "Zaphodina.txt"))
    asked_by(database, contact_id, attached(database, store, "To Zaphodina.txt"))
    return contact_id


def ask(database: Database, contact_id: UUID, kind: Any, store: FolderStore) -> UUID:
    """A request that every service answers."""
    with database.transaction(MIA) as session:
        known = {"contact_id": contact_id, "kind": kind, "note": "Zaphodina's passport", "days": 30}
        request_id = take_request(session, MIA, **known).id
    told = DataAnswered(request_id=request_id, page=1, pages=1, held=0, erased=0, answered_at=now())
    for service in OTHERS:
        with database.transaction(Actor.system(service)) as session:
            take_answer(session, told, service=service, store=store)
    return request_id


def left(database: Database) -> list[str]:
    """What waits in the outbox leaves it for the archive, where it is made anonymous."""
    return [one for one in remains(database, *WORDS) if not one.startswith("outbox.")]


def test_nothing_is_left_of_an_erased_person_in_any_column_and_no_file(
    database_of: Databases, tmp_path: Path
) -> None:
    database, store = database_of("lead"), FolderStore(tmp_path)
    contact_id = a_person(database, store)
    sealing.seal(database)
    copy = ask(database, contact_id, "export", store)
    with database.reading() as session:
        page = session.get_one(PrivacyAnswer, (copy, "lead", 1))
    held = [one["fields"]["name"] for one in page.records if one["kind"] == "file"]
    assert held == ["Zaphodina.txt", "To Zaphodina.txt"]
    assert len(left(database)) > 25
    assert len(files_with(tmp_path, *WORDS)) == 2
    ask(database, contact_id, "erasure", store)
    [*_, asked] = events(database, PrivacyRequested)
    assert (len(asked.lead_ids) > 1, len(asked.pre_sales_ids)) == (True, 1)
    assert left(database) == []
    assert files_with(tmp_path, *WORDS) == []
    sealing.seal(database)
    assert list(sealing.faults(database)) == []
    assert sealing.without_words(database) > 5


def test_proofs_and_judgements_change_in_nothing_but_what_an_erasure_takes(
    database_of: Databases, tmp_path: Path
) -> None:
    database, store = database_of("lead"), FolderStore(tmp_path)
    contact_id = a_person(database, store)
    ask(database, contact_id, "erasure", store)
    with database.reading() as session:
        proof = session.scalars(select(ConsentProof).where(ConsentProof.source == "form")).one()
        found = session.scalars(select(Judgement)).all()
    assert proof.evidence is not None
    assert proof.evidence["address"] == veiled(proof.id, EMAIL)
    assert {one.checklist["budget"]["answer"] for one in found} == {"yes"}
    evidence = proof.evidence
    tried: list[tuple[Any, UUID, dict[str, Any]]] = [
        (Judgement, found[0].id, {"grade": "B"}),
        (Judgement, found[0].id, {"reason": "he was no good"}),
        (Judgement, found[0].id, {"checklist": {}}),
        (ConsentProof, proof.id, {"granted": False}),
        (ConsentProof, proof.id, {"evidence": {**evidence, "form_code": "other"}}),
        (ConsentProof, proof.id, {"evidence": {**evidence, "address": "a@b.de"}}),
        (ConsentProof, proof.id, {"evidence": None}),
    ]
    for kind, key, change in tried:
        with pytest.raises(DBAPIError), database.transaction(MIA) as session:
            session.execute(update(kind).where(kind.id == key).values(**change))
    for table in ("judgements", "consent_proofs"):
        with pytest.raises(DBAPIError), database.transaction(MIA) as session:
            session.execute(text(f"DELETE FROM {table}"))
