"""Writes to pre-sales requests."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.files import attach
from services.lead.customers.model import Contact
from services.lead.handover.acting import seat, seat_of
from services.lead.leads.model import Lead
from services.lead.leads.queries import visible as visible_lead
from services.lead.requests import telling
from services.lead.requests.choosing import Responder, next_responder
from services.lead.requests.model import PreSalesRequest, RequestKind
from services.lead.requests.sharing import Doorway, share
from services.lead.requests.states import Act
from services.lead.roles import JUDGES


def open_request(
    session: Session,
    actor: Actor,
    *,
    kind: RequestKind,
    title: str,
    lead_id: UUID | None = None,
    contact_id: UUID | None = None,
    responder: str | None = None,
    tasks: Sequence[str] = (),
    documents: Sequence[UUID] = (),
    details: str = "",
) -> PreSalesRequest:
    """Open a request of a lead, or of a contact who is none.

    Without a responder it goes to the lead's owner, else to the rep with the fewest requests. Raises Invalid
    for a lead, contact or document that is not there.
    """
    lead, contact = _asker(session, actor, lead_id=lead_id, contact_id=contact_id)
    for_whom = seat_of(session, actor, lead) if lead else ""
    chosen = responder or (lead.assignee if lead else None)
    if chosen is None and (found := next_responder(session, contact.department)):
        chosen = found.subject
    request = PreSalesRequest(
        kind=kind,
        title=title,
        details=details,
        department=contact.department,
        contact_id=contact.id,
        lead_id=lead_id,
        grade=(lead.grade if lead else None) or "",
        responder=chosen,
        tasks=[{"title": task, "done": False} for task in tasks],
        opened_by=actor.subject,
        opened_at=now(),
    )
    session.add(request)
    session.flush()
    _attach(session, actor, request, documents)
    telling.tell_opened(session, actor, request, on_behalf_of=for_whom)
    return request


def change_request(
    session: Session, actor: Actor, *, request: PreSalesRequest, **changes: Any
) -> PreSalesRequest:
    """Change what is asked for, its tasks or its documents.

    Raises Forbidden, Conflict once it is answered, Invalid for a document.
    """
    for_whom = "" if actor.subject == request.opened_by else _acting_for(session, actor, request)
    request.require_unanswered()
    documents = changes.pop("documents", None)
    if documents is not None:
        _attach(session, actor, request, documents)
    for name, value in changes.items():
        setattr(request, name, value)
    telling.tell_changed(session, actor, request, on_behalf_of=for_whom)
    return request


def reassign(
    session: Session, actor: Actor, *, request: PreSalesRequest, responder: str | None = None, why: str = ""
) -> PreSalesRequest:
    """Give it to another responder, by name or to whoever has the least. Raises Conflict."""
    request.require_unanswered()
    if responder is None:
        found = next_responder(session, request.department, without=request.responder)
        if found is None:
            raise Conflict(f"Department {request.department} has no other active sales rep")
    else:
        found = Responder(responder, why or f"chosen by {actor.subject}")
    if found.subject == request.responder:
        raise Conflict(f"It is with {request.responder} already")
    return _give(session, actor, request, found)


def pass_on(session: Session, actor: Actor, *, request: PreSalesRequest, why: str) -> PreSalesRequest:
    """Take it from a responder who is late, where there is somebody else to give it to."""
    found = next_responder(session, request.department, without=request.responder)
    if found is None or not request.is_unanswered:
        return request
    return _give(session, actor, request, Responder(found.subject, f"{why}; {found.why}"))


def begin(session: Session, actor: Actor, *, request: PreSalesRequest, note: str = "") -> PreSalesRequest:
    """Take it up; whoever takes up what is nobody's is its responder. Raises Forbidden and Conflict."""
    if request.responder is None:
        _give(session, actor, request, Responder(actor.subject, "took it up"))
    return _progress(session, actor, request, Act.BEGIN, note=note)


def wait(session: Session, actor: Actor, *, request: PreSalesRequest, waits_for: str) -> PreSalesRequest:
    """Wait for somebody else; its clock stands still. Raises Forbidden and Conflict."""
    return _progress(session, actor, request, Act.WAIT, note=waits_for, waits_for=waits_for)


