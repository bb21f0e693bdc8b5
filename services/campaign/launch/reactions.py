"""What the launch does with the contacts of a segment as they stream in."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.lead import ResolutionContacts, ResolutionFailed
from services.campaign.launch import actions


class LaunchReactions:
    """Reactions to the resolution of a campaign's segment."""

    @subscribe("campaign.contacts", ResolutionContacts)
    def on_resolution_contacts(self, session: Session, event: ResolutionContacts) -> None:
        """A page of contacts came; the last one launches the campaign."""
        actions.snapshot_page(session, event)

    @subscribe("campaign.contacts", ResolutionFailed)
    def on_resolution_failed(self, session: Session, event: ResolutionFailed) -> None:
        """The segment could not be resolved."""
        actions.fall_back(session, event)
