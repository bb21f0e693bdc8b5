"""Reads of an audience: its sources, what they came to, and who was left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.database import Session
from services.campaign.audience.model import AudienceSource, Exclusion
from services.campaign.audience.snapshot import excluded_by_reason
from services.campaign.planning.queries import audience_of, find_campaign


@dataclass(frozen=True)
class Audience:
    """What a campaign's target list is made of. ``excluded`` is final once the list is, as ``targets`` is."""

    campaign_id: UUID
    segment_id: UUID | None
    sources: Sequence[AudienceSource]
    targets: int | None
    excluded: dict[str, int]


def audience(session: Session, actor: Actor, campaign_id: UUID) -> Audience:
    """The audience of a campaign. Raises NotFound when it is not there or not the actor's to see."""
    campaign = find_campaign(session, actor, campaign_id)
    return Audience(
        campaign_id=campaign.id,
        segment_id=campaign.segment_id,
        sources=audience_of(session, campaign_id),
        targets=campaign.targets,
        excluded=excluded_by_reason(session, campaign_id),
    )


def exclusions(
    campaign_id: UUID, *, reason: str | None = None, contact_id: UUID | None = None
) -> Select[Exclusion]:
    """The contacts that were left out of a target list, with the reason of each."""
    wanted = select(Exclusion).where(Exclusion.campaign_id == campaign_id, Exclusion.wanted)
    if reason is not None:
        wanted = wanted.where(Exclusion.reason == reason)
    return wanted if contact_id is None else wanted.where(Exclusion.contact_id == contact_id)
