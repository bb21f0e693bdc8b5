"""The events that requests publish, and the clocks that follow them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.lead import (
    DocumentLink,
    RequestAnswered,
    RequestAssigned,
    RequestChanged,
    RequestClosed,
    RequestOpened,
    RequestProgressed,
    RequestTask,
)
from services.lead.clocks.actions import follow
from services.lead.clocks.wishes import Subject, wishes_of_request
from services.lead.requests.model import PreSalesRequest, RequestState
from services.lead.requests.states import STATES

log = get_logger(__name__)

CANCELLED: Final = "cancelled"

requests_total = counter(
    "lead_requests_total",
    "Pre-sales requests by the state that they came to.",
    ("state",),
    starts=((state,) for state in STATES),
)


def tell_opened(session: Session, actor: Actor, request: PreSalesRequest, *, on_behalf_of: str) -> None:
    """It is there, and its clocks run."""
    due_at = _moved(session, request, at=request.opened_at)
    event = RequestOpened(
        **_about(actor, request, at=request.opened_at),
        kind=request.kind,
        title=request.title,
        contact_id=request.contact_id,
        lead_id=request.lead_id,
        responder=request.responder,
        due_at=due_at,
        on_behalf_of=on_behalf_of,
    )
    publish(session, request, event)


def tell_changed(session: Session, actor: Actor, request: PreSalesRequest, *, on_behalf_of: str) -> None:
    """What is asked for, or to be done."""
    event = RequestChanged(
        **_about(actor, request),
        title=request.title,
        details=request.details,
        tasks=[RequestTask(title=one["title"], done=one["done"]) for one in request.tasks],
        on_behalf_of=on_behalf_of,
    )
    publish(session, request, event)


def tell_assigned(
    session: Session, actor: Actor, request: PreSalesRequest, *, previous: str | None, why: str
) -> None:
    """It has another responder."""
    assert request.responder is not None
    event = RequestAssigned(
        **_about(actor, request),
        title=request.title,
        responder=request.responder,
        previous=previous,
        why=why,
    )
    publish(session, request, event)


def tell_progressed(
    session: Session,
    actor: Actor,
    request: PreSalesRequest,
    *,
    before: RequestState,
    note: str,
    on_behalf_of: str,
) -> None:
    """It was taken up, waits, goes on, or is open again."""
    at = now()
    _moved(session, request, at=at)
    event = RequestProgressed(
        **_about(actor, request, at=at),
        before=before,
        state=request.state,
        note=note,
        on_behalf_of=on_behalf_of,
    )
    publish(session, request, event)


def tell_answered(
    session: Session,
    actor: Actor,
    request: PreSalesRequest,
    *,
    message: str,
    documents: Sequence[DocumentLink],
    on_behalf_of: str,
) -> None:
    """The contact has an answer."""
    at = request.answered_at or now()
    _moved(session, request, at=at)
    event = RequestAnswered(
        **_about(actor, request, at=at),
        kind=request.kind,
        title=request.title,
        contact_id=request.contact_id,
        lead_id=request.lead_id,
        result=request.result,
        message=message,
        documents=list(documents),
        on_behalf_of=on_behalf_of,
    )
    publish(session, request, event)


def tell_closed(
    session: Session, actor: Actor, request: PreSalesRequest, *, note: str, on_behalf_of: str
) -> None:
    """It is over."""
    at = request.closed_at or now()
    _moved(session, request, at=at)
    event = RequestClosed(
        **_about(actor, request, at=at),
        outcome="cancelled" if request.state == CANCELLED else "closed",
        note=note,
        on_behalf_of=on_behalf_of,
    )
    publish(session, request, event)


def _moved(session: Session, request: PreSalesRequest, *, at: datetime) -> datetime | None:
    """Have its clocks follow. Returns when it must be answered, if ever."""
    subject = Subject(
        kind="request",
        id=request.id,
        department=request.department,
        level_kind=request.kind,
        grade=request.grade,
        wishes=wishes_of_request(request.state, reopened=request.reopened),
        title=request.title,
        owner=request.responder,
        dropped=request.state == CANCELLED,
    )
    requests_total.labels(state=request.state).inc()
    log.info("request_moved", request_id=str(request.id), kind=request.kind, state=request.state)
    return follow(session, subject, at=at)


def _about(actor: Actor, request: PreSalesRequest, *, at: datetime | None = None) -> dict[str, Any]:
    return {
        "request_id": request.id,
        "department": request.department,
        "by": actor.subject,
        "at": at or now(),
    }
