"""HTTP entrypoints of the calendar and its feeds."""

import hashlib
from typing import Any, cast
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.errors import NotFound
from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.calendar import actions, queries
from services.campaign.calendar.ical import calendar_of
from services.campaign.calendar.model import CalendarFeed
from services.campaign.calendar.schemas import CalendarSpan, FeedView, ItemView, NewFeed
from services.campaign.calendar.tokens import feed_of, token_of
from services.campaign.roles import ONLOOKERS, WORKERS
from services.campaign.settings import CampaignSettings

FEEDS = "/calendar/feeds"


class CalendarApi:
    """When things happen, to look at and to subscribe to."""

    @route("GET", "/calendar", roles=ONLOOKERS, query=CalendarSpan, returns=ItemView, many=True)
    def show_calendar(self, request: Request) -> Page:
        """Show tasks, campaigns, waves and follow-ups that you may see, by date: at most 400 days."""
        return Page(list(queries.calendar(request.session, request.actor, **request.query)), None)

    @route("POST", FEEDS, roles=WORKERS, body=NewFeed, returns=FeedView, status=201)
    def create_feed(self, request: Request) -> dict[str, Any]:
        """Make a link that calendar programs subscribe to. Whoever has it reads the feed."""
        return _shown(request, actions.create_feed(request.session, request.actor, **request.body))

    @route("GET", FEEDS, roles=ONLOOKERS, returns=FeedView, many=True)
    def list_feeds(self, request: Request) -> Page:
        """List your feeds, newest first."""
        page = request.page(queries.feeds(request.actor), CalendarFeed.id)
        return Page([_shown(request, feed) for feed in page.items], page.next)

    @route("DELETE", f"{FEEDS}/<uuid:feed_id>", roles=WORKERS)
    def revoke_feed(self, request: Request, feed_id: UUID) -> None:
        """Revoke a feed; its link answers 404 from now on."""
        actions.revoke_feed(queries.find_feed(request.session, request.actor, feed_id))

    @route("GET", f"{FEEDS}/<token>.ics", public=True)
    def read_feed(self, request: Request, token: str) -> Response:
        """Answer a feed as iCalendar; 304 where the program has it as it stands."""
        feed_id = feed_of(token, key=_settings(request).link_key)
        feed = queries.open_feed(request.session, feed_id) if feed_id else None
        if feed is None:
            raise NotFound()
        body = calendar_of(feed.name, queries.items_of(request.session, feed))
        return _answer(request, body)


def _answer(request: Request, body: bytes) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, max-age=300"}
    if request.knows(tag):
        return Response(status=304, headers=headers)
    return Response(body, headers=headers, content_type="text/calendar; charset=utf-8")


def _shown(request: Request, feed: CalendarFeed) -> dict[str, Any]:
    settings = _settings(request)
    token = token_of(feed.id, key=settings.link_key)
    return {
        "id": feed.id,
        "scope": feed.scope,
        "campaign_id": feed.campaign_id,
        "name": feed.name,
        "url": f"{settings.public_url.rstrip('/')}{FEEDS}/{token}.ics",
        "created_at": feed.created_at,
    }


def _settings(request: Request) -> CampaignSettings:
    return cast(CampaignSettings, request.settings)
