"""What the finance service does when a person asks for their data, or for its erasure."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.lead import PrivacyRequested
from services.finance.privacy import actions


class PrivacyReactions:
    """Answers lead, which gathers the answers of all services."""

    @subscribe("finance.privacy", PrivacyRequested)
    def on_privacy_requested(self, session: Session, event: PrivacyRequested) -> None:
        """A person asks for a copy of their data, or for its erasure."""
        actions.answer(session, event)
