"""What happens to an approved campaign: started, its targets snapshotted, launched, steered, ended."""

from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Forbidden
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import (
    CampaignCancelled,
    CampaignCompleted,
    CampaignLaunched,
    CampaignPaused,
    CampaignResumed,
    CampaignStarted,
    CampaignStartFailed,
)
from contracts.lead import ResolutionContacts, ResolutionFailed, ResolvedContact
from services.campaign.launch.bulk import Row, insert_targets
from services.campaign.launch.model import TARGETED
from services.campaign.launch.queries import count_targets
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign

log = get_logger(__name__)

STEERED = {
    Step.PAUSE: CampaignPaused,
    Step.RESUME: CampaignResumed,
    Step.COMPLETE: CampaignCompleted,
    Step.CANCEL: CampaignCancelled,
}
"""The event of each step that an owner takes by hand."""


def start_campaign(session: Session, actor: Actor, *, campaign: Campaign) -> Campaign:
    """Start an approved campaign: it asks for the contacts of its segment.

    Raises Forbidden unless the actor owns it or administers, Conflict unless it is approved.
    """
    _require_owner(actor, campaign)
    campaign.move(Step.START)
    if campaign.segment_id is None:
        raise Conflict("The campaign has no segment to take its targets from")
    campaign.resolution_id, campaign.started_at, campaign.start_problem = new_id(), now(), ""
    started = CampaignStarted(
        campaign_id=campaign.id,
        code=campaign.code,
        name=campaign.name,
        department=campaign.department,
        owner=campaign.owner,
        started_at=campaign.started_at,
        segment_id=campaign.segment_id,
        resolution_id=campaign.resolution_id,
    )
    publish(session, campaign, started)
    return campaign


def steer_campaign(session: Session, actor: Actor, *, campaign: Campaign, step: Step) -> Campaign:
    """Pause, resume, complete or cancel.

    Raises Forbidden unless the actor owns the campaign or administers, Conflict in a state without that step.
    """
    _require_owner(actor, campaign)
    before = campaign.state
    campaign.move(step)
    log.info("campaign_steered", campaign_id=str(campaign.id), before=before, after=campaign.state)
    publish(session, campaign, STEERED[step](campaign_id=campaign.id, at=now(), by=actor.subject))
    return campaign


def snapshot_page(session: Session, event: ResolutionContacts) -> None:
    """Put a page of contacts on the target list, each contact once; the last page launches the campaign."""
    campaign = _awaiting(session, event)
    if campaign is None or campaign.started_at is None:
        return
    started_at = campaign.started_at
    rows = [_target_row(contact, campaign_id=campaign.id, at=started_at) for contact in event.contacts]
    insert_targets(session, rows)
    if event.last:
        _launch(session, campaign)


def fall_back(session: Session, event: ResolutionFailed) -> None:
    """Take a start back whose segment could not be resolved: approved again, with the reason kept."""
    campaign = _awaiting(session, event)
    if campaign is not None:
        campaign.move(Step.FALL_BACK)
        campaign.start_problem = event.reason
        failed = CampaignStartFailed(
            campaign_id=campaign.id, resolution_id=event.resolution_id, reason=event.reason
        )
        publish(session, campaign, failed)
        log.warning("start_failed", campaign_id=str(campaign.id), reason=event.reason)


def _awaiting(session: Session, event: ResolutionContacts | ResolutionFailed) -> Campaign | None:
    """The campaign that waits for exactly this resolution; None when it no longer does."""
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is not None and campaign.awaits(event.resolution_id):
        return campaign
    log.info(
        "unawaited_resolution_ignored",
        campaign_id=str(event.campaign_id),
        resolution_id=str(event.resolution_id),
        state=campaign.state if campaign else None,
    )
    return None


def _target_row(contact: ResolvedContact, *, campaign_id: UUID, at: datetime) -> Row:
    return {
        "id": new_id(),
        "campaign_id": campaign_id,
        "contact_id": contact.contact_id,
        "region": contact.region,
        "status": TARGETED,
        "status_at": at,
    }


def _launch(session: Session, campaign: Campaign) -> None:
    campaign.move(Step.LAUNCH)
    campaign.launched_at = now()
    campaign.targets = count_targets(session, campaign.id)
    launched = CampaignLaunched(
        campaign_id=campaign.id, targets=campaign.targets, launched_at=campaign.launched_at
    )
    publish(session, campaign, launched)


def _require_owner(actor: Actor, campaign: Campaign) -> None:
    if actor.subject != campaign.owner and not actor.administers:
        raise Forbidden(f"Only {campaign.owner}, who owns the campaign, or an administrator may do this")
