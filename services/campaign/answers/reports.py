"""What others report of targets: how deliveries ended, what came back, opt-outs, leads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import case, select

from chassis.database import Session
from chassis.errors import NotYet
from chassis.logs import get_logger
from contracts.lead import LeadCaptured, LeadConverted
from contracts.outreach import MailingFeedback, MailingOutcomes, SuppressionAdded
from services.campaign.answers.model import Milestone, Response
from services.campaign.answers.progress import progress_targets
from services.campaign.answers.recipients import note_feedback, note_outcomes
from services.campaign.bulk import inserting, send
from services.campaign.launch.model import CONTACTED, LEAD, OPPORTUNITY, OPTED_OUT, Target
from services.campaign.planning.lifecycle import State
from services.campaign.planning.queries import lock_campaign

log = get_logger(__name__)

OPT_OUTS = ("unsubscribed", "complained", "manual")
"""Reasons of a suppression that are the contact's own wish. A bounced address is none."""


def take_outcomes(session: Session, event: MailingOutcomes) -> None:
    """Note how deliveries ended, and mark the targets whose delivery was accepted as contacted."""
    accepted: dict[UUID, datetime] = {}
    for outcome in event.outcomes:
        if outcome.outcome == "accepted":
            accepted[outcome.target_id] = min(outcome.at, accepted.get(outcome.target_id, outcome.at))
    campaign = lock_campaign(session, event.campaign_id)
    if campaign is None:
        raise NotYet(f"campaign {event.campaign_id} is not known")
    note_outcomes(session, event.wave_id, event.outcomes)
    progress_targets(session, campaign, status=CONTACTED, at_by_target=accepted)


def take_feedback(session: Session, event: MailingFeedback) -> None:
    """Note receipts, bounces, complaints and returned letters of a wave's recipients."""
    if lock_campaign(session, event.campaign_id) is None:
        raise NotYet(f"campaign {event.campaign_id} is not known")
    note_feedback(session, event.wave_id, event.feedback)


def take_suppression(session: Session, event: SuppressionAdded) -> None:
    """Mark a target that asked to be left alone."""
    if event.campaign_id is None or event.target_id is None or event.reason not in OPT_OUTS:
        return
    campaign = lock_campaign(session, event.campaign_id)
    target = target_of(session, campaign_id=event.campaign_id, target_id=event.target_id)
    if campaign is None or target is None:
        raise NotYet(f"target {event.target_id} of campaign {event.campaign_id} is not known")
    reach_milestone(session, target.id, OPTED_OUT, at=event.added_at, reference=event.suppression_id)
    progress_targets(session, campaign, status=OPTED_OUT, at_by_target={target.id: event.added_at})


def take_lead(session: Session, event: LeadCaptured) -> None:
    """Mark the target that a lead grew from. Raises NotYet as ``_climb``."""
    if event.campaign_id is not None:
        _climb(
            session,
            event.campaign_id,
            event.contact_id,
            status=LEAD,
            at=event.captured_at,
            of=event.lead_id,
            answer=event.response_id,
        )


def take_conversion(session: Session, event: LeadConverted) -> None:
    """Mark the target whose lead became an opportunity. Raises NotYet as ``_climb``."""
    if event.campaign_id is not None:
        _climb(
            session, event.campaign_id, event.contact_id, status=OPPORTUNITY, at=event.at, of=event.lead_id
        )


def _climb(
    session: Session,
    campaign_id: UUID,
    contact_id: UUID,
    *,
    status: str,
    at: datetime,
    of: UUID,
    answer: UUID | None = None,
) -> None:
    """Let the target of a contact come to ``status``. One who is not on the campaign's list changes nothing.

    Raises NotYet while the list is still being taken.
    """
    campaign = lock_campaign(session, campaign_id)
    if campaign is None:
        log.info("lead_of_unknown_campaign_ignored", campaign_id=str(campaign_id))
        return
    wanted = select(Target.id).where(Target.campaign_id == campaign_id, Target.contact_id == contact_id)
    target_id = session.scalar(wanted) or _target_by_history(session, campaign_id, of, answer)
    if target_id is not None:
        reach_milestone(session, target_id, status, at=at, reference=of)
        progress_targets(session, campaign, status=status, at_by_target={target_id: at})
    elif campaign.state == State.STARTING:
        raise NotYet(f"the target list of campaign {campaign_id} is not complete")


def _target_by_history(
    session: Session, campaign_id: UUID, lead_id: UUID, answer: UUID | None
) -> UUID | None:
    """The target that gave the answer or became the lead, where its contact was merged into the lead's."""
    became = select(Milestone.target_id).join(Target, Target.id == Milestone.target_id)
    became = became.where(Target.campaign_id == campaign_id, Milestone.reference == lead_id)
    found: UUID | None = session.scalar(became.limit(1))
    if found is not None or answer is None:
        return found
    gave = select(Response.target_id).where(Response.id == answer, Response.campaign_id == campaign_id)
    return session.scalar(gave)


def target_of(session: Session, *, campaign_id: UUID, target_id: UUID) -> Target | None:
    """The target when it is one of the campaign's."""
    return session.scalar(select(Target).where(Target.id == target_id, Target.campaign_id == campaign_id))


def reach_milestone(session: Session, target_id: UUID, status: str, *, at: datetime, reference: UUID) -> None:
    """Write down when a target first came to ``status``; the earliest moment stays, and what it refers to."""
    fresh = inserting(session, Milestone)
    new = fresh.excluded
    sooner = new.at < Milestone.at
    changed = {
        "reference": case((sooner, new.reference), else_=Milestone.reference),
        "at": case((sooner, new.at), else_=Milestone.at),
    }
    first = fresh.on_conflict_do_update(index_elements=["target_id", "status"], set_=changed)
    send(session, first, [{"target_id": target_id, "status": status, "at": at, "reference": reference}])
