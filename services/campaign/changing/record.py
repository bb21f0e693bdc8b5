"""Keeps what was changed of an approved campaign, and tells the others."""

from datetime import datetime
from uuid import UUID

from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from services.campaign.changing.differences import differences
from services.campaign.changing.model import CampaignChange
from services.campaign.planning.events import changed
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import content_of
from services.campaign.planning.plan import Content
from services.campaign.planning.queries import approved_plan

log = get_logger(__name__)


def keep_changes(
    session: Session,
    campaign: Campaign,
    *,
    before: Content,
    by: str,
    reason: str,
    amendment_id: UUID | None = None,
    at: datetime | None = None,
) -> int:
    """Keep what differs from the content ``before``, and publish it. Returns how many fields that are."""
    session.flush()
    found = differences(before, content_of(session, campaign))
    if not found:
        return 0
    moment = at or now()
    for one in found:
        change = CampaignChange(
            id=new_id(),
            campaign_id=campaign.id,
            at=moment,
            by=by,
            field=one.field,
            before=one.before,
            after=one.after,
            reason=reason,
            amendment_id=amendment_id,
        )
        session.add(change)
    plan = approved_plan(session, campaign.id)
    version = plan.number if plan else campaign.plan_version
    circumstances = {"reason": reason, "amendment_id": amendment_id, "by": by, "at": moment}
    publish(session, campaign, changed(campaign, found, plan_version=version, **circumstances))
    log.info("campaign_changed", campaign_id=str(campaign.id), fields=[one.field for one in found], by=by)
    return len(found)
