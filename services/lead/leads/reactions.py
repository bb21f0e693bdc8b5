"""What leads learn from the campaign service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import CampaignResponded
from services.lead.leads import actions


class LeadReactions:
    """Captures leads from the answers of a campaign's targets."""

    @subscribe("lead.campaigns", CampaignResponded)
    def on_campaign_responded(self, session: Session, event: CampaignResponded) -> None:
        actions.take_answer(session, event)
