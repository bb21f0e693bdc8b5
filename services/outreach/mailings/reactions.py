"""What campaign tells about waves."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.campaign import WaveReleased, WaveTargets
from services.outreach.mailings import actions


class MailingReactions:
    """Follows campaign's waves."""

    @subscribe("outreach.waves", WaveReleased)
    def on_wave_released(self, session: Session, event: WaveReleased) -> None:
        actions.open_mailing(session, event)

    @subscribe("outreach.waves", WaveTargets)
    def on_wave_targets(self, session: Session, event: WaveTargets) -> None:
        actions.add_targets(session, event)
