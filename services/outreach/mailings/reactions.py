"""What campaign tells about waves, and about the campaigns they belong to."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.campaign import (
    CampaignCancelled,
    CampaignCompleted,
    CampaignDesigned,
    CampaignPaused,
    CampaignResumed,
    WaveReleased,
    WaveTargets,
)
from services.outreach.mailings import actions, course


class MailingReactions:
    """Follows campaign's waves, and stands still, goes on and ends with the campaigns."""

    @subscribe("outreach.waves", WaveReleased)
    def on_wave_released(self, session: Session, event: WaveReleased) -> None:
        actions.open_mailing(session, event)

    @subscribe("outreach.waves", WaveTargets)
    def on_wave_targets(self, session: Session, event: WaveTargets) -> None:
        actions.add_targets(session, event)

    @subscribe("outreach.campaigns", CampaignDesigned)
    def on_campaign_designed(self, session: Session, event: CampaignDesigned) -> None:
        actions.note_kind(session, event)

    @subscribe("outreach.campaigns", CampaignPaused)
    def on_campaign_paused(self, session: Session, event: CampaignPaused) -> None:
        course.follow_campaign(session, event.campaign_id, "paused", by=event.by)

    @subscribe("outreach.campaigns", CampaignResumed)
    def on_campaign_resumed(self, session: Session, event: CampaignResumed) -> None:
        course.follow_campaign(session, event.campaign_id, "running", by=event.by)

    @subscribe("outreach.campaigns", CampaignCompleted)
    def on_campaign_completed(self, session: Session, event: CampaignCompleted) -> None:
        course.follow_campaign(session, event.campaign_id, "completed", by=event.by)

    @subscribe("outreach.campaigns", CampaignCancelled)
    def on_campaign_cancelled(self, session: Session, event: CampaignCancelled) -> None:
        course.follow_campaign(session, event.campaign_id, "cancelled", by=event.by)
