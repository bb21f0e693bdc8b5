"""The worker that takes the recipients of a wave onto the target list of the sub-campaign made for them.

They are kept here since the wave picked them, and may be very many, so they are taken some pages a step.
The checkpoint is the source's own; the lock on the campaign during the step is all the lease it needs.
"""

from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.config import Settings
from chassis.database import Database, Session
from contracts.event import PAGE_LIMIT
from contracts.lead import ResolvedContact
from services.campaign.audience.model import ASKED, WAVE, AudienceEntry, AudienceSource
from services.campaign.launch.actions import take_page
from services.campaign.planning.lifecycle import State
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import audience_of, lock_campaign

PAGES_A_STEP = 10


class AudienceFeeder:
    """Feeds starting campaigns whose targets are recipients of a wave, oldest first."""

    name = "audience-feeder"

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.database = database
        self.actor = Actor.system("campaign")

    def step(self) -> bool:
        """Take the next pages of one campaign. True when there was one."""
        waiting = (
            select(Campaign.id)
            .join(AudienceSource, AudienceSource.campaign_id == Campaign.id)
            .where(Campaign.state == State.STARTING)
            .where(AudienceSource.kind == WAVE, AudienceSource.state == ASKED)
            .order_by(Campaign.id)
            .limit(1)
        )
        with self.database.reading(self.actor) as session:
            campaign_id = session.scalar(waiting)
        if campaign_id is None:
            return False
        with self.database.transaction(self.actor) as session:
            feed(session, campaign_id)
        return True


def feed(session: Session, campaign_id: UUID) -> None:
    """Take the next pages of a campaign's kept recipients; the last one may launch it."""
    campaign = lock_campaign(session, campaign_id)
    if campaign is None or campaign.state != State.STARTING:
        return
    sources = audience_of(session, campaign_id)
    source = next((one for one in sources if one.kind == WAVE and one.state == ASKED), None)
    for _ in range(PAGES_A_STEP):
        if source is None or source.state != ASKED:
            return
        following = (
            select(AudienceEntry.place, AudienceEntry.contact_id, AudienceEntry.region)
            .where(AudienceEntry.source_id == source.id, AudienceEntry.place > source.taken)
            .order_by(AudienceEntry.place)
            .limit(PAGE_LIMIT)
        )
        rows = session.execute(following).all()
        contacts = [ResolvedContact(contact_id=row.contact_id, region=row.region) for row in rows]
        source.taken = rows[-1].place if rows else source.taken
        last = len(rows) < PAGE_LIMIT
        take_page(session, campaign, sources=sources, source=source, contacts=contacts, last=last)
