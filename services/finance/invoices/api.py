"""Invoices over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import FINANCE_APPROVER, FINANCE_CLERK
from services.finance.access import READERS
from services.finance.invoices import actions, queries
from services.finance.invoices.model import Invoice
from services.finance.invoices.schemas import InvoiceFilter, InvoiceView, Judgement, NewInvoice, NewPayment

CLERKS = (FINANCE_CLERK,)
JUDGES = (FINANCE_APPROVER,)
ONE = "/invoices/<uuid:invoice_id>"


class InvoiceApi:
    """Routes of invoices."""

    @route(
        "POST",
        "/purchases/<uuid:purchase_id>/invoices",
        roles=CLERKS,
        body=NewInvoice,
        returns=InvoiceView,
        status=201,
    )
    def enter_invoice(self, request: Request, purchase_id: UUID) -> Invoice:
        """Enter an invoice: accepted where it matches order and receipts, disputed otherwise."""
        tolerance = request.settings.tolerance
        return actions.enter_invoice(
            request.session, request.actor, purchase_id=purchase_id, tolerance=tolerance, **request.body
        )

    @route("GET", "/invoices", roles=READERS, query=InvoiceFilter, returns=InvoiceView, many=True)
    def list_invoices(self, request: Request) -> Page:
        """List the invoices of your departments."""
        return request.page(queries.invoices(request.actor, **request.query), Invoice.id)

    @route("GET", ONE, roles=READERS, returns=InvoiceView)
    def show_invoice(self, request: Request, invoice_id: UUID) -> Invoice:
        """Show an invoice."""
        return queries.invoice(request.session, request.actor, invoice_id)

    @route("POST", f"{ONE}/override", roles=JUDGES, body=Judgement, returns=InvoiceView, status=200)
    def override_invoice(self, request: Request, invoice_id: UUID) -> Invoice:
        """Accept a disputed invoice that somebody else entered."""
        return actions.override_invoice(request.session, request.actor, invoice_id=invoice_id, **request.body)

    @route("POST", f"{ONE}/rejection", roles=JUDGES, body=Judgement, returns=InvoiceView, status=200)
    def reject_invoice(self, request: Request, invoice_id: UUID) -> Invoice:
        """Reject a disputed invoice that somebody else entered."""
        return actions.reject_invoice(request.session, request.actor, invoice_id=invoice_id, **request.body)

    @route("POST", f"{ONE}/payment", roles=CLERKS, body=NewPayment, returns=InvoiceView, status=200)
    def pay_invoice(self, request: Request, invoice_id: UUID) -> Invoice:
        """Record that an accepted invoice was paid; 409 when it was before."""
        return actions.pay_invoice(request.session, request.actor, invoice_id=invoice_id, **request.body)
