"""Erasing a person here, after every other service has: what goes, what is made anonymous, what stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.files.store import Store
from chassis.forgetting import files_of, forget_answers, forget_files, forget_words
from services.lead.customers import persons as customers
from services.lead.imports import traces
from services.lead.judging import persons as judgements
from services.lead.leads import persons as leads
from services.lead.leads.model import Lead
from services.lead.merging.model import Merge
from services.lead.privacy.model import PrivacyRequest
from services.lead.privacy.person import Person
from services.lead.requests import persons as requests
from services.lead.requests.model import PreSalesRequest
from services.lead.submissions.model import Submission
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONTACT

KEPT = (
    "proofs of consent with digests of the addresses, to answer for what was sent while they held",
    "leads and requests with their states, amounts and judgements, and who did what when, without words",
)
"""What stays, and why the law lets it."""


@dataclass(frozen=True)
class Erased:
    """How many rows were held, and how many of them say nothing of the person any more."""

    held: int
    gone: int


def erase_person(session: Session, person: Person, *, by: str, store: Store) -> Erased:
    """Take away who somebody was, with what was said of them and their files.

    Raises Unavailable when the store of files does not answer.
    """
    actor = Actor(by)
    found = customers.forget(session, person.contact_ids)
    count = len(person.contact_ids) + len(found.customer_ids)
    count += leads.forget(session, actor, person.lead_ids)
    count += judgements.forget(session, person.lead_ids)
    count += requests.forget(session, actor, person.request_ids)
    count += _forget_forms(session, person.contact_ids)
    _forget_merges(session, [*person.contact_ids, *found.customer_ids])
    _forget_notes(session, person.contact_ids)
    count += timeline.forget(session, person.contact_ids)
    count += traces.forget(session, person.contact_ids, addresses=found.addresses, keys=found.keys)
    for contact_id in person.contact_ids:
        timeline.note_change(session, area=CONTACT, kind="erased", actor=by, contact_id=contact_id)
    forget_answers(session, [*person.ids, *found.customer_ids])
    # Last, for what is deleted from the store does not come back with a rollback.
    count += _forget_files(session, person, store=store)
    return Erased(held=count, gone=count)


def _forget_forms(session: Session, contact_ids: Sequence[UUID]) -> int:
    forms = update(Submission).where(Submission.contact_id.in_(contact_ids)).values(answers={})
    return int(getattr(session.execute(forms), "rowcount", 0))


def _forget_merges(session: Session, ids: Collection[UUID]) -> None:
    merged = select(Merge).where(or_(Merge.survivor_id.in_(ids), Merge.loser_id.in_(ids)))
    merges = session.scalars(merged.with_for_update()).all()
    for merge in merges:
        merge.survivor_before = merge.survivor_after = merge.loser_before = None
        merge.reason = ""
        merge.version += 1
    forget_words(session, Merge, [one.id for one in merges])


def _forget_notes(session: Session, contact_ids: Sequence[UUID]) -> None:
    """How the person was recognised, each time that they asked."""
    asked = session.scalars(select(PrivacyRequest).where(PrivacyRequest.contact_id.in_(contact_ids))).all()
    for one in asked:
        one.note = ""
    forget_words(session, PrivacyRequest, [one.id for one in asked])


def _forget_files(session: Session, person: Person, *, store: Store) -> int:
    of_leads = files_of(session, Lead, person.lead_ids)
    of_requests = files_of(session, PreSalesRequest, person.request_ids)
    return forget_files(session, [*of_leads, *of_requests], store=store)
