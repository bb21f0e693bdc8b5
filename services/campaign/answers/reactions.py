"""What is done with deliveries, answers, opt-outs and leads as they are reported."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.lead import LeadCaptured, LeadConverted
from contracts.outreach import AnswerReceived, MailingFeedback, MailingOutcomes, SuppressionAdded
from services.campaign.answers import actions, reports


class AnswersReactions:
    """Reactions that move targets up the ladder."""

    @subscribe("campaign.outcomes", MailingOutcomes)
    def on_mailing_outcomes(self, session: Session, event: MailingOutcomes) -> None:
        """A page of deliveries ended."""
        reports.take_outcomes(session, event)

    @subscribe("campaign.outcomes", MailingFeedback)
    def on_mailing_feedback(self, session: Session, event: MailingFeedback) -> None:
        """Receipts, bounces, complaints and returned letters were heard of."""
        reports.take_feedback(session, event)

    @subscribe("campaign.outcomes", AnswerReceived)
    def on_answer_received(self, session: Session, event: AnswerReceived) -> None:
        """A target followed a link, sent a form or a survey, replied, registered or came."""
        actions.take_answer(session, event)

    @subscribe("campaign.outcomes", SuppressionAdded)
    def on_suppression_added(self, session: Session, event: SuppressionAdded) -> None:
        """A contact must not be reached any more."""
        reports.take_suppression(session, event)

    @subscribe("campaign.leads", LeadCaptured)
    def on_lead_captured(self, session: Session, event: LeadCaptured) -> None:
        """A potential sale was recorded."""
        reports.take_lead(session, event)

    @subscribe("campaign.leads", LeadConverted)
    def on_lead_converted(self, session: Session, event: LeadConverted) -> None:
        """A lead became an opportunity."""
        reports.take_conversion(session, event)
