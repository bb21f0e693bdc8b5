"""What waves do when finance has answered for their money, and when their mailing is done."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.finance import FundingGranted, FundingRefused
from contracts.outreach import MailingFinished
from services.campaign.waves import actions, funds


class WavesReactions:
    """Reactions to the money and the mailings of waves."""

    @subscribe("campaign.outcomes", MailingFinished)
    def on_mailing_finished(self, session: Session, event: MailingFinished) -> None:
        """Every recipient of a wave is accounted for."""
        actions.finish_wave(session, event)

    @subscribe("campaign.funding", FundingGranted)
    def on_funding_granted(self, session: Session, event: FundingGranted) -> None:
        """What a wave will cost is set aside."""
        funds.take_grant(session, event)

    @subscribe("campaign.funding", FundingRefused)
    def on_funding_refused(self, session: Session, event: FundingRefused) -> None:
        """A wave gets no money."""
        funds.take_refusal(session, event)
