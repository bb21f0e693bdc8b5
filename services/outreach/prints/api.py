"""HTTP routes of printed matter: the batches of a mailing, their documents, and returned mail."""

from typing import Any, cast
from uuid import UUID

from werkzeug.wrappers import Response

from chassis.http import Page, Request, route
from contracts.roles import MARKETING_MANAGER, MARKETING_STAFF
from services.outreach.channels.dm.codes import Codes
from services.outreach.prints import actions, manifest, queries
from services.outreach.prints.model import MANIFEST, PrintBatch
from services.outreach.prints.schemas import PrintBatchView, ReturnsEntry, ReturnsView
from services.outreach.settings import OutreachSettings

STAFF = (MARKETING_MANAGER, MARKETING_STAFF)
"""Addresses are none of the analysts' business."""

PDF = "application/pdf"


class PrintsApi:
    """Fetching what the printer made, and entering what came back."""

    @route(
        "GET",
        "/mailings/<uuid:mailing_id>/print-batches",
        roles=STAFF,
        returns=PrintBatchView,
        many=True,
    )
    def list_print_batches(self, request: Request, mailing_id: UUID) -> Page:
        """List the print batches of a mailing, the newest first."""
        return request.page(queries.batches(request.session, request.actor, mailing_id), PrintBatch.id)

    @route("GET", "/print-batches/<uuid:batch_id>.pdf", roles=STAFF)
    def fetch_letters(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the letters of a batch as PDF."""
        return _document(request, batch_id, "letters")

    @route("GET", "/print-batches/<uuid:batch_id>/envelopes.pdf", roles=STAFF)
    def fetch_envelopes(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the envelopes of a batch as PDF, where they are printed."""
        return _document(request, batch_id, "envelopes")

    @route("GET", "/print-batches/<uuid:batch_id>/labels.pdf", roles=STAFF)
    def fetch_labels(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the sheets of labels of a batch as PDF, where they are printed."""
        return _document(request, batch_id, "labels")

    @route("GET", "/print-batches/<uuid:batch_id>/manifest.json", roles=STAFF)
    def fetch_manifest(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the manifest of a batch as JSON: a list with an entry for each piece, in their order."""
        found = queries.document(request.session, request.actor, batch_id, MANIFEST)
        return _attached(found.content, f"{batch_id}.json", "application/json")

    @route("GET", "/print-batches/<uuid:batch_id>/manifest.csv", roles=STAFF)
    def fetch_manifest_as_csv(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the manifest of a batch as CSV. What could pass for a formula has an apostrophe before it."""
        found = queries.document(request.session, request.actor, batch_id, MANIFEST)
        text = "".join(manifest.as_csv(found.content))
        return _attached(text.encode(), f"{batch_id}.csv", "text/csv; charset=utf-8")

    @route("POST", "/print-batches/<uuid:batch_id>/dispatch", roles=STAFF, returns=PrintBatchView)
    def dispatch_print_batch(self, request: Request, batch_id: UUID) -> PrintBatch:
        """Mark a batch as sent to the print house. One that is marked already stays as it is."""
        return actions.mark_sent(request.session, request.actor, batch_id)

    @route("POST", "/returns", roles=STAFF, body=ReturnsEntry, returns=ReturnsView)
    def enter_returns(self, request: Request) -> dict[str, Any]:
        """Enter returned mail by the codes that were scanned, many at once. The same code may come again."""
        codes = Codes(cast(OutreachSettings, request.settings).link_key)
        given = request.body["codes"]
        return {"returns": actions.enter_returns(request.session, request.actor, given, codes)}


def _document(request: Request, batch_id: UUID, name: str) -> Response:
    found = queries.document(request.session, request.actor, batch_id, name)
    return _attached(found.content, f"{name}-{batch_id}.pdf", PDF)


def _attached(content: bytes, name: str, media_type: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, content_type=media_type)
