"""Reads of changes and of amendments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.changing.model import PENDING, Amendment, CampaignChange


def changes(
    campaign_id: UUID,
    *,
    field: str | None = None,
    by: str | None = None,
    amendment_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Select[CampaignChange]:
    """What was changed of a campaign, narrowed by what is given; ``field`` may be the beginning of a path."""
    wanted = select(CampaignChange).where(CampaignChange.campaign_id == campaign_id)
    if field is not None:
        wanted = wanted.where(CampaignChange.field.startswith(field, autoescape=True))
    if by is not None:
        wanted = wanted.where(CampaignChange.by == by)
    if amendment_id is not None:
        wanted = wanted.where(CampaignChange.amendment_id == amendment_id)
    if since is not None:
        wanted = wanted.where(CampaignChange.at >= since)
    return wanted if until is None else wanted.where(CampaignChange.at < until)


def amendments(campaign_id: UUID, *, state: str | None = None) -> Select[Amendment]:
    """The amendments of a campaign, all or those in one state."""
    wanted = select(Amendment).where(Amendment.campaign_id == campaign_id)
    return wanted if state is None else wanted.where(Amendment.state == state)


def find_amendment(session: Session, *, campaign_id: UUID, amendment_id: UUID) -> Amendment:
    """One amendment. Raises NotFound when the campaign has no such one."""
    amendment = session.get(Amendment, amendment_id)
    if amendment is None or amendment.campaign_id != campaign_id:
        raise NotFound("amendment", amendment_id)
    return amendment


def open_amendment(session: Session, campaign_id: UUID) -> Amendment | None:
    """The amendment that waits for the desk; a campaign has one at most."""
    return session.scalars(amendments(campaign_id, state=PENDING)).one_or_none()
