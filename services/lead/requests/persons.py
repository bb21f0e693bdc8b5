"""What requests hold about a person: shown, moved with their contact, and taken away."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.requests.model import PreSalesRequest, SharedDocument
from services.lead.requests.telling import tell_changed

SAID: Final = ("kind", "title", "details", "state", "waits_for", "result", "responder", "tasks")
"""What of a request a person gets a copy of."""


def requests_of(session: Session, contact_ids: Sequence[UUID]) -> Sequence[PreSalesRequest]:
    """The requests of some contacts, oldest first."""
    theirs = select(PreSalesRequest).where(PreSalesRequest.contact_id.in_(contact_ids))
    return session.scalars(theirs.order_by(PreSalesRequest.id)).all()


def point(session: Session, request_ids: Sequence[UUID], *, contact_id: UUID) -> None:
    """Have requests be of another contact: the one that theirs was merged into, or their own again."""
    moving = update(PreSalesRequest).where(PreSalesRequest.id.in_(request_ids)).values(contact_id=contact_id)
    session.execute(moving, execution_options={"synchronize_session": False})


def forget(session: Session, actor: Actor, contact_ids: Sequence[UUID]) -> int:
    """Blank what requests say of a person, and end the links to their documents. Returns how many."""
    ids = sorted(one.id for one in requests_of(session, contact_ids))
    locked = select(PreSalesRequest).where(PreSalesRequest.id.in_(ids)).order_by(PreSalesRequest.id)
    for request in session.scalars(locked.with_for_update()):
        request.title, request.details, request.result, request.waits_for = request.kind, "", "", ""
        request.tasks = [{"title": "-", "done": task["done"]} for task in request.tasks]
        tell_changed(session, actor, request, on_behalf_of="")
    session.execute(delete(SharedDocument).where(SharedDocument.request_id.in_(ids)))
    return len(ids)
