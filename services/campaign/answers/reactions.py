"""What is done with deliveries, answers, opt-outs and leads as they are reported."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.lead import LeadCaptured
from contracts.outreach import AnswerReceived, MailingOutcomes, SuppressionAdded
from services.campaign.answers import actions


class AnswersReactions:
    """Reactions that move targets up the ladder."""

    @subscribe("campaign.outcomes", MailingOutcomes)
    def on_mailing_outcomes(self, session: Session, event: MailingOutcomes) -> None:
        """A page of deliveries ended."""
        actions.take_outcomes(session, event)

    @subscribe("campaign.outcomes", AnswerReceived)
    def on_answer_received(self, session: Session, event: AnswerReceived) -> None:
        """A target followed a link or sent a form."""
        actions.take_answer(session, event)

    @subscribe("campaign.outcomes", SuppressionAdded)
    def on_suppression_added(self, session: Session, event: SuppressionAdded) -> None:
        """A contact must not be reached any more."""
        actions.take_suppression(session, event)

    @subscribe("campaign.leads", LeadCaptured)
    def on_lead_captured(self, session: Session, event: LeadCaptured) -> None:
        """A potential sale was recorded."""
        actions.take_lead(session, event)
