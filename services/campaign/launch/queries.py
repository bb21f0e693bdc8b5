"""Reads of a campaign in detail and of its target list."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select

from chassis.auth import Actor
from chassis.database import Session
from services.campaign.launch.model import STATUSES, Target
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import find_campaign, waves_in_order
from services.campaign.waves.model import Wave


def targets(campaign_id: UUID, *, status: str | None = None) -> Select[Target]:
    """The targets of a campaign, all or those with one status."""
    wanted = select(Target).where(Target.campaign_id == campaign_id)
    return wanted if status is None else wanted.where(Target.status == status)


def count_targets(session: Session, campaign_id: UUID) -> int:
    """How many targets the list of a campaign has."""
    wanted = select(func.count()).select_from(Target).where(Target.campaign_id == campaign_id)
    return session.scalar(wanted) or 0


def targets_by_status(session: Session, campaign_id: UUID) -> dict[str, int]:
    """How many targets stand at each status, in rising rank, zeros included."""
    wanted = select(Target.status, func.count()).where(Target.campaign_id == campaign_id)
    found = {status: count for status, count in session.execute(wanted.group_by(Target.status))}
    return {status: found.get(status, 0) for status in STATUSES}


@dataclass(frozen=True)
class CampaignDetail:
    """A campaign with its waves in order, and how many targets stand at each status.

    It has no version of its own: waves and targets move while the campaign's version stands still.
    """

    campaign: Campaign
    waves: Sequence[Wave]
    targets_by_status: dict[str, int]


def campaign_detail(session: Session, actor: Actor, campaign_id: UUID) -> CampaignDetail:
    """One campaign in detail. Raises NotFound when it is not there or not the actor's to see."""
    campaign = find_campaign(session, actor, campaign_id)
    return CampaignDetail(
        campaign, waves_in_order(session, campaign_id), targets_by_status(session, campaign_id)
    )
