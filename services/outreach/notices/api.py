"""Notices over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import MARKETING_MANAGER, ROLES, SALES_MANAGER
from services.outreach.notices import actions, queries
from services.outreach.notices.model import Notice
from services.outreach.notices.schemas import NoticeFilter, NoticeView, OwnFilter

OVERSEERS = (MARKETING_MANAGER, SALES_MANAGER)


class NoticesApi:
    """Routes of notices. They are written by what happens, never by hand."""

    @route("GET", "/my-notices", roles=ROLES, query=OwnFilter, returns=NoticeView, many=True)
    def list_own_notices(self, request: Request) -> Page:
        """List the notices to you."""
        return request.page(queries.own_notices(request.actor, **request.query), Notice.id)

    @route("GET", "/notices", roles=OVERSEERS, query=NoticeFilter, returns=NoticeView, many=True)
    def list_notices(self, request: Request) -> Page:
        """List the notices of your departments."""
        return request.page(queries.notices(request.actor, **request.query), Notice.id)

    @route("POST", "/notices/<uuid:notice_id>/resend", roles=OVERSEERS, returns=NoticeView)
    def resend_notice(self, request: Request, notice_id: UUID) -> Notice:
        """Have a notice that failed, or may or may not have gone out, sent again."""
        return actions.send_again(queries.notice_for_update(request.session, request.actor, notice_id))