def resume(session: Session, actor: Actor, *, request: PreSalesRequest, note: str = "") -> PreSalesRequest:
    """Go on. Raises Forbidden and Conflict."""
    return _progress(session, actor, request, Act.RESUME, note=note)


def reopen(session: Session, actor: Actor, *, request: PreSalesRequest, note: str) -> PreSalesRequest:
    """The answer was not enough: it is to be answered anew. Raises Forbidden and Conflict."""
    return _progress(session, actor, request, Act.REOPEN, note=note)


def answer(
    session: Session,
    actor: Actor,
    *,
    request: PreSalesRequest,
    result: str,
    doorway: Doorway,
    message: str = "",
    documents: Sequence[UUID] = (),
) -> PreSalesRequest:
    """Answer it. With a ``message`` that goes to the contact by mail, with links to the documents.

    Raises Forbidden, Conflict by its state, Invalid for a document, or a contact without an address.
    """
    for_whom = _acting_for(session, actor, request)
    contact = session.get_one(Contact, request.contact_id)
    if message and not contact.email:
        raise Invalid({"message": ["The contact has no email address."]})
    if documents and not message:
        raise Invalid({"documents": ["They go with a message."]})
    files = attach(session, actor, documents, to=request)
    request.documents = list(dict.fromkeys([*request.documents, *map(str, documents)]))
    request.move(Act.ANSWER, at=now())
    request.result = result
    links = share(session, actor, request, files, doorway=doorway)
    telling.tell_answered(session, actor, request, message=message, documents=links, on_behalf_of=for_whom)
    return request


def close(
    session: Session, actor: Actor, *, request: PreSalesRequest, note: str = "", cancel: bool = False
) -> PreSalesRequest:
    """Close what is answered, or ``cancel`` what is not to be. Raises Forbidden and Conflict."""
    for_whom = "" if actor.subject == request.opened_by else _acting_for(session, actor, request)
    request.move(Act.CANCEL if cancel else Act.CLOSE, at=now())
    telling.tell_closed(session, actor, request, note=note, on_behalf_of=for_whom)
    return request


def _progress(
    session: Session, actor: Actor, request: PreSalesRequest, act: Act, *, note: str, waits_for: str = ""
) -> PreSalesRequest:
    for_whom = _acting_for(session, actor, request)
    before = request.move(act, at=now(), waits_for=waits_for)
    telling.tell_progressed(session, actor, request, before=before, note=note, on_behalf_of=for_whom)
    return request


def _give(session: Session, actor: Actor, request: PreSalesRequest, chosen: Responder) -> PreSalesRequest:
    previous, request.responder = request.responder, chosen.subject
    telling.tell_assigned(session, actor, request, previous=previous, why=chosen.why)
    return request


def _asker(
    session: Session, actor: Actor, *, lead_id: UUID | None, contact_id: UUID | None
) -> tuple[Lead | None, Contact]:
    if lead_id is not None:
        lead = session.scalar(select(Lead).where(Lead.id == lead_id, visible_lead(actor)))
        if lead is None:
            raise Invalid({"lead_id": ["There is no such lead"]})
        return lead, session.get_one(Contact, lead.contact_id)
    contact = session.get(Contact, contact_id) if contact_id is not None else None
    if contact is None or not actor.may_see(contact.department):
        raise Invalid({"contact_id": ["There is no such contact"]})
    return None, contact


def _attach(session: Session, actor: Actor, request: PreSalesRequest, documents: Sequence[UUID]) -> None:
    attach(session, actor, documents, to=request)
    request.documents = [str(one) for one in documents]


def _acting_for(session: Session, actor: Actor, request: PreSalesRequest) -> str:
    """Whom the actor stands in for; blank for who acts on their own. Raises Forbidden for anybody else."""
    if request.responder is not None and request.responder == actor.subject:
        return ""
    if principal := seat(session, actor, department=request.department, principal=request.responder):
        return principal
    if actor.has(*JUDGES) or actor.administers:
        return ""
    raise Forbidden("Only its responder, and who stands in for them, may do this")
