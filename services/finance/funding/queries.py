"""Reads of what waves were granted, in the departments of the reader only."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.finding import find
from services.finance.funding.model import Funding


def fundings(
    actor: Actor,
    *,
    state: str | None = None,
    campaign_id: UUID | None = None,
    budget_id: UUID | None = None,
    wave_id: UUID | None = None,
) -> Select[Funding]:
    """What waves asked for, narrowed by what is given."""
    given = {"state": state, "campaign_id": campaign_id, "budget_id": budget_id, "wave_id": wave_id}
    found = select(Funding).where(actor.scope(Funding.department))
    return found.filter_by(**{name: value for name, value in given.items() if value is not None})


def funding(session: Session, actor: Actor, funding_id: UUID) -> Funding:
    """One of them. Raises NotFound."""
    return find(session, fundings(actor), Funding, funding_id, what="funding")


def latest_of_wave(session: Session, wave_id: UUID) -> Funding | None:
    """What the wave was granted last, locked until the transaction ends; None where it asked for nothing."""
    granted = select(Funding).where(Funding.wave_id == wave_id, Funding.state != "refused")
    return session.scalar(granted.order_by(Funding.id.desc()).limit(1).with_for_update())


def granted_of_budget(session: Session, budget_id: UUID) -> list[Funding]:
    """The fundings of a budget that are not ended, locked until the transaction ends."""
    granted = select(Funding).where(Funding.budget_id == budget_id, Funding.state == "granted")
    return list(session.scalars(granted.order_by(Funding.id).with_for_update()))
