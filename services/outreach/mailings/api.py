"""HTTP routes that show mailings and their deliveries. A mailing is made by the release of a wave."""

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.mailings import export, preview, progress, queries
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.mailings.schemas import (
    AudiencePreviewView,
    DeliveryFilter,
    DeliveryView,
    MailingDetail,
    MailingFilter,
    MailingView,
    PreviewRequest,
    ReasonsView,
)

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)


class MailingsApi:
    """Watching mailings and their deliveries."""

    @route("GET", "/mailings", roles=READERS, query=MailingFilter, returns=MailingView, many=True)
    def list_mailings(self, request: Request) -> Page:
        """List mailings, the newest first."""
        return request.page(queries.mailings(request.actor, **request.query), Mailing.id)

    @route("GET", "/mailings/<uuid:mailing_id>", roles=READERS, returns=MailingDetail)
    def show_mailing(self, request: Request, mailing_id: UUID) -> dict[str, Any]:
        """Show a mailing: how its deliveries stand, how fast it goes, and its trial."""
        mailing = queries.mailing(request.session, request.actor, mailing_id)
        columns = {column.key: getattr(mailing, column.key) for column in Mailing.__table__.columns}
        now = progress.progress(request.session, mailing)
        return {**columns, **vars(now), "trial": progress.trial(request.session, mailing)}

    @route(
        "GET",
        "/mailings/<uuid:mailing_id>/deliveries",
        roles=READERS,
        query=DeliveryFilter,
        returns=DeliveryView,
        many=True,
    )
    def list_deliveries(self, request: Request, mailing_id: UUID) -> Page:
        """List the deliveries of a mailing, perhaps only those in one state or with one reason."""
        chosen = queries.listed(request.session, request.actor, mailing_id=mailing_id, **request.query)
        return request.page(chosen, Delivery.id)

    @route("GET", "/mailings/<uuid:mailing_id>/deliveries.csv", roles=WRITERS, query=DeliveryFilter)
    def export_deliveries(self, request: Request, mailing_id: UUID) -> Response:
        """Download the deliveries of a mailing with names and addresses, for instance the uncertain ones."""
        mailing = queries.mailing(request.session, request.actor, mailing_id)
        rows = queries.exported(request.session, mailing.id, **request.query)
        return Response(export.lines(rows), mimetype="text/csv")

    @route("GET", "/mailings/<uuid:mailing_id>/reasons", roles=READERS, returns=ReasonsView)
    def list_reasons(self, request: Request, mailing_id: UUID) -> dict[str, Any]:
        """List why recipients got no copy, with how many there are for each reason."""
        mailing = queries.mailing(request.session, request.actor, mailing_id)
        return {"items": queries.reasons(request.session, mailing.id)}

    @route("POST", "/audience-previews", roles=READERS, body=PreviewRequest, returns=AudiencePreviewView)
    def preview_audience(self, request: Request) -> dict[str, Any]:
        """Say who of a list of contacts a wave would reach, who not and why, and whom others reach now."""
        return preview.audience_preview(request.session, request.actor, request.settings, **request.body)
