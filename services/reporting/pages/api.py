"""The pages over HTTP: for people who sign in, and for whoever holds a signed link to a campaign's."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from chassis.http import Request, route
from services.reporting.access import READERS
from services.reporting.archive.queries import head
from services.reporting.evaluation import queries
from services.reporting.evaluation.report import evaluate_campaign
from services.reporting.pages.choices import choices
from services.reporting.pages.frame import frame_of
from services.reporting.pages.links import check_link, page_url
from services.reporting.pages.paper import pdf
from services.reporting.pages.rendering import evaluation_page, report_page, trail_page
from services.reporting.pages.schemas import (
    PageKey,
    PageLinkRequest,
    PageLinkView,
    ReportPageQuery,
    TableKey,
    TablePageQuery,
    TrailKey,
)
from services.reporting.pages.tables import evaluation_report
from services.reporting.pages.trail import trail_of
from services.reporting.reports.files import download
from services.reporting.reports.registry import REPORTS, make, table_of
from services.reporting.signin.readers import redirect, signed_in, to_sign_in

STYLE = (Path(__file__).parent / "static" / "page.css").read_bytes()
PAGE = "/campaigns/<uuid:campaign_id>/page"


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

    @route("GET", PAGE, public=True, query=PageKey)
    def show_page(self, request: Request, campaign_id: UUID) -> Response:
        """Show the campaign's evaluation as a page with charts, now or as it stood at a past moment.

        Takes the expires and signature of a signed link, a sign-in, or a bearer token of somebody who may
        evaluate the campaign.
        """
        reader = _reader(request, campaign_id)
        if reader is None:
            return to_sign_in(request)
        evaluation = evaluate_campaign(request.session, reader, campaign_id, at=request.query["at"])
        return evaluation_page(evaluation, frame_of(request, reader=_name(request, reader)))

    @route("GET", f"{PAGE}.pdf", public=True, query=PageKey)
    def print_page(self, request: Request, campaign_id: UUID) -> Response:
        """Give the campaign's evaluation as a report on paper, a PDF. For the same readers."""
        reader = _reader(request, campaign_id)
        if reader is None:
            return to_sign_in(request)
        evaluation = evaluate_campaign(request.session, reader, campaign_id, at=request.query["at"])
        return pdf(evaluation, frame_of(request))

    @route("GET", f"{PAGE}/<table>", public=True, query=TableKey)
    def export_part_of_page(self, request: Request, campaign_id: UUID, table: str) -> Response:
        """Give one table of the campaign's evaluation as CSV or XLSX. For the same readers."""
        reader = _reader(request, campaign_id)
        if reader is None:
            return to_sign_in(request)
        evaluation = evaluate_campaign(request.session, reader, campaign_id, at=request.query["at"])
        found = table_of(evaluation_report(evaluation), table)
        name = f"{evaluation.campaign.code}-{table}".encode("ascii", "replace").decode().replace('"', "")
        return download(found, name=name, format=request.query["format"])

    @route("GET", f"{PAGE}/events/<figure>", public=True, query=TrailKey)
    def show_events_of_figure(self, request: Request, campaign_id: UUID, figure: str) -> Response:
        """Show the events that a figure was counted from, to somebody who is signed in or sends a token."""
        reader = signed_in(request)
        if reader is None:
            return to_sign_in(request)
        campaign = queries.campaign(request.session, reader, campaign_id)
        after, at = request.query["after"], request.query["at"]
        trail = trail_of(request.session, campaign_id, figure, after=after, at=at)
        return trail_page(campaign, trail, frame_of(request, reader=reader.subject))

    @route("GET", "/pages", public=True)
    def show_first_page(self, request: Request) -> Response:
        """Lead to the overview."""
        return redirect(request, "/pages/overview")

    @route("GET", "/pages/<report>", public=True, query=ReportPageQuery)
    def show_report_page(self, request: Request, report: str) -> Response:
        """Show a report as a page with charts, to somebody who is signed in or sends a bearer token."""
        reader = signed_in(request)
        if report not in REPORTS:
            raise NotFound("page", report)
        if reader is None:
            return to_sign_in(request)
        session, frame = request.session, frame_of(request, reader=reader.subject)
        position = head(session)
        made = make(session, reader, report, request.query["wanted"])
        values = choices(session, reader)
        return report_page(made, frame, name=report, position=position, values=values)

    @route("GET", "/pages/<report>/<table>", public=True, query=TablePageQuery)
    def export_table_of_page(self, request: Request, report: str, table: str) -> Response:
        """Give one table of a report as CSV or XLSX, to the same readers as its page."""
        reader = signed_in(request)
        if reader is None:
            return to_sign_in(request)
        made = make(request.session, reader, report, request.query["wanted"])
        return download(table_of(made, table), name=f"{report}-{table}", format=request.query["format"])

    @route("GET", "/static/page.css", public=True)
    def show_style(self, request: Request) -> Response:
        """Give the style sheet of the pages."""
        headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
        return Response(STYLE, content_type="text/css; charset=utf-8", headers=headers)


def _reader(request: Request, campaign_id: UUID) -> Actor | None:
    """Who looks at the page of a campaign. A good link stands for the service itself. Raises Forbidden."""
    if "expires" not in request.query:
        return signed_in(request)
    key, signature = request.settings.link_key, request.query["signature"]
    check_link(campaign_id, key=key, expires=request.query["expires"], signature=signature)
    return Actor.system("reporting")


def _name(request: Request, reader: Actor) -> str:
    """Whoever holds a signed link alone is nobody whom the other pages would know."""
    return "" if "expires" in request.query else reader.subject
