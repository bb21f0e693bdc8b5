"""What this service holds about a person, as records for the copy that they get."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from chassis.forgetting import files_of
from services.lead.customers.model import Consent, ConsentProof, Contact, Customer
from services.lead.imports import traces
from services.lead.judging.model import Judgement
from services.lead.leads.model import Lead, LeadAction, LeadTouch
from services.lead.merging.images import CONTACT_FIELDS
from services.lead.merging.model import Merge
from services.lead.privacy.person import Person
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.persons import SAID, requests_of
from services.lead.submissions.model import Submission
from services.lead.timeline.model import TimelineEntry

Record = dict[str, Any]

_LEAD = (
    *("state", "source", "region", "products", "needs", "intent", "notes", "language", "outcome", "grade"),
    *("assignee", "pool", "reason", "why", "opportunity", "attributes", "captured_by", "campaign_id"),
)
_CONTACT = (*CONTACT_FIELDS, "department", "changed_at", "merged_into")
_SUBMISSION = ("form_code", "campaign_id", "answers", "confirmed_at")
_JUDGEMENT = ("lead_id", "outcome", "grade", "value", "currency", "reason", "checklist", "judged_by")
_FILE = ("name", "media_type", "size", "sha256", "attached_to", "owner_id", "uploaded_by")
_MERGE = ("survivor_before", "loser_before", "reason", "merged_by", "undone_at")
_PROOF = ("channel", "granted", "wording", "source", "recorded_by", "evidence")


def records_of(session: Session, person: Person) -> Iterator[Record]:
    """Everything that is held about a person: contacts, consent, leads, forms, files, and what happened.

    Files are named with their digests, and handed out by whoever hands out the copy.
    """
    contact_ids = person.contact_ids
    contacts = select(Contact).where(Contact.id.in_(contact_ids)).order_by(Contact.id)
    for contact in session.scalars(contacts):
        yield _record("contact", contact.created_at, contact, _CONTACT)
    consents = select(Consent).where(Consent.contact_id.in_(contact_ids))
    for consent in session.scalars(consents):
        yield _record("consent", consent.changed_at, consent, ("channel", "granted", "source"))
    proofs = select(ConsentProof).where(ConsentProof.contact_id.in_(contact_ids)).order_by(ConsentProof.id)
    for proof in session.scalars(proofs):
        yield _record("proof_of_consent", proof.recorded_at, proof, _PROOF)
    companies = select(Contact.customer_id).where(Contact.id.in_(contact_ids))
    for customer in session.scalars(select(Customer).where(Customer.id.in_(companies))):
        yield _record("customer", customer.created_at, customer, ("name", "kind", "region"))
    yield from _leads(session, person.lead_ids)
    for import_, change in traces.changes_of(session, contact_ids):
        fields = {"filename": import_.filename, "before": change.was}
        yield {"kind": "import", "at": import_.created_at.isoformat(), "fields": fields}
    sent = select(Submission).where(Submission.contact_id.in_(contact_ids)).order_by(Submission.id)
    for submission in session.scalars(sent):
        yield _record("submission", submission.submitted_at, submission, _SUBMISSION)
    yield from _requests(session, person)
    merged = or_(Merge.survivor_id.in_(contact_ids), Merge.loser_id.in_(contact_ids))
    for merge in session.scalars(select(Merge).where(merged).order_by(Merge.id)):
        yield _record("merge", merge.merged_at, merge, _MERGE)
    told = select(TimelineEntry).where(TimelineEntry.contact_id.in_(contact_ids))
    for entry in session.scalars(told.order_by(TimelineEntry.id)):
        yield _record("event", entry.at, entry, ("area", "kind", "actor", "note", "campaign_id"))


def _leads(session: Session, ids: Sequence[UUID]) -> Iterator[Record]:
    for lead in session.scalars(select(Lead).where(Lead.id.in_(ids)).order_by(Lead.id)):
        yield _record("lead", lead.captured_at, lead, _LEAD)
    touches = select(LeadTouch).where(LeadTouch.lead_id.in_(ids)).order_by(LeadTouch.at)
    for touch in session.scalars(touches):
        yield _record("touch", touch.at, touch, ("lead_id", "kind", "verdict", "note"))
    acts = select(LeadAction).where(LeadAction.lead_id.in_(ids)).order_by(LeadAction.id)
    for act in session.scalars(acts):
        yield _record("act", act.at, act, ("lead_id", "kind", "actor", "on_behalf_of", "note"))
    found = select(Judgement).where(Judgement.lead_id.in_(ids)).order_by(Judgement.id)
    for one in session.scalars(found):
        yield _record("judgement", one.judged_at, one, _JUDGEMENT)


def _requests(session: Session, person: Person) -> Iterator[Record]:
    for request in requests_of(session, person.contact_ids):
        yield _record("request", request.opened_at, request, SAID)
    files = files_of(session, Lead, person.lead_ids)
    for file in [*files, *files_of(session, PreSalesRequest, person.request_ids)]:
        yield _record("file", file.uploaded_at, file, _FILE)


def _record(kind: str, at: datetime | None, row: object, names: Sequence[str]) -> Record:
    values = {name: getattr(row, name) for name in names}
    fields = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return {
        "kind": kind,
        "at": None if at is None else at.isoformat(),
        "fields": msgspec.to_builtins(fields, enc_hook=str),
    }
