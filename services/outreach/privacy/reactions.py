"""What outreach does when a person asks for their data, or for its erasure."""

from typing import cast

from chassis.database import Session
from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.lead import PrivacyRequested
from services.outreach.privacy import actions
from services.outreach.settings import OutreachSettings


class PrivacyReactions:
    """Answers lead, which gathers the answers of all services."""

    @subscribe("outreach.privacy", PrivacyRequested)
    def on_privacy_requested(self, session: Session, event: PrivacyRequested) -> None:
        settings = cast(OutreachSettings, cast(Service, self).settings)
        actions.answer(session, event, key=settings.digest_key)
