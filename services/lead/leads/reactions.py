"""What leads learn from the campaign service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import CampaignResponded, LeadsWanted
from services.lead.leads import actions, wanted
from services.lead.timeline import actions as timeline


class LeadReactions:
    """Captures leads from the answers of a campaign's targets, and those that its follow-ups want."""

    @subscribe("lead.campaigns", CampaignResponded)
    def on_campaign_responded(self, session: Session, event: CampaignResponded) -> None:
        actions.take_answer(session, event)
        timeline.take_response(session, event)

    @subscribe("lead.campaigns", LeadsWanted)
    def on_leads_wanted(self, session: Session, event: LeadsWanted) -> None:
        wanted.capture_wanted(session, event)
