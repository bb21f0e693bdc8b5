"""The pages over HTTP: for people who sign in, and for whoever holds a signed link."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Unauthenticated
from chassis.http import Request, route
from services.reporting.access import READERS
from services.reporting.evaluation import queries
from services.reporting.evaluation.report import evaluate_campaign
from services.reporting.pages.links import check_link, page_url
from services.reporting.pages.rendering import render
from services.reporting.pages.schemas import PageKey, PageLinkRequest, PageLinkView

STYLE = (Path(__file__).parent / "static" / "page.css").read_bytes()

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PagesApi:
    """Routes of the pages."""

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/page-links",
        roles=READERS,
        body=PageLinkRequest,
        returns=PageLinkView,
        status=201,
    )
    def sign_page_link(self, request: Request, campaign_id: UUID) -> dict[str, Any]:
        """Make a link that shows the campaign's page to whoever has it, until it expires."""
        queries.campaign(request.session, request.actor, campaign_id)
        expires_at = (now() + timedelta(seconds=request.body["seconds"])).replace(microsecond=0)
        settings = request.settings
        url = page_url(settings.public_url, campaign_id, key=settings.link_key, expires_at=expires_at)
        return {"url": url, "expires_at": expires_at}

    @route("GET", "/campaigns/<uuid:campaign_id>/page", public=True, query=PageKey)
    def show_page(self, request: Request, campaign_id: UUID) -> Response:
        """Show the campaign's evaluation as a page with charts.

        Takes the expires and signature of a signed link, or a bearer token of somebody who may
        evaluate the campaign.
        """
        evaluation = evaluate_campaign(request.session, _reader(request, campaign_id), campaign_id)
        return Response(render(evaluation), content_type="text/html; charset=utf-8", headers=PAGE_HEADERS)

    @route("GET", "/static/page.css", public=True)
    def show_style(self, request: Request) -> Response:
        """Give the style sheet of the pages."""
        headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(STYLE, content_type="text/css; charset=utf-8", headers=headers)


def _reader(request: Request, campaign_id: UUID) -> Actor:
    """Who looks at the page. A good link stands for the service itself.

    Raises Unauthenticated or Forbidden.
    """
    actor = request.actor
    if "expires" in request.query:
        key, signature = request.settings.link_key, request.query["signature"]
        check_link(campaign_id, key=key, expires=request.query["expires"], signature=signature)
        return Actor.system("reporting")
    if actor == Actor.anonymous():
        raise Unauthenticated("This needs a signed link or a bearer token", presented=False)
    if not (actor.has(*READERS) or actor.administers):
        raise Forbidden(f"This needs one of the roles {', '.join(READERS)}")
    return actor
