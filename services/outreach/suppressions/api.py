"""HTTP routes of suppressions."""

from chassis.http import Page, Request, route
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.suppressions import actions, queries
from services.outreach.suppressions.model import Suppression
from services.outreach.suppressions.schemas import SuppressionFilter, SuppressionRequest, SuppressionView

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)


class SuppressionsApi:
    """Listing suppressions and adding them by hand."""

    @route(
        "POST", "/suppressions", roles=WRITERS, body=SuppressionRequest, returns=SuppressionView, status=201
    )
    def suppress_contact(self, request: Request) -> Suppression:
        """Stop reaching a contact over a channel. A suppression that stands already is returned as it is."""
        return actions.suppress_by_hand(request.session, request.actor, **request.body)

    @route("GET", "/suppressions", roles=READERS, query=SuppressionFilter, returns=SuppressionView, many=True)
    def list_suppressions(self, request: Request) -> Page:
        """List suppressions, the newest first."""
        return request.page(queries.suppressions(request.actor, **request.query), Suppression.id)
