"""The worker that releases waves when they are due.

A wave that cannot be released is tried again later, and says why; the others go on meanwhile. The lock on
the campaign during the step is all the lease it needs.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid, NotFound
from chassis.logs import get_logger
from chassis.metrics import counter
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign
from services.campaign.settings import CampaignSettings
from services.campaign.waves.actions import release_wave
from services.campaign.waves.model import FINISHED, WHEN_DUE, Wave

log = get_logger(__name__)

failures_total = counter("wave_release_failures_total", "Waves that were due and could not be released.")


class WaveWatcher:
    """Releases due waves of running campaigns, the one that waits longest first."""

    name = "wave-watcher"

    def __init__(self, settings: CampaignSettings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("campaign")

    def step(self) -> bool:
        """Release one wave. True when one was due."""
        with self.database.reading(self.actor) as session:
            due = session.execute(_due()).first()
        if due is None:
            return False
        campaign_id, wave_id = due
        try:
            self._release(campaign_id, wave_id)
        except (Conflict, Invalid, NotFound) as problem:
            self._put_off(campaign_id, wave_id, problem=str(problem))
        return True

    def _release(self, campaign_id: UUID, wave_id: UUID) -> None:
        with self.database.transaction(self.actor) as session:
            lock_campaign(session, campaign_id)
            if session.execute(_due().where(Wave.id == wave_id)).first() is None:
                return
            wave = release_wave(session, self.actor, campaign_id=campaign_id, wave_id=wave_id)
            again = now() + timedelta(seconds=self.settings.follow_up_seconds)
            wave.due_at = again if wave.goes_on else None

    def _put_off(self, campaign_id: UUID, wave_id: UUID, *, problem: str) -> None:
        failures_total.inc()
        log.warning("wave_put_off", campaign_id=str(campaign_id), wave_id=str(wave_id), problem=problem)
        with self.database.transaction(self.actor) as session:
            lock_campaign(session, campaign_id)
            wave = session.get_one(Wave, wave_id)
            wave.problem = problem
            wave.due_at = now() + timedelta(seconds=self.settings.put_off_seconds)


def _due() -> Select[UUID, UUID]:
    return (
        select(Wave.campaign_id, Wave.id)
        .join(Campaign, Campaign.id == Wave.campaign_id)
        .where(Campaign.state == State.RUNNING)
        .where(Wave.release == WHEN_DUE, Wave.state != FINISHED, Wave.due_at <= now())
        .order_by(Wave.due_at, Wave.id)
        .limit(1)
    )
