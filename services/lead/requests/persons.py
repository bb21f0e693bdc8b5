"""What requests hold about a person: shown, and taken away."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.forgetting import forget_words
from services.lead.requests.model import PreSalesRequest, SharedDocument
from services.lead.requests.telling import tell_changed

SAID: Final = ("kind", "title", "details", "state", "waits_for", "result", "responder", "tasks")
"""What of a request a person gets a copy of."""


def requests_of(session: Session, contact_ids: Sequence[UUID]) -> Sequence[PreSalesRequest]:
    """The requests of some contacts, oldest first."""
    theirs = select(PreSalesRequest).where(PreSalesRequest.contact_id.in_(contact_ids))
    return session.scalars(theirs.order_by(PreSalesRequest.id)).all()


def forget(session: Session, actor: Actor, request_ids: Sequence[UUID]) -> int:
    """Blank what requests say, in the audit trail too, and end the links to their documents.

    Returns how many there are.
    """
    locked = select(PreSalesRequest).where(PreSalesRequest.id.in_(request_ids)).order_by(PreSalesRequest.id)
    requests = session.scalars(locked.with_for_update()).all()
    for request in requests:
        request.title, request.details, request.result, request.waits_for = request.kind, "", "", ""
        request.tasks = [{"title": "-", "done": task["done"]} for task in request.tasks]
        request.documents = []
        tell_changed(session, actor, request, on_behalf_of="")
    session.execute(delete(SharedDocument).where(SharedDocument.request_id.in_(request_ids)))
    forget_words(session, PreSalesRequest, request_ids)
    return len(requests)
