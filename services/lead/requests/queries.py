"""Reads of requests, each with when it is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from services.lead.clocks.model import RUNNING, Clock
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.visibility import visible
from services.lead.service_levels.model import RESOLUTION


@dataclass(frozen=True)
class RequestNow:
    """A request with when it is due: never while it waits for somebody, or where nothing was promised."""

    request: PreSalesRequest
    due_at: datetime | None
    at: datetime

    @property
    def late(self) -> bool:
        return self.due_at is not None and self.due_at < self.at

    def __getattr__(self, name: str) -> Any:
        return getattr(self.request, name)


def requests(actor: Actor, *, late: bool | None = None, **equal: Any) -> Select[Any]:
    """The requests that the actor may see, each with when it is due."""
    running = and_(Clock.subject_id == PreSalesRequest.id, Clock.kind == RESOLUTION, Clock.state == RUNNING)
    columns: list[Any] = [PreSalesRequest, Clock.due_at]
    found = select(*columns).outerjoin(Clock, running).where(visible(actor))
    if late is not None:
        found = found.where(_late() if late else ~_late())
    return found.where(*(getattr(PreSalesRequest, name) == value for name, value in equal.items()))


def shown(rows: Sequence[Any]) -> list[RequestNow]:
    """Requests as they stand now."""
    at = now()
    return [RequestNow(row[0], row[1], at) for row in rows]


def find_request(session: Session, actor: Actor, request_id: UUID) -> RequestNow:
    """One of them. Raises NotFound."""
    row = session.execute(requests(actor, id=request_id)).first()
    if row is None:
        raise NotFound("request", request_id)
    return shown([row])[0]


def take_request(session: Session, actor: Actor, request_id: UUID) -> PreSalesRequest:
    """One of them, locked for a change. Raises NotFound."""
    wanted = select(PreSalesRequest).where(PreSalesRequest.id == request_id, visible(actor))
    found = session.scalar(wanted.with_for_update())
    if found is None:
        raise NotFound("request", request_id)
    return found


def standing(session: Session, request: PreSalesRequest) -> RequestNow:
    """A request that was just changed, with when it is due now."""
    running = select(Clock.due_at).where(
        Clock.subject_id == request.id, Clock.kind == RESOLUTION, Clock.state == RUNNING
    )
    return RequestNow(request, session.scalar(running), now())


def _late() -> ColumnElement[bool]:
    return and_(Clock.due_at.is_not(None), Clock.due_at < now())
