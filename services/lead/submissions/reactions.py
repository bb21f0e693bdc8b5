"""What lead learns from hosted forms."""

from typing import cast

from sqlalchemy.orm import Session

from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.outreach import SubmissionConfirmed
from services.lead.settings import LeadSettings
from services.lead.submissions import actions


class SubmissionReactions:
    """Turns confirmed submissions into contacts, consent and leads."""

    @subscribe("lead.submissions", SubmissionConfirmed)
    def on_submission_confirmed(self, session: Session, event: SubmissionConfirmed) -> None:
        settings = cast(LeadSettings, cast(Service, self).settings)
        actions.take_submission(
            session, event, phone_region=settings.phone_region, window=settings.capture_window
        )
