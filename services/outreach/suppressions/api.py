"""HTTP routes of suppressions."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from chassis.sheets import download
from contracts.roles import ANALYST, MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.suppressions import actions, files, queries
from services.outreach.suppressions.model import Suppression
from services.outreach.suppressions.schemas import (
    FileFilter,
    FileOptions,
    Removal,
    SuppressionFilter,
    SuppressionRequest,
    SuppressionView,
    TakenView,
)

WRITERS = (MARKETING_MANAGER, MARKETING_STAFF)
READERS = (*WRITERS, ANALYST)
LARGEST_FILE = 20 << 20


class SuppressionsApi:
    """Listing suppressions, adding and lifting them by hand, and files of them."""

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

    @route("POST", "/suppressions/<uuid:suppression_id>/removal", roles=(MARKETING_MANAGER,), body=Removal)
    def lift_suppression(self, request: Request, suppression_id: UUID) -> None:
        """Let a contact be reached again. Consent that they withdrew is not renewed by that."""
        actions.lift_by_hand(
            request.session, request.actor, suppression_id=suppression_id, note=request.body["note"]
        )

    @route(
        "POST",
        "/suppressions/files",
        roles=WRITERS,
        query=FileOptions,
        returns=TakenView,
        stream=True,
        max_body=LARGEST_FILE,
    )
    def import_suppressions(self, request: Request) -> files.Taken:
        """Suppress whom a CSV file names by contact_id, address, email or phone, line by line."""
        return files.take_file(request.session, request.actor, request.stream, **request.query)

    @route("GET", "/suppressions/file", roles=READERS, query=FileFilter)
    def export_suppressions(self, request: Request) -> Response:
        """All suppressions of your departments as CSV; the import takes it back."""
        rows = files.rows_of(request.session, request.actor, channel=request.query.get("channel"))
        return download("suppressions.csv", files.HEADER, rows)
