"""HTTP routes of mailings. They only show: a mailing is made by the release of a wave."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.mailings import queries
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.mailings.schemas import (
    DeliveryFilter,
    DeliveryView,
    MailingDetail,
    MailingFilter,
    MailingView,
)

READERS = (MARKETING_MANAGER, MARKETING_STAFF, ANALYST)


class MailingsApi:
    """Watching mailings and their deliveries."""

    @route("GET", "/mailings", roles=READERS, query=MailingFilter, returns=MailingView, many=True)
    def list_mailings(self, request: Request) -> Page:
        """List mailings, the newest first."""
        return request.page(queries.mailings(request.actor, **request.query), Mailing.id)

    @route("GET", "/mailings/<uuid:mailing_id>", roles=READERS, returns=MailingDetail)
    def show_mailing(self, request: Request, mailing_id: UUID) -> dict[str, Any]:
        """Show a mailing and how its deliveries stand now."""
        mailing = queries.mailing(request.session, request.actor, mailing_id)
        columns = {column.key: getattr(mailing, column.key) for column in Mailing.__table__.columns}
        return {**columns, "counts": queries.counts(request.session, mailing_id)}

    @route(
        "GET",
        "/mailings/<uuid:mailing_id>/deliveries",
        roles=READERS,
        query=DeliveryFilter,
        returns=DeliveryView,
        many=True,
    )
    def list_deliveries(self, request: Request, mailing_id: UUID) -> Page:
        """List the deliveries of a mailing, perhaps only those in one state."""
        chosen = queries.deliveries(request.session, request.actor, mailing_id=mailing_id, **request.query)
        return request.page(chosen, Delivery.id)
