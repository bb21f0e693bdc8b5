"""What the other services answer to the requests of people about their own data."""

from typing import cast

from sqlalchemy.orm import Session

from chassis.files.store import store_of
from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.campaign import CampaignAnswered
from contracts.finance import FinanceAnswered
from contracts.outreach import OutreachAnswered
from contracts.privacy import DataAnswered
from contracts.reporting import ReportingAnswered
from services.lead.privacy import actions
from services.lead.settings import LeadSettings


class PrivacyReactions:
    """Gathers the answers."""

    @subscribe("lead.privacy", CampaignAnswered)
    def on_campaign_answered(self, session: Session, event: CampaignAnswered) -> None:
        self._take(session, event, service="campaign")

    @subscribe("lead.privacy", FinanceAnswered)
    def on_finance_answered(self, session: Session, event: FinanceAnswered) -> None:
        self._take(session, event, service="finance")

    @subscribe("lead.privacy", OutreachAnswered)
    def on_outreach_answered(self, session: Session, event: OutreachAnswered) -> None:
        self._take(session, event, service="outreach")

    @subscribe("lead.privacy", ReportingAnswered)
    def on_reporting_answered(self, session: Session, event: ReportingAnswered) -> None:
        self._take(session, event, service="reporting")

    def _take(self, session: Session, event: DataAnswered, *, service: str) -> None:
        store = store_of(cast(LeadSettings, cast(Service, self).settings))
        actions.take_answer(session, event, service=service, store=store)
