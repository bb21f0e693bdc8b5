"""Reads of proxies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from services.lead.departments import find
from services.lead.handover.model import Proxy


def proxies(actor: Actor, *, person: str | None = None, running: bool = False, **equal: Any) -> Select[Proxy]:
    """The proxies of the actor's departments; ``person`` is on either side, ``running`` those of now."""
    found = select(Proxy).where(actor.scope(Proxy.department)).filter_by(**equal)
    if person is not None:
        found = found.where(or_(Proxy.principal == person, Proxy.deputy == person))
    if running:
        at = now()
        found = found.where(Proxy.valid_from <= at, Proxy.valid_until > at)
    return found


def find_proxy(session: Session, actor: Actor, proxy_id: UUID, *, locked: bool = False) -> Proxy:
    """Raises NotFound."""
    return find(session, actor, Proxy, proxy_id, what="proxy", lock=locked)


def overlapping(
    session: Session, *, department: str, principal: str, starts: datetime, ends: datetime
) -> Proxy | None:
    """A proxy of the same principal with a moment in common."""
    found = select(Proxy).where(
        Proxy.department == department,
        Proxy.principal == principal,
        Proxy.valid_from < ends,
        Proxy.valid_until > starts,
        Proxy.valid_until > Proxy.valid_from,
    )
    return session.scalar(found.order_by(Proxy.valid_from).limit(1))
