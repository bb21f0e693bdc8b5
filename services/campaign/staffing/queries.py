"""Reads of a campaign's staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from services.campaign.planning.model import Campaign
from services.campaign.staffing.model import Participant, Partner


@dataclass(frozen=True)
class StaffDetail:
    """Everybody who works for a campaign, and the version of it that this was read with."""

    campaign_id: UUID
    version: int
    participants: Sequence[Participant]
    partners: Sequence[Partner]


def staff_detail(session: Session, campaign: Campaign) -> StaffDetail:
    """The staff of a campaign."""
    participants, partners = participants_of(session, campaign.id), partners_of(session, campaign.id)
    return StaffDetail(campaign.id, campaign.version, participants, partners)


def participants_of(session: Session, campaign_id: UUID) -> Sequence[Participant]:
    """Who works for a campaign, by name and duty."""
    wanted = select(Participant).where(Participant.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(Participant.person, Participant.duty)).all()


def partners_of(session: Session, campaign_id: UUID) -> Sequence[Partner]:
    """Which companies take part in a campaign, by name."""
    wanted = select(Partner).where(Partner.campaign_id == campaign_id)
    return session.scalars(wanted.order_by(Partner.name)).all()
