"""What a wave would do if it were released now: how many go, who is left out and why, who else is after them.

It says what this service knows. Whether a contact may be reached over the channel at all (consent,
suppression, frequency caps) is known to outreach, and checked there when each copy is sent.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from chassis.clock import now
from chassis.database import Session
from services.campaign.audience.snapshot import excluded_by_reason
from services.campaign.launch.model import Target
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.waves.choosing import CHOSEN, candidates, judgement
from services.campaign.waves.model import Wave

ACTIVE = (State.STARTING, State.RUNNING, State.PAUSED)
MOST_NAMED = 50
"""Most overlapping campaigns that are named one by one."""


@dataclass(frozen=True)
class Overlap:
    """How many of the recipients are targets of another campaign that is under way."""

    campaign_id: UUID
    code: str
    name: str
    targets: int


@dataclass(frozen=True)
class Preview:
    """A release that did not happen.

    ``left_out`` counts candidates whom the wave does not pick, by reason; ``excluded`` the contacts that were
    kept off the target list; ``overlapping`` the recipients who are targets of any other campaign too.
    """

    recipients: int
    left_out: dict[str, int]
    excluded: dict[str, int]
    overlapping: int
    overlaps: list[Overlap]


def preview(session: Session, campaign: Campaign, wave: Wave) -> Preview:
    """What a release of ``wave`` would do at this moment."""
    at = now()
    judged = judgement(wave, at=at).label("judgement")
    counted = candidates(wave, judged, func.count()).group_by(judged)
    counts: dict[str, int] = {reason: count for reason, count in session.execute(counted)}
    recipients = counts.pop(CHOSEN, 0)
    ours = candidates(wave, Target.contact_id.expression).where(judgement(wave, at=at) == CHOSEN)
    overlapping, overlaps = _overlaps(session, campaign, ours)
    return Preview(
        recipients=recipients,
        left_out=counts,
        excluded=excluded_by_reason(session, campaign.id),
        overlapping=overlapping,
        overlaps=overlaps,
    )


def _overlaps(session: Session, campaign: Campaign, contacts: Select[Any]) -> tuple[int, list[Overlap]]:
    """How many of ``contacts`` are targets of other campaigns under way, and of which, the largest first."""
    ours, theirs = contacts.subquery(), aliased(Target)
    active = (
        Campaign.state.in_(ACTIVE),
        Campaign.id != campaign.id,
        Campaign.department == campaign.department,
    )
    by_campaign = (
        select(Campaign.id, Campaign.code, Campaign.name, func.count().label("targets"))
        .join(theirs, theirs.campaign_id == Campaign.id)
        .join(ours, ours.c.contact_id == theirs.contact_id)
        .where(*active)
        .group_by(Campaign.id, Campaign.code, Campaign.name)
        .order_by(func.count().desc(), Campaign.id)
    )
    everybody = (
        select(func.count(theirs.contact_id.distinct()))
        .join(Campaign, Campaign.id == theirs.campaign_id)
        .join(ours, ours.c.contact_id == theirs.contact_id)
        .where(*active)
    )
    named = [Overlap(*row) for row in session.execute(by_campaign.limit(MOST_NAMED))]
    return session.scalar(everybody) or 0, named
