"""What waves ask for, and what becomes of their copies."""

from sqlalchemy.orm import Session

from chassis.subscribe import subscribe
from contracts.campaign import WaveFundsReturned, WaveFundsWanted
from contracts.outreach import MailingFinished, MailingOutcomes
from services.finance.funding import actions


class FundingReactions:
    """Money for waves: wanted, spent, returned."""

    @subscribe("finance.waves", WaveFundsWanted)
    def on_wave_funds_wanted(self, session: Session, event: WaveFundsWanted) -> None:
        actions.fund_wave(session, event)

    @subscribe("finance.waves", WaveFundsReturned)
    def on_wave_funds_returned(self, session: Session, event: WaveFundsReturned) -> None:
        actions.take_back(session, event)

    @subscribe("finance.mailings", MailingOutcomes)
    def on_mailing_outcomes(self, session: Session, event: MailingOutcomes) -> None:
        actions.charge_copies(session, event)

    @subscribe("finance.mailings", MailingFinished)
    def on_mailing_finished(self, session: Session, event: MailingFinished) -> None:
        actions.end_mailing(session, event)
