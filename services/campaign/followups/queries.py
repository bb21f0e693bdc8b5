"""Reads of follow-ups: those of a campaign, and everybody's own."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.followups.model import OPEN, FollowUp
from services.campaign.planning.model import Campaign


def follow_ups_of(campaign_id: UUID, **narrowing: Any) -> Select[FollowUp]:
    """The follow-ups of a campaign, narrowed by what is given."""
    return _narrowed(select(FollowUp).where(FollowUp.campaign_id == campaign_id), **narrowing)


def own_follow_ups(actor: Actor, **narrowing: Any) -> Select[FollowUp]:
    """The actor's own follow-ups in campaigns of his departments: the open ones, unless a state is given."""
    ours = select(FollowUp).join(Campaign, Campaign.id == FollowUp.campaign_id)
    ours = ours.where(FollowUp.owner == actor.subject, actor.scope(Campaign.department))
    return _narrowed(ours, **{"state": OPEN, **narrowing})


def find_follow_up(session: Session, *, campaign_id: UUID, follow_up_id: UUID) -> FollowUp:
    """Raises NotFound when the campaign has no such follow-up."""
    follow_up = session.get(FollowUp, follow_up_id)
    if follow_up is None or follow_up.campaign_id != campaign_id:
        raise NotFound("follow-up", follow_up_id)
    return follow_up


def _narrowed(
    wanted: Select[FollowUp],
    *,
    state: str | None = None,
    owner: str | None = None,
    overdue: bool | None = None,
    target_id: UUID | None = None,
) -> Select[FollowUp]:
    given = {"state": state, "owner": owner, "target_id": target_id}
    for name, value in given.items():
        if value is not None:
            wanted = wanted.where(getattr(FollowUp, name) == value)
    if overdue is not None:
        late = (FollowUp.state == OPEN) & (FollowUp.due_on < now().date())
        wanted = wanted.where(late if overdue else ~late)
    return wanted
