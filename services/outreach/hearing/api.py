"""HTTP routes of what came in by mail: people look at it, and sort what could not be sorted."""

from typing import Any
from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.hearing import byhand, queries
from services.outreach.hearing.model import InboundMail
from services.outreach.hearing.schemas import (
    InboundMailDetail,
    InboundMailFilter,
    InboundMailView,
    SortingRequest,
)

SORTERS = (MARKETING_MANAGER, MARKETING_STAFF)


class HearingApi:
    """Bounces, complaints and replies."""

    @route(
        "GET", "/inbound-mails", roles=SORTERS, query=InboundMailFilter, returns=InboundMailView, many=True
    )
    def list_inbound_mails(self, request: Request) -> Page:
        """List mails that came in, the newest first, e.g. those in state unrecognised."""
        return request.page(queries.inbound_mails(request.actor, **request.query), InboundMail.id)

    @route("GET", "/inbound-mails/<uuid:mail_id>", roles=SORTERS, returns=InboundMailDetail)
    def show_inbound_mail(self, request: Request, mail_id: UUID) -> dict[str, Any]:
        """Show a mail with its words."""
        mail = queries.inbound_mail(request.session, request.actor, mail_id)
        columns = {column.key: getattr(mail, column.key) for column in InboundMail.__table__.columns}
        return {**columns, "text": queries.words_of(request.session, mail_id)}

    @route(
        "POST",
        "/inbound-mails/<uuid:mail_id>/sorting",
        roles=SORTERS,
        body=SortingRequest,
        returns=InboundMailView,
    )
    def sort_inbound_mail(self, request: Request, mail_id: UUID) -> InboundMail:
        """Say what a mail is. It takes effect on its delivery at once; what was before is not undone."""
        told = byhand.Told(**request.body)
        return byhand.sort_by_hand(
            request.session, request.actor, mail_id, told=told, limits=request.settings
        )
