"""Making and revoking calendar feeds."""

from uuid import UUID

from chassis.auth import EVERY_DEPARTMENT, Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from services.campaign.calendar.model import CalendarFeed
from services.campaign.calendar.queries import feeds
from services.campaign.planning.queries import find_campaign
from services.campaign.tasks.queries import reads_all

MOST_FEEDS = 50


def create_feed(
    session: Session, actor: Actor, *, scope: str, name: str = "", campaign_id: UUID | None = None
) -> CalendarFeed:
    """Make a feed of one's own tasks, or of those of a campaign that one reads.

    Raises Invalid where scope and campaign do not belong together, NotFound for a campaign that is not the
    actor's to see, Conflict when he has too many.
    """
    if (scope == "campaign") != (campaign_id is not None):
        raise Invalid({"campaign_id": ["is needed for the scope campaign, and for no other"]})
    title = "My tasks"
    if campaign_id is not None:
        if not reads_all(actor):
            raise NotFound("campaign", campaign_id)
        title = find_campaign(session, actor, campaign_id).name
    if len(session.scalars(feeds(actor).limit(MOST_FEEDS)).all()) >= MOST_FEEDS:
        raise Conflict(f"You have {MOST_FEEDS} feeds; revoke one first")
    departments = [EVERY_DEPARTMENT] if actor.sees_everything else sorted(actor.departments)
    feed = CalendarFeed(
        owner=actor.subject,
        name=name or title,
        campaign_id=campaign_id,
        departments=departments,
        created_at=now(),
    )
    session.add(feed)
    return feed


def revoke_feed(feed: CalendarFeed) -> None:
    """From now on its link answers 404."""
    feed.revoke(now())
