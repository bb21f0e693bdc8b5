"""Everything that a plan consists of beside the campaign itself, read together."""

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.database import Session
from chassis.errors import Conflict
from services.campaign.audience.model import AudienceSource
from services.campaign.planning.model import Campaign
from services.campaign.planning.plan import Content, content_hash, plan_content, without_schedules
from services.campaign.planning.queries import approved_plan, audience_of, waves_in_order
from services.campaign.procurement.model import PlannedPurchase
from services.campaign.procurement.queries import purchases_of
from services.campaign.staffing.model import Participant, Partner
from services.campaign.staffing.queries import participants_of, partners_of
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.waves.model import Wave


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of a plan, each in its order."""

    waves: Sequence[Wave] = ()
    audience: Sequence[AudienceSource] = ()
    participants: Sequence[Participant] = ()
    partners: Sequence[Partner] = ()
    purchases: Sequence[PlannedPurchase] = ()
    tasks: Sequence[Task] = ()


def parts_of(session: Session, campaign: Campaign) -> Parts:
    """The parts of a campaign's plan as they stand."""
    return Parts(
        waves=waves_in_order(session, campaign.id),
        audience=audience_of(session, campaign.id),
        participants=participants_of(session, campaign.id),
        partners=partners_of(session, campaign.id),
        purchases=purchases_of(session, campaign.id),
        tasks=tasks_in_order(session, campaign.id),
    )


def content_of(session: Session, campaign: Campaign) -> Content:
    """Everything that an approval of the campaign as it stands would cover."""
    return content_with(campaign, parts_of(session, campaign))


def content_with(campaign: Campaign, parts: Parts) -> Content:
    """Everything that an approval of the campaign with these parts would cover."""
    return plan_content(
        campaign,
        parts.waves,
        parts.audience,
        participants=parts.participants,
        partners=parts.partners,
        purchases=parts.purchases,
        tasks=parts.tasks,
    )


def require_approved_content(session: Session, campaign: Campaign) -> None:
    """Raises Conflict unless the plan is, by its hash, what was approved, schedules of waves apart."""
    approved = approved_plan(session, campaign.id)
    present = content_hash(without_schedules(content_of(session, campaign)))
    if approved is None or content_hash(without_schedules(approved.content)) != present:
        raise Conflict("The plan is not what was approved any more; amend it, so that it is approved anew")
