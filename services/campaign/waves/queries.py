"""Reads of a wave's recipients: who is on the list and has not opted out, page by page."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from chassis.database import Session
from contracts.campaign import WaveTarget
from contracts.event import PAGE_LIMIT
from services.campaign.launch.model import OPTED_OUT, Target


def count_recipients(session: Session, campaign_id: UUID) -> int:
    """How many targets a wave of the campaign goes to at this moment."""
    return session.scalar(select(func.count()).select_from(Target).where(_reachable(campaign_id))) or 0


def recipient_pages(session: Session, campaign_id: UUID) -> Iterator[list[WaveTarget]]:
    """The targets a wave goes to in pages of at most 500, read by key so that few are held at a time."""
    wanted = select(Target.id, Target.contact_id).where(_reachable(campaign_id))
    following = wanted.order_by(Target.id).limit(PAGE_LIMIT)
    rows = session.execute(following).all()
    while rows:
        yield [WaveTarget(target_id=target_id, contact_id=contact_id) for target_id, contact_id in rows]
        rows = session.execute(following.where(Target.id > rows[-1][0])).all()


def _reachable(campaign_id: UUID) -> ColumnElement[bool]:
    return and_(Target.campaign_id == campaign_id, Target.status != OPTED_OUT)
