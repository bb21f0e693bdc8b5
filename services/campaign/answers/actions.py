"""What comes back from targets: deliveries, answers by themselves and by hand, leads, opt-outs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotYet
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.campaign import CampaignResponded
from contracts.lead import LeadCaptured
from contracts.outreach import AnswerReceived, MailingOutcomes, SuppressionAdded
from services.campaign.answers.model import Response, verdict_of
from services.campaign.answers.progress import progress_targets
from services.campaign.launch.model import CONTACTED, LEAD, OPTED_OUT, RESPONDED, Target
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign, take_campaign

log = get_logger(__name__)

ANSWERABLE = (State.RUNNING, State.PAUSED, State.COMPLETED)
"""The states in which answers are written down by hand. Those that come in by themselves always count."""


def record_response(
    session: Session,
    actor: Actor,
    *,
    campaign_id: UUID,
    target_id: UUID,
    kind: str,
    verdict: str,
    note: str = "",
    responded_at: datetime | None = None,
) -> Response:
    """Write down an answer that a person heard or holds in hand.

    Raises NotFound, Conflict before the launch or after a cancellation, Invalid for a target that is not
    on the campaign's list or a moment outside of the campaign's time.
    """
    campaign = take_campaign(session, actor, campaign_id)
    if campaign.state not in ANSWERABLE:
        raise Conflict(f"A campaign that is {campaign.state} takes no answers by hand")
    target = _target_of(session, campaign_id=campaign_id, target_id=target_id)
    if target is None:
        raise Invalid({"target_id": ["is not a target of this campaign"]})
    if responded_at is not None and not _since_start(campaign, responded_at):
        raise Invalid({"responded_at": ["lies before the start of the campaign, or in the future"]})
    response = Response(
        id=new_id(),
        campaign_id=campaign_id,
        target_id=target_id,
        contact_id=target.contact_id,
        kind=kind,
        verdict=verdict,
        note=note,
        url="",
        recorded_by=actor.subject,
        responded_at=responded_at or now(),
    )
    _keep_response(session, campaign, response)
    return response


def take_answer(session: Session, event: AnswerReceived) -> None:
    """Judge and keep an answer that came in through a link or a form. Raises NotYet for an unknown target."""
    campaign = lock_campaign(session, event.campaign_id)
    target = _target_of(session, campaign_id=event.campaign_id, target_id=event.target_id)
    if campaign is None or target is None:
        raise NotYet(f"target {event.target_id} of campaign {event.campaign_id} is not known")
    if session.get(Response, event.answer_id) is not None:
        return
    response = Response(
        id=event.answer_id,
        campaign_id=event.campaign_id,
        target_id=event.target_id,
        contact_id=target.contact_id,
        wave_id=event.wave_id,
        kind=event.kind,
        verdict=verdict_of(kind=event.kind, interested=event.interested, click_means=campaign.click_means),
        note=event.note,
        url=event.url,
        recorded_by="outreach",
        responded_at=event.received_at,
    )
    _keep_response(session, campaign, response)


def take_outcomes(session: Session, event: MailingOutcomes) -> None:
    """Mark the targets whose delivery was accepted as contacted."""
    accepted: dict[UUID, datetime] = {}
    for outcome in event.outcomes:
        if outcome.outcome == "accepted":
            accepted[outcome.target_id] = min(outcome.at, accepted.get(outcome.target_id, outcome.at))
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None:
        raise NotYet(f"campaign {event.campaign_id} is not known")
    progress_targets(session, campaign, status=CONTACTED, at_by_target=accepted)


def take_suppression(session: Session, event: SuppressionAdded) -> None:
    """Mark a target that asked to be left alone. A bounced address is no opt-out and changes nothing."""
    if event.campaign_id is None or event.target_id is None or event.reason == "bounced":
        return
    campaign = lock_campaign(session, event.campaign_id)
    target = _target_of(session, campaign_id=event.campaign_id, target_id=event.target_id)
    if campaign is None or target is None:
        raise NotYet(f"target {event.target_id} of campaign {event.campaign_id} is not known")
    progress_targets(session, campaign, status=OPTED_OUT, at_by_target={target.id: event.added_at})


def take_lead(session: Session, event: LeadCaptured) -> None:
    """Mark the target that a lead grew from. A contact who is not on the campaign's list changes nothing.

    Raises NotYet while the list is still being taken.
    """
    if event.campaign_id is None:
        return
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None:
        log.info("lead_of_unknown_campaign_ignored", campaign_id=str(event.campaign_id))
        return
    wanted = select(Target.id).where(
        Target.campaign_id == event.campaign_id, Target.contact_id == event.contact_id
    )
    target_id = session.scalar(wanted)
    if target_id is not None:
        progress_targets(session, campaign, status=LEAD, at_by_target={target_id: event.captured_at})
    elif campaign.state == State.STARTING:
        raise NotYet(f"the target list of campaign {event.campaign_id} is not complete")


def _since_start(campaign: Campaign, moment: datetime) -> bool:
    return campaign.started_at is not None and campaign.started_at <= moment <= now()


def _keep_response(session: Session, campaign: Campaign, response: Response) -> None:
    session.add(response)
    responded = CampaignResponded(
        campaign_id=campaign.id,
        department=campaign.department,
        response_id=response.id,
        target_id=response.target_id,
        contact_id=response.contact_id,
        kind=response.kind,  # type: ignore[arg-type]
        verdict=response.verdict,  # type: ignore[arg-type]
        note=response.note,
        responded_at=response.responded_at,
    )
    publish(session, campaign, responded)
    progress_targets(
        session, campaign, status=RESPONDED, at_by_target={response.target_id: response.responded_at}
    )


def _target_of(session: Session, *, campaign_id: UUID, target_id: UUID) -> Target | None:
    return session.scalar(select(Target).where(Target.id == target_id, Target.campaign_id == campaign_id))
