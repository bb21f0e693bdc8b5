"""HTTP entrypoints of requests of people about their own data."""

from typing import cast
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from chassis.logs import get_logger
from services.lead.privacy import actions, queries
from services.lead.privacy.export import archive
from services.lead.privacy.model import PrivacyRequest
from services.lead.privacy.queries import RequestProgress
from services.lead.privacy.schemas import (
    NewPrivacyRequest,
    PrivacyFilter,
    PrivacyRequestDetailView,
    PrivacyRequestView,
)
from services.lead.roles import PRIVACY_OFFICERS
from services.lead.settings import LeadSettings

log = get_logger(__name__)

ONE = "/privacy-requests/<uuid:privacy_request_id>"


class PrivacyApi:
    """Answering people who ask for their data, or for its erasure."""

    @route(
        "POST",
        "/contacts/<uuid:contact_id>/privacy-requests",
        roles=PRIVACY_OFFICERS,
        body=NewPrivacyRequest,
        returns=PrivacyRequestView,
        status=201,
    )
    def request_privacy(self, request: Request, contact_id: UUID) -> PrivacyRequest:
        """Ask every service for a copy of a person's data, or to erase the person. There is no way back."""
        days = cast(LeadSettings, request.settings).privacy_days
        return actions.take_request(
            request.session, request.actor, contact_id=contact_id, days=days, **request.body
        )

    @route(
        "GET",
        "/privacy-requests",
        roles=PRIVACY_OFFICERS,
        query=PrivacyFilter,
        returns=PrivacyRequestView,
        many=True,
    )
    def list_privacy_requests(self, request: Request) -> Page:
        """List the requests in your departments with their deadlines, newest first."""
        return request.page(queries.requests(request.actor, **request.query), PrivacyRequest.id)

    @route("GET", ONE, roles=PRIVACY_OFFICERS, returns=PrivacyRequestDetailView)
    def show_privacy_request(self, request: Request, privacy_request_id: UUID) -> RequestProgress:
        """Show a request with what each service has answered so far."""
        found = queries.find_request(request.session, request.actor, privacy_request_id)
        return queries.progress(request.session, found)

    @route("GET", f"{ONE}/copy", roles=PRIVACY_OFFICERS)
    def fetch_privacy_copy(self, request: Request, privacy_request_id: UUID) -> Response:
        """Fetch the copy of a person's data as a ZIP archive, once every service has answered."""
        found = queries.find_request(request.session, request.actor, privacy_request_id)
        content = archive(found, queries.ready_copy(request.session, found))
        log.info("privacy_copy_fetched", request_id=str(found.id), by=request.actor.subject)
        named = f'attachment; filename="{found.id}.zip"'
        headers = {"Content-Disposition": named, "Cache-Control": "no-store"}
        return Response(content, content_type="application/zip", headers=headers)
