"""Keeping what events tell of campaigns and their leads."""

from uuid import UUID

from sqlalchemy.orm import Session

from contracts.campaign import (
    CampaignCancelled,
    CampaignCompleted,
    CampaignDesigned,
    CampaignLaunched,
    CampaignStarted,
    TargetsChanged,
)
from contracts.lead import LeadCaptured
from services.finance.facts.model import CampaignFacts, CampaignLead


def note_designed(session: Session, event: CampaignDesigned) -> None:
    """Keep what the campaign is called, whose it is, and when it is planned to run."""
    facts = _facts(session, event.campaign_id)
    facts.code, facts.name, facts.department = event.code, event.name, event.department
    facts.starts_on, facts.ends_on = event.starts_on, event.ends_on


def note_started(session: Session, event: CampaignStarted) -> None:
    """Keep when it was started last, a start that failed and was repeated included."""
    facts = _facts(session, event.campaign_id)
    facts.code, facts.name, facts.department = event.code, event.name, event.department
    facts.started_at = event.started_at


def note_launched(session: Session, event: CampaignLaunched) -> None:
    """Keep since when it runs, and towards how many."""
    facts = _facts(session, event.campaign_id)
    facts.launched_at, facts.targets = event.launched_at, event.targets


def note_targets(session: Session, event: TargetsChanged) -> None:
    """Keep towards how many it runs since its list was changed."""
    _facts(session, event.campaign_id).targets = event.targets


def note_completed(session: Session, event: CampaignCompleted) -> None:
    """Keep when it ended."""
    _facts(session, event.campaign_id).completed_at = event.at


def note_cancelled(session: Session, event: CampaignCancelled) -> None:
    """Keep when it was given up."""
    _facts(session, event.campaign_id).cancelled_at = event.at


def note_lead(session: Session, event: LeadCaptured) -> None:
    """Count a lead for its campaign, once and at the earliest moment; one without a campaign is left out."""
    if event.campaign_id is None:
        return
    known = session.get(CampaignLead, event.lead_id)
    if known is None:
        lead = CampaignLead(
            lead_id=event.lead_id, campaign_id=event.campaign_id, captured_at=event.captured_at
        )
        session.add(lead)
    else:
        known.captured_at = min(known.captured_at, event.captured_at)


def _facts(session: Session, campaign_id: UUID) -> CampaignFacts:
    facts = session.get(CampaignFacts, campaign_id)
    if facts is None:
        facts = CampaignFacts(campaign_id=campaign_id)
        session.add(facts)
        session.flush()
    return facts
