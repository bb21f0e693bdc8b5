"""What others' events tell of campaigns. The cancellation of one comes by way of the approval desk."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import (
    CampaignCompleted,
    CampaignDesigned,
    CampaignLaunched,
    CampaignStarted,
    TargetsChanged,
)
from contracts.lead import LeadCaptured
from services.finance.facts import actions


class FactsReactions:
    """Campaigns and leads become known."""

    @subscribe("finance.plans", CampaignDesigned)
    def on_campaign_designed(self, session: Session, event: CampaignDesigned) -> None:
        actions.note_designed(session, event)

    @subscribe("finance.plans", CampaignStarted)
    def on_campaign_started(self, session: Session, event: CampaignStarted) -> None:
        actions.note_started(session, event)

    @subscribe("finance.plans", CampaignLaunched)
    def on_campaign_launched(self, session: Session, event: CampaignLaunched) -> None:
        actions.note_launched(session, event)

    @subscribe("finance.plans", TargetsChanged)
    def on_targets_changed(self, session: Session, event: TargetsChanged) -> None:
        actions.note_targets(session, event)

    @subscribe("finance.plans", CampaignCompleted)
    def on_campaign_completed(self, session: Session, event: CampaignCompleted) -> None:
        actions.note_completed(session, event)

    @subscribe("finance.leads", LeadCaptured)
    def on_lead_captured(self, session: Session, event: LeadCaptured) -> None:
        actions.note_lead(session, event)
