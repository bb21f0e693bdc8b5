"""Planning follow-ups on responses, handing them over, and saying what came of them."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Forbidden
from contracts.roles import MARKETING_MANAGER
from services.campaign.answers.queries import find_response
from services.campaign.followups.model import OPEN, FollowUp
from services.campaign.planning.model import Campaign
from services.campaign.sharing.actions import mark_worked
from services.campaign.sharing.queries import require_work


def plan_follow_up(
    session: Session,
    actor: Actor,
    *,
    campaign: Campaign,
    response_id: UUID,
    what: str,
    due_on: date,
    owner: str | None = None,
) -> FollowUp:
    """Note what shall be done about a response. Without an owner it is the actor's own.

    Raises NotFound for no such response, Forbidden when another works its target.
    """
    response = find_response(session, campaign_id=campaign.id, response_id=response_id)
    require_work(session, actor, campaign=campaign, target_id=response.target_id)
    follow_up = FollowUp(
        campaign_id=campaign.id,
        target_id=response.target_id,
        response_id=response_id,
        what=what,
        owner=owner or actor.subject,
        due_on=due_on,
        state=OPEN,
        result="",
        created_by=actor.subject,
        created_at=now(),
    )
    session.add(follow_up)
    mark_worked(session, response.target_id)
    return follow_up


def change_follow_up(
    session: Session, actor: Actor, *, campaign: Campaign, follow_up: FollowUp, **changes: Any
) -> FollowUp:
    """Take over another owner, date or wording. Raises Forbidden, and Conflict once it has ended."""
    _require_owner(actor, campaign, follow_up)
    follow_up.require_open()
    for name, value in changes.items():
        setattr(follow_up, name, value)
    follow_up.version += 1
    return follow_up


def end_follow_up(
    session: Session, actor: Actor, *, campaign: Campaign, follow_up: FollowUp, state: str, result: str
) -> FollowUp:
    """Say that it is done or dropped, with its result. Raises Forbidden, and Conflict the second time."""
    _require_owner(actor, campaign, follow_up)
    follow_up.end(state, result=result, by=actor.subject, at=now())
    mark_worked(session, follow_up.target_id)
    return follow_up


def _require_owner(actor: Actor, campaign: Campaign, follow_up: FollowUp) -> None:
    if actor.administers or actor.has(MARKETING_MANAGER):
        return
    if actor.subject not in (follow_up.owner, follow_up.created_by, campaign.owner):
        raise Forbidden(f"The follow-up is {follow_up.owner}'s")
