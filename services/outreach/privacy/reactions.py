"""What outreach does when a person asks for their data, or for its erasure."""

from typing import cast

from chassis.database import Session
from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.lead import PrivacyClosed, PrivacyRequested
from services.outreach.privacy import actions
from services.outreach.settings import OutreachSettings


class PrivacyReactions:
    """Answers lead, which gathers the answers of all services."""

    @subscribe("outreach.privacy", PrivacyRequested)
    def on_privacy_requested(self, session: Session, event: PrivacyRequested) -> None:
        actions.answer(session, event, key=self._key())

    @subscribe("outreach.privacy", PrivacyClosed)
    def on_privacy_closed(self, session: Session, event: PrivacyClosed) -> None:
        actions.take_closing(session, event, key=self._key())

    def _key(self) -> str:
        return cast(OutreachSettings, cast(Service, self).settings).digest_key
