"""Payees and payment batches over HTTP, for finance clerks."""

from uuid import UUID

from werkzeug.wrappers import Response

from chassis import sheets
from chassis.errors import Conflict
from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.payments import actions, queries
from services.finance.payments.files import HEADER, pain_of, rows_of
from services.finance.payments.model import Payee, PaymentBatch
from services.finance.payments.schemas import (
    BatchFilter,
    BatchView,
    Confirmation,
    FileQuery,
    NewBatch,
    NewPayee,
    PayeeFilter,
    PayeeView,
)

CLERKS = (FINANCE_CLERK,)
SEEING = (FINANCE_APPROVER, FINANCE_CLERK)


class PaymentApi:
    """Routes of payees and payment batches."""

    @route("GET", "/payees", roles=CLERKS, query=PayeeFilter, returns=PayeeView, many=True)
    def list_payees(self, request: Request) -> Page:
        """List where the people of your departments are paid to."""
        return request.page(queries.payees(request.actor, **request.query), Payee.id)

    @route("POST", "/payees", roles=CLERKS, body=NewPayee, returns=PayeeView, status=200)
    def keep_payee(self, request: Request) -> Payee:
        """Note where a person is paid to, in the place of what was noted before; never your own account."""
        return actions.keep_payee(request.session, request.actor, **request.body)

    @route("GET", "/payments", roles=SEEING, query=BatchFilter, returns=BatchView, many=True)
    def list_batches(self, request: Request) -> Page:
        """List the payment batches of your departments."""
        return request.page(queries.batches(request.actor, **request.query), PaymentBatch.id)

    @route("POST", "/payments", roles=CLERKS, body=NewBatch, returns=BatchView, status=201)
    def gather_payments(self, request: Request) -> PaymentBatch:
        """Gather approved claims into a batch: those named, those of a campaign, or all that wait."""
        return actions.gather_payments(request.session, request.actor, **request.body)

    @route("GET", "/payments/<uuid:batch_id>", roles=SEEING, returns=BatchView)
    def show_batch(self, request: Request, batch_id: UUID) -> PaymentBatch:
        """Show a payment batch with its payments."""
        return queries.batch(request.session, request.actor, batch_id)

    @route("POST", "/payments/<uuid:batch_id>/export", roles=CLERKS, returns=BatchView, status=200)
    def export_batch(self, request: Request, batch_id: UUID) -> PaymentBatch:
        """Close a batch to changes, so that its file may be fetched. A second time changes nothing."""
        return actions.export_batch(request.session, request.actor, batch_id=batch_id)

    @route("GET", "/payments/<uuid:batch_id>/file", roles=CLERKS, query=FileQuery)
    def fetch_batch_file(self, request: Request, batch_id: UUID) -> Response:
        """Fetch the file of an exported batch: SEPA in EUR only. Every call gives the same bytes."""
        batch = queries.batch(request.session, request.actor, batch_id)
        if batch.state not in {"exported", "closed"}:
            raise Conflict(f"The payment batch is {batch.state}: export it first.")
        if request.query["kind"] == "csv":
            return sheets.download(f"payments-{batch.id}.csv", HEADER, rows_of(batch))
        return Response(pain_of(batch), content_type="application/xml")

    @route("POST", "/payments/<uuid:batch_id>/cancellation", roles=CLERKS, returns=BatchView, status=200)
    def cancel_batch(self, request: Request, batch_id: UUID) -> PaymentBatch:
        """Give up a batch before it is exported; its claims may be paid otherwise."""
        return actions.cancel_batch(request.session, request.actor, batch_id=batch_id)

    @route(
        "POST",
        "/payments/<uuid:batch_id>/confirmation",
        roles=CLERKS,
        body=Confirmation,
        returns=BatchView,
        status=200,
    )
    def confirm_batch(self, request: Request, batch_id: UUID) -> PaymentBatch:
        """Record what the bank paid: those claims are paid and become cost; those that failed wait again."""
        return actions.confirm_batch(request.session, request.actor, batch_id=batch_id, **request.body)
