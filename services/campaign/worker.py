"""The slow work of the campaign service: releasing due waves, filling large audiences, finding late tasks."""

from chassis.config import Settings
from chassis.database import Database
from chassis.work import Worker
from services.campaign.audience.feeder import AudienceFeeder
from services.campaign.settings import CampaignSettings
from services.campaign.tasks.watcher import TaskWatcher
from services.campaign.waves.watcher import WaveWatcher


def workers(settings: Settings, database: Database) -> list[Worker]:
    """One of each; any number of processes may run them."""
    if not isinstance(settings, CampaignSettings):
        raise TypeError("the workers of the campaign service need its settings")
    return [WaveWatcher(settings, database), AudienceFeeder(settings, database), TaskWatcher(database)]
