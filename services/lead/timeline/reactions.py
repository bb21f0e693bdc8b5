"""What the timeline learns from the outreach service about mailings, a page at a time."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.outreach import MailingFeedback, MailingOpened, MailingOutcomes
from services.lead.timeline import actions


class TimelineReactions:
    """Enters what became of each contact's copy."""

    @subscribe("lead.mailings", MailingOutcomes)
    def on_mailing_outcomes(self, session: Session, event: MailingOutcomes) -> None:
        actions.take_outcomes(session, event)

    @subscribe("lead.mailings", MailingFeedback)
    def on_mailing_feedback(self, session: Session, event: MailingFeedback) -> None:
        actions.take_feedback(session, event)

    @subscribe("lead.mailings", MailingOpened)
    def on_mailing_opened(self, session: Session, event: MailingOpened) -> None:
        actions.take_openings(session, event)
