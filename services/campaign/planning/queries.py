"""Reads of campaigns, their waves, what their audience is made of, and their approved plan versions."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import NotFound
from services.campaign.audience.model import AudienceSource
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.waves.model import Wave


def find_campaign(session: Session, actor: Actor, campaign_id: UUID) -> Campaign:
    """The campaign as it stands. Raises NotFound when it is not there or not the actor's to see."""
    return _visible(session.get(Campaign, campaign_id), actor, campaign_id)


def take_campaign(session: Session, actor: Actor, campaign_id: UUID) -> Campaign:
    """The campaign, locked until the transaction ends. Raises NotFound like ``find_campaign``."""
    return _visible(lock_campaign(session, campaign_id), actor, campaign_id)


def lock_campaign(session: Session, campaign_id: UUID) -> Campaign | None:
    """The campaign, locked until the transaction ends, so that whoever changes its parts takes turns."""
    locked: set[UUID] = session.info.setdefault("locked_campaigns", set())
    if campaign_id in locked:
        return session.get(Campaign, campaign_id)
    locked.add(campaign_id)
    wanted = select(Campaign).where(Campaign.id == campaign_id).with_for_update()
    return session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()


def waves(campaign_id: UUID) -> Select[Wave]:
    """The waves of a campaign."""
    return select(Wave).where(Wave.campaign_id == campaign_id)


def waves_in_order(session: Session, campaign_id: UUID) -> Sequence[Wave]:
    """The waves of a campaign by their number."""
    return session.scalars(waves(campaign_id).order_by(Wave.number)).all()


def audience_of(session: Session, campaign_id: UUID) -> Sequence[AudienceSource]:
    """What the audience of a campaign is made of, in order."""
    wanted = select(AudienceSource).where(AudienceSource.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(AudienceSource.position)).all()


def next_wave_number(session: Session, campaign_id: UUID) -> int:
    """One more than the highest number that a wave of the campaign has."""
    highest = session.scalar(select(func.max(Wave.number)).where(Wave.campaign_id == campaign_id))
    return (highest or 0) + 1


def code_is_taken(session: Session, *, code: str, department: str, but: UUID | None = None) -> bool:
    """Whether a campaign of the department, ``but`` for one, has the code."""
    others = select(Campaign.id).where(Campaign.department == department, Campaign.code == code)
    if but is not None:
        others = others.where(Campaign.id != but)
    with session.no_autoflush:
        return session.scalar(others) is not None


def approved_plan(session: Session, campaign_id: UUID) -> PlanVersion | None:
    """The plan version that was approved last."""
    return session.scalars(plan_versions(campaign_id).order_by(PlanVersion.number.desc()).limit(1)).first()


def plan_versions(campaign_id: UUID) -> Select[PlanVersion]:
    """The approved plan versions of a campaign."""
    return select(PlanVersion).where(PlanVersion.campaign_id == campaign_id)


def _visible(campaign: Campaign | None, actor: Actor, campaign_id: UUID) -> Campaign:
    if campaign is None or not actor.may_see(campaign.department):
        raise NotFound("campaign", campaign_id)
    return campaign
