"""Taking a request of a person, asking every service, and closing it when all have answered."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, NotYet
from chassis.files.store import Store
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import PrivacyClosed, PrivacyProgressed, PrivacyRequested
from contracts.privacy import DataAnswered
from services.lead.customers.actions import require_present
from services.lead.customers.family import family_of
from services.lead.customers.model import Contact
from services.lead.customers.queries import take_contact
from services.lead.privacy.erasing import KEPT, erase_person
from services.lead.privacy.holdings import records_of
from services.lead.privacy.model import (
    CLOSED,
    ERASURE,
    KINDS,
    LEAD,
    OPEN,
    OTHERS,
    Kind,
    PrivacyAnswer,
    PrivacyRequest,
)
from services.lead.privacy.person import Person, person_of
from services.lead.privacy.queries import answered_by
from services.lead.timeline import actions as timeline
from services.lead.timeline.model import CONTACT

log = get_logger(__name__)

requests_total = counter(
    "lead_privacy_requests_total",
    "Requests of people about their own data, by kind, as they are taken and closed.",
    ("kind", "what"),
    starts=((kind, what) for kind in KINDS for what in ("taken", "closed", "closed_late")),
)


def take_request(
    session: Session, actor: Actor, *, contact_id: UUID, kind: Kind, note: str, days: int
) -> PrivacyRequest:
    """Ask every service for a copy of a person's data, or for its erasure, to be done within ``days``.

    Raises NotFound, and Conflict for a contact that is not there any more, or while the same is under way.
    """
    contact = take_contact(session, actor, contact_id)
    require_present(contact)
    _refuse_second(session, contact_id, kind=kind)
    person = list(session.scalars(family_of(contact.id)))
    at = now()
    request = PrivacyRequest(
        kind=kind,
        department=contact.department,
        contact_id=contact.id,
        contact_ids=[str(one) for one in sorted(person)],
        state=OPEN,
        note=note,
        requested_by=actor.subject,
        requested_at=at,
        due_at=at + timedelta(days=days),
    )
    session.add(request)
    publish(session, request, _asked(session, request))
    timeline.note_change(
        session,
        area=CONTACT,
        kind=f"{kind}_requested",
        actor=actor.subject,
        contact_id=contact.id,
        reference=request.id,
    )
    requests_total.labels(kind=kind, what="taken").inc()
    log.info("privacy_requested", request_id=str(request.id), kind=kind, contacts=len(person))
    return request


def take_answer(session: Session, event: DataAnswered, *, service: str, store: Store) -> None:
    """Keep a page of what a service answered; with the last one of the last service the request is closed.

    ``store`` has the files of this service. Raises NotYet for a request that is not known, Unavailable while
    files that are to go cannot be reached.
    """
    request = session.get(PrivacyRequest, event.request_id, with_for_update=True, populate_existing=True)
    if request is None:
        raise NotYet(f"request {event.request_id} is not known")
    if session.get(PrivacyAnswer, (event.request_id, service, event.page)) is not None:
        return
    session.add(_answer(event, service=service))
    session.flush()
    outstanding = [one for one in OTHERS if one not in answered_by(session, request.id)]
    if service in outstanding:
        return
    told = PrivacyProgressed(request_id=request.id, service=service, outstanding=outstanding, at=now())
    publish(session, request, told)
    log.info("privacy_answered", request_id=str(request.id), service=service, held=event.held)
    if not outstanding and request.state == OPEN:
        _close(session, request, store=store)


def forget_copies(session: Session, *, before: datetime) -> int:
    """Let go the records of copies that were ready before a moment. Returns of how many requests."""
    old = select(PrivacyRequest.id).where(
        PrivacyRequest.state == CLOSED,
        PrivacyRequest.closed_at < before,
        PrivacyRequest.id.in_(select(PrivacyAnswer.request_id).where(PrivacyAnswer.records != [])),
    )
    ids = list(session.scalars(old.order_by(PrivacyRequest.id).limit(100)))
    _let_go(session, ids)
    return len(ids)


def _let_go(session: Session, request_ids: Sequence[UUID]) -> None:
    """Of each answer one page stays, with its figures and without what was held."""
    if request_ids:
        theirs = PrivacyAnswer.request_id.in_(request_ids)
        session.execute(delete(PrivacyAnswer).where(theirs, PrivacyAnswer.page > 1))
        session.execute(update(PrivacyAnswer).where(theirs).values(records=[], pages=1))


def _refuse_second(session: Session, contact_id: UUID, *, kind: Kind) -> None:
    same = select(PrivacyRequest.id).where(
        PrivacyRequest.contact_id == contact_id, PrivacyRequest.kind == kind, PrivacyRequest.state == OPEN
    )
    if (known := session.scalar(same)) is not None:
        raise Conflict(f"That is under way already: {known}")


def _asked(session: Session, request: PrivacyRequest) -> PrivacyRequested:
    person = person_of(session, request.person)
    emails = select(Contact.email).where(Contact.id.in_(person.contact_ids), Contact.email.is_not(None))
    return PrivacyRequested(
        request_id=request.id,
        kind=request.kind,
        department=request.department,
        contact_ids=request.person,
        lead_ids=list(person.lead_ids),
        pre_sales_ids=list(person.request_ids),
        submission_ids=list(person.submission_ids),
        address_digests=sorted({digest_of(email) for email in session.scalars(emails) if email}),
        requested_by=request.requested_by,
        requested_at=request.requested_at,
        due_at=request.due_at,
    )


def digest_of(email: str) -> str:
    """What other services compare the mail addresses with that they hold."""
    return hashlib.sha256(email.lower().encode()).hexdigest()


def _answer(event: DataAnswered, *, service: str) -> PrivacyAnswer:
    return PrivacyAnswer(
        request_id=event.request_id,
        service=service,
        page=event.page,
        pages=event.pages,
        held=event.held,
        erased=event.erased,
        kept=list(event.kept),
        records=msgspec.to_builtins(event.records),
        answered_at=event.answered_at,
    )


def _close(session: Session, request: PrivacyRequest, *, store: Store) -> None:
    """Answer for this service, last of all, so that the others could still find the person by it."""
    at = now()
    person = person_of(session, request.person)
    _own_answer(session, request, person, at=at, store=store)
    request.state, request.closed_at = CLOSED, at
    closed = PrivacyClosed(
        request_id=request.id,
        kind=request.kind,
        department=request.department,
        contact_ids=request.person,
        lead_ids=list(person.lead_ids),
        pre_sales_ids=list(person.request_ids),
        submission_ids=list(person.submission_ids),
        due_at=request.due_at,
        closed_at=at,
    )
    publish(session, request, closed)
    requests_total.labels(kind=request.kind, what="closed_late" if request.overdue else "closed").inc()
    log.info("privacy_closed", request_id=str(request.id), kind=request.kind, late=request.overdue)


def _own_answer(
    session: Session, request: PrivacyRequest, person: Person, *, at: datetime, store: Store
) -> None:
    held, gone = 0, 0
    records: Sequence[dict[str, object]] = ()
    kept: Sequence[str] = ()
    if request.kind == ERASURE:
        erased = erase_person(session, person, by=request.requested_by, store=store)
        earlier = select(PrivacyRequest.id).where(
            PrivacyRequest.contact_id.in_(request.person), PrivacyRequest.state == CLOSED
        )
        _let_go(session, list(session.scalars(earlier)))
        held, gone, kept = erased.held, erased.gone, KEPT
    else:
        records = list(records_of(session, person))
        held = len(records)
    own = PrivacyAnswer(
        request_id=request.id,
        service=LEAD,
        page=1,
        pages=1,
        held=held,
        erased=gone,
        kept=list(kept),
        records=list(records),
        answered_at=at,
    )
    session.add(own)
