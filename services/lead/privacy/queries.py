"""Reads of requests and of how far they have come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from services.lead.departments import find
from services.lead.privacy.model import CLOSED, EXPORT, LEAD, OPEN, OTHERS, PrivacyAnswer, PrivacyRequest


@dataclass(frozen=True)
class Progress:
    """What a service has answered so far; ``answered_at`` is None before its last page."""

    service: str
    answered_at: datetime | None
    held: int = 0
    erased: int = 0
    kept: Sequence[str] = ()


@dataclass(frozen=True)
class RequestProgress:
    """A request with what each service has answered."""

    request: PrivacyRequest
    services: Sequence[Progress]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.request, name)


def requests(actor: Actor, *, overdue: bool | None = None, **equal: Any) -> Select[PrivacyRequest]:
    """The requests in the actor's departments; ``overdue``: open ones past their deadline, or the others."""
    found = select(PrivacyRequest).where(actor.scope(PrivacyRequest.department)).filter_by(**equal)
    late = and_(PrivacyRequest.state == OPEN, PrivacyRequest.due_at < now())
    return found if overdue is None else found.where(late if overdue else ~late)


def find_request(session: Session, actor: Actor, request_id: UUID) -> PrivacyRequest:
    """Raises NotFound, for one of a foreign department too."""
    return find(session, actor, PrivacyRequest, request_id, what="privacy request")


def progress(session: Session, request: PrivacyRequest) -> RequestProgress:
    """A request with what each service has answered."""
    complete = answered_by(session, request.id)
    first = {one.service: one for one in answers(session, request.id) if one.page == 1}
    services = [
        Progress(
            service=name,
            answered_at=first[name].answered_at if name in complete else None,
            held=first[name].held if name in first else 0,
            erased=first[name].erased if name in first else 0,
            kept=first[name].kept if name in first else (),
        )
        for name in (*OTHERS, LEAD)
    ]
    return RequestProgress(request, services)


def answered_by(session: Session, request_id: UUID) -> set[str]:
    """The services of whose answer every page is there."""
    counted = select(PrivacyAnswer.service, func.count(), func.max(PrivacyAnswer.pages))
    rows = session.execute(
        counted.where(PrivacyAnswer.request_id == request_id).group_by(PrivacyAnswer.service)
    )
    return {service for service, number, pages in rows if number == pages}


def answers(session: Session, request_id: UUID) -> Sequence[PrivacyAnswer]:
    """All pages, by service."""
    found = select(PrivacyAnswer).where(PrivacyAnswer.request_id == request_id)
    return session.scalars(found.order_by(PrivacyAnswer.service, PrivacyAnswer.page)).all()


def ready_copy(session: Session, request: PrivacyRequest) -> Sequence[PrivacyAnswer]:
    """The pages of a copy that can be handed out. Raises Conflict where there is none."""
    if request.kind != EXPORT:
        raise Conflict("An erasure has no copy")
    if request.state != CLOSED:
        raise Conflict(f"The request is {request.state}: not every service has answered")
    found = answers(session, request.id)
    if not any(one.records for one in found if one.service == LEAD):
        raise Conflict("The copy was kept for its time and is gone; ask for another one")
    return found
