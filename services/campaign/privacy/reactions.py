"""What the campaign service does when a person asks for their data, or for its erasure."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.lead import PrivacyClosed, PrivacyRequested
from services.campaign.privacy import actions


class PrivacyReactions:
    """Answers lead, which gathers the answers of all services."""

    @subscribe("campaign.privacy", PrivacyRequested)
    def on_privacy_requested(self, session: Session, event: PrivacyRequested) -> None:
        """A person asks for a copy of their data, or for its erasure."""
        actions.answer(session, event)

    @subscribe("campaign.privacy", PrivacyClosed)
    def on_privacy_closed(self, session: Session, event: PrivacyClosed) -> None:
        """Every service has answered: what came meanwhile goes too."""
        actions.take_closing(session, event)
