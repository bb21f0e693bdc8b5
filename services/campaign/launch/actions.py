"""What happens to an approved campaign: started, its targets snapshotted, launched, steered, ended."""

from collections.abc import Sequence

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, NotFound
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
from contracts.finance import BudgetSuspended, BudgetUnsuspended
from contracts.lead import ResolutionContacts, ResolutionFailed, ResolvedContact
from services.campaign.audience import asking, snapshot
from services.campaign.audience.late import end_addition
from services.campaign.audience.model import COMPLETE, AudienceSource
from services.campaign.changing.actions import UNDER_WAY
from services.campaign.changing.amendments import lapse_amendment
from services.campaign.launch.queries import count_targets
from services.campaign.planning.lifecycle import State, Step
from services.campaign.planning.model import Campaign
from services.campaign.planning.parts import require_approved_content
from services.campaign.planning.queries import lock_campaign
from services.campaign.planning.signing import require_owner
from services.campaign.tasks.handing import call_off_tasks, hand_over_tasks
from services.campaign.waves.due import schedule_first_waves

log = get_logger(__name__)

STEERED = {
    Step.PAUSE: CampaignPaused,
    Step.RESUME: CampaignResumed,
    Step.COMPLETE: CampaignCompleted,
    Step.CANCEL: CampaignCancelled,
}
"""The event of each step that an owner takes by hand."""


def start_campaign(session: Session, actor: Actor, *, campaign: Campaign) -> Campaign:
    """Start an approved campaign: it asks for the contacts of its audience.

    Raises Forbidden unless the actor owns it or administers, Conflict unless it is approved, and still what
    was approved.
    """
    require_owner(actor, campaign)
    begin_start(session, campaign)
    return campaign


def begin_start(session: Session, campaign: Campaign) -> None:
    """Have every source of the campaign's audience asked for its contacts. Raises Conflict."""
    campaign.move(Step.START)
    require_approved_content(session, campaign)
    campaign.started_at, campaign.start_problem = now(), ""
    sources = asking.ask(session, campaign)
    segments = asking.wanted_segments(sources)
    first = segments[0] if segments else None
    campaign.resolution_id = first.resolution_id if first else None
    started = CampaignStarted(
        campaign_id=campaign.id,
        code=campaign.code,
        name=campaign.name,
        department=campaign.department,
        owner=campaign.owner,
        started_at=campaign.started_at,
        segment_id=first.segment_id if first else campaign.id,
        resolution_id=first.resolution_id if first else campaign.id,
        segments=segments,
    )
    publish(session, campaign, started)
    asking.publish_lists(session, campaign, sources)


def steer_campaign(session: Session, actor: Actor, *, campaign: Campaign, step: Step) -> Campaign:
    """Pause, resume, complete or cancel.

    Raises Forbidden unless the actor owns the campaign or administers, Conflict in a state without that step.
    """
    require_owner(actor, campaign)
    if step == Step.RESUME and campaign.suspension is not None:
        raise Conflict(f"Finance has suspended the budget: {campaign.suspension}")
    before = campaign.state
    campaign.move(step)
    log.info("campaign_steered", campaign_id=str(campaign.id), before=before, after=campaign.state)
    publish(session, campaign, STEERED[step](campaign_id=campaign.id, at=now(), by=actor.subject))
    if step == Step.CANCEL:
        lapse_amendment(session, campaign)
        call_off_tasks(session, actor, campaign)
    return campaign


def suspend_campaign(session: Session, event: BudgetSuspended) -> None:
    """Finance lets nothing more go out: a running campaign pauses, any other one cannot be resumed."""
    campaign = _of_budget(session, event)
    campaign.suspension = event.reason
    if campaign.state == State.RUNNING:
        campaign.move(Step.PAUSE)
        publish(session, campaign, CampaignPaused(campaign_id=campaign.id, at=event.at, by=event.by))


def unsuspend_campaign(session: Session, event: BudgetUnsuspended) -> None:
    """Money may be spent again; whether the campaign goes on is its owner's to say."""
    _of_budget(session, event).suspension = None


def _of_budget(session: Session, event: BudgetSuspended | BudgetUnsuspended) -> Campaign:
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None:
        raise NotFound("campaign", event.campaign_id)
    return campaign


def snapshot_page(session: Session, event: ResolutionContacts) -> None:
    """Apply a page of contacts; when the last one of every source came, the campaign is launched.

    One that is under way already has its list extended.
    """
    campaign = lock_campaign(session, event.campaign_id)
    found = _awaited(session, campaign, event, (State.STARTING, *UNDER_WAY))
    if campaign is None or found is None:
        return
    sources, source = found
    source.miss(event.unmatched)
    take_page(session, campaign, sources=sources, source=source, contacts=event.contacts, last=event.last)


def take_page(
    session: Session,
    campaign: Campaign,
    *,
    sources: Sequence[AudienceSource],
    source: AudienceSource,
    contacts: Sequence[ResolvedContact],
    last: bool,
) -> None:
    """Apply a page (at most 500 contacts) of one of the ``sources`` of a campaign."""
    snapshot.take_contacts(session, campaign, sources=sources, source=source, contacts=contacts)
    if not last:
        return
    source.state = COMPLETE
    if campaign.state != State.STARTING:
        end_addition(session, campaign)
    elif asking.all_came(sources):
        _launch(session, campaign)


def fall_back(session: Session, event: ResolutionFailed) -> None:
    """Take a start back that cannot have its contacts: approved again, with the reason kept."""
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None or _awaited(session, campaign, event) is None:
        return
    campaign.move(Step.FALL_BACK)
    campaign.start_problem = event.reason
    snapshot.clear_snapshot(session, campaign.id)
    failed = CampaignStartFailed(
        campaign_id=campaign.id, resolution_id=event.resolution_id, reason=event.reason
    )
    publish(session, campaign, failed)
    log.warning("start_failed", campaign_id=str(campaign.id), reason=event.reason)


def _awaited(
    session: Session,
    campaign: Campaign | None,
    event: ResolutionContacts | ResolutionFailed,
    states: Sequence[str] = (State.STARTING,),
) -> tuple[Sequence[AudienceSource], AudienceSource] | None:
    """The sources of the campaign and the one that waits for this resolution; None for no such."""
    if campaign is not None and campaign.state in states:
        found = asking.awaited(session, campaign.id, event.resolution_id)
        if found is not None:
            return found
    log.info(
        "unawaited_resolution_ignored",
        campaign_id=str(event.campaign_id),
        resolution_id=str(event.resolution_id),
        state=campaign.state if campaign else None,
    )
    return None


def _launch(session: Session, campaign: Campaign) -> None:
    campaign.move(Step.LAUNCH)
    campaign.launched_at = now()
    excluded = snapshot.settle_exclusions(session, campaign)
    campaign.targets = count_targets(session, campaign.id)
    launched = CampaignLaunched(
        campaign_id=campaign.id, targets=campaign.targets, launched_at=campaign.launched_at
    )
    publish(session, campaign, launched)
    schedule_first_waves(session, campaign)
    hand_over_tasks(session, campaign)
    for reason, count in excluded.items():
        snapshot.excluded_total.labels(reason=reason).inc(count)
    log.info("campaign_launched", campaign_id=str(campaign.id), targets=campaign.targets, excluded=excluded)
