"""What waves do when their mailing is done."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.outreach import MailingFinished
from services.campaign.waves import actions


class WavesReactions:
    """Reactions to the mailings of waves."""

    @subscribe("campaign.outcomes", MailingFinished)
    def on_mailing_finished(self, session: Session, event: MailingFinished) -> None:
        """Every recipient of a wave is accounted for."""
        actions.finish_wave(session, event)
