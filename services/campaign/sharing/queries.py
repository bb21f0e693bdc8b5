"""Reads of shared targets: whose they are, and which may still be dealt."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Forbidden
from contracts.roles import MARKETING_MANAGER, MARKETING_STAFF
from services.campaign.launch.model import Target
from services.campaign.planning.model import Campaign
from services.campaign.sharing.dealing import Dealt
from services.campaign.sharing.model import Share, Sharing


def sharings(campaign_id: UUID) -> Select[Sharing]:
    """How the targets of a campaign were shared out."""
    return select(Sharing).where(Sharing.campaign_id == campaign_id)


def shared_to(
    actor: Actor,
    *,
    campaign_id: UUID | None = None,
    status: str | None = None,
    worked: bool | None = None,
) -> Select[*tuple[Any, ...]]:
    """The targets that were shared out to the actor, with their campaign, narrowed by what is given."""
    columns = (Target.id, Target.campaign_id, Campaign.code, Campaign.name, Target.contact_id, Target.region)
    more = (Target.product, Target.status, Target.status_at, Share.shared_at, Share.worked_at)
    wanted: Select[*tuple[Any, ...]] = (
        select(*columns, *more)
        .join(Share, Share.target_id == Target.id)
        .join(Campaign, Campaign.id == Target.campaign_id)
        .where(Share.assignee == actor.subject, actor.scope(Campaign.department))
    )
    if campaign_id is not None:
        wanted = wanted.where(Target.campaign_id == campaign_id)
    if status is not None:
        wanted = wanted.where(Target.status == status)
    if worked is not None:
        wanted = wanted.where(Share.worked_at.is_not(None) if worked else Share.worked_at.is_(None))
    return wanted


def unworked_targets(
    session: Session, campaign_id: UUID, *, statuses: Sequence[str], limit: int
) -> list[Dealt]:
    """The targets that nobody has begun to work, of some statuses or of all, at most ``limit``."""
    wanted = (
        select(Target.id, Target.contact_id, Target.region, Target.product)
        .outerjoin(Share, Share.target_id == Target.id)
        .where(Target.campaign_id == campaign_id, Share.worked_at.is_(None))
    )
    if statuses:
        wanted = wanted.where(Target.status.in_(statuses))
    return [Dealt(*row) for row in session.execute(wanted.limit(limit))]


def assignee_of(session: Session, target_id: UUID) -> str | None:
    """Whom the target was shared out to; None when to nobody."""
    return session.scalar(select(Share.assignee).where(Share.target_id == target_id))


def require_work(session: Session, actor: Actor, *, campaign: Campaign, target_id: UUID) -> None:
    """Raises Forbidden unless the actor may work the target.

    A shared target is worked by whom it was shared out to, the campaign's owner and marketing managers; one
    that is not, by marketing staff too.
    """
    if actor.administers or actor.has(MARKETING_MANAGER) or actor.subject == campaign.owner:
        return
    assignee = assignee_of(session, target_id)
    if assignee == actor.subject or (assignee is None and actor.has(MARKETING_STAFF)):
        return
    raise Forbidden(f"The target is worked by {assignee}" if assignee else "The target is not yours to work")
