"""What the other services answer to the requests of people about their own data."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import CampaignAnswered
from contracts.finance import FinanceAnswered
from contracts.outreach import OutreachAnswered
from contracts.reporting import ReportingAnswered
from services.lead.privacy import actions


class PrivacyReactions:
    """Gathers the answers."""

    @subscribe("lead.privacy", CampaignAnswered)
    def on_campaign_answered(self, session: Session, event: CampaignAnswered) -> None:
        actions.take_answer(session, event, service="campaign")

    @subscribe("lead.privacy", FinanceAnswered)
    def on_finance_answered(self, session: Session, event: FinanceAnswered) -> None:
        actions.take_answer(session, event, service="finance")

    @subscribe("lead.privacy", OutreachAnswered)
    def on_outreach_answered(self, session: Session, event: OutreachAnswered) -> None:
        actions.take_answer(session, event, service="outreach")

    @subscribe("lead.privacy", ReportingAnswered)
    def on_reporting_answered(self, session: Session, event: ReportingAnswered) -> None:
        actions.take_answer(session, event, service="reporting")
