"""Reads of clocks: what is due, what is late, and how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.lead.clocks.model import RUNNING, Clock
from services.lead.leads.model import Lead
from services.lead.leads.queries import visible
from services.lead.requests.model import PreSalesRequest
from services.lead.requests.visibility import visible as visible_request

TICKS = and_(Clock.state == RUNNING, Clock.next_at.is_not(None))
"""As the index of due clocks says it."""


@dataclass(frozen=True)
class ClockNow:
    """A clock with who is to act: nobody where the lead lies in a pool."""

    clock: Clock
    owner: str | None
    at: datetime

    @property
    def late(self) -> bool:
        return self.clock.due_at is not None and self.clock.due_at < self.at

    def __getattr__(self, name: str) -> Any:
        return getattr(self.clock, name)


def due(at: datetime, *, limit: int) -> Select[UUID, str, UUID]:
    """The clocks with a step that is due, longest first, and what they are about."""
    found = select(Clock.id, Clock.subject, Clock.subject_id).where(TICKS, Clock.next_at <= at)
    return found.order_by(Clock.next_at).limit(limit)


def oldest_due(session: Session) -> datetime | None:
    """Since when the step that waits longest has been due, or will be."""
    return session.scalar(select(func.min(Clock.next_at)).where(TICKS))


def clocks(actor: Actor, *, late: bool | None = None, owner: str | None = None, **equal: Any) -> Select[Any]:
    """The clocks of what the actor may see, each with who is to act."""
    whose = func.coalesce(Lead.assignee, PreSalesRequest.responder)
    columns: list[Any] = [Clock, whose.label("owner")]
    found = (
        select(*columns)
        .outerjoin(Lead, Lead.id == Clock.subject_id)
        .outerjoin(PreSalesRequest, PreSalesRequest.id == Clock.subject_id)
        .where(actor.scope(Clock.department), or_(visible(actor), visible_request(actor)))
    )
    if owner is not None:
        found = found.where(whose == owner)
    if late is not None:
        found = found.where(_late() if late else ~_late())
    return found.where(*(getattr(Clock, name) == value for name, value in equal.items()))


def shown(rows: Sequence[Any]) -> list[ClockNow]:
    """Clocks as people see them now."""
    at = now()
    return [ClockNow(row[0], row[1], at) for row in rows]


def _late() -> ColumnElement[bool]:
    return and_(Clock.state == RUNNING, Clock.due_at < now())
