"""What segments learn from the campaign service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import CampaignStarted
from services.lead.segments import actions


class ResolutionReactions:
    """Resolves the segment of a campaign that was started."""

    @subscribe("lead.campaigns", CampaignStarted)
    def on_campaign_started(self, session: Session, event: CampaignStarted) -> None:
        actions.begin_resolution(session, event)
