"""HTTP routes of SMS."""

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.channels.sms import queries
from services.outreach.channels.sms.model import InboundSms
from services.outreach.channels.sms.schemas import InboundFilter, InboundView


class InboundSmsApi:
    """Reading what people texted."""

    @route(
        "GET",
        "/inbound-sms",
        roles=(MARKETING_MANAGER, MARKETING_STAFF, ANALYST),
        query=InboundFilter,
        returns=InboundView,
        many=True,
    )
    def list_inbound_sms(self, request: Request) -> Page:
        """List the texts that people sent, the newest first.

        Those from unknown numbers show only to who sees all departments.
        """
        return request.page(queries.inbound(request.actor, **request.query), InboundSms.id)
