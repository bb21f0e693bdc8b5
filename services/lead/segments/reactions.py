"""What segments learn from the campaign service."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import CampaignStarted, ContactsListed
from services.lead.segments import actions


class ResolutionReactions:
    """Finds the contacts of a campaign that was started."""

    @subscribe("lead.campaigns", CampaignStarted)
    def on_campaign_started(self, session: Session, event: CampaignStarted) -> None:
        actions.begin_resolutions(session, event)

    @subscribe("lead.campaigns", ContactsListed)
    def on_contacts_listed(self, session: Session, event: ContactsListed) -> None:
        actions.look_up_contacts(session, event)
