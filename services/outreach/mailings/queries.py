"""Reading mailings and their deliveries."""

from uuid import UUID

from sqlalchemy import Select, func, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.outreach.mailings.model import DELIVERY_STATES, Delivery, Mailing


def mailing(session: Session, actor: Actor, mailing_id: UUID) -> Mailing:
    """One mailing. Raises NotFound, for one of a foreign department too."""
    found = session.get(Mailing, mailing_id)
    if found is None or not actor.may_see(found.department):
        raise NotFound("mailing", mailing_id)
    return found


def mailings(
    actor: Actor, *, campaign_id: UUID | None = None, wave_id: UUID | None = None
) -> Select[Mailing]:
    """The mailings that the actor may see."""
    rows = select(Mailing).where(actor.scope(Mailing.department))
    if campaign_id is not None:
        rows = rows.where(Mailing.campaign_id == campaign_id)
    return rows if wave_id is None else rows.where(Mailing.wave_id == wave_id)


def counts(session: Session, mailing_id: UUID) -> dict[str, int]:
    """How many deliveries of a mailing are in each state; all states are there."""
    rows = session.execute(
        select(Delivery.state, func.count()).where(Delivery.mailing_id == mailing_id).group_by(Delivery.state)
    )
    return dict.fromkeys(DELIVERY_STATES, 0) | {state: count for state, count in rows}


def deliveries(
    session: Session, actor: Actor, *, mailing_id: UUID, state: str | None = None
) -> Select[Delivery]:
    """The deliveries of a mailing, perhaps only those in one state. Raises NotFound like ``mailing``."""
    mailing(session, actor, mailing_id)
    rows = select(Delivery).where(Delivery.mailing_id == mailing_id)
    return rows if state is None else rows.where(Delivery.state == state)
