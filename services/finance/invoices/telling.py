"""What is told about invoices: their events, and to operators that they move."""

from typing import get_args

from sqlalchemy.orm import Session

from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import Event
from contracts.finance import InvoiceEntered
from services.finance.invoices.model import Invoice, InvoiceKind, State
from services.finance.purchases.telling import money

log = get_logger(__name__)

moved_total = counter(
    "finance_invoices_moved_total",
    "Invoices and credit notes that came to a state, by kind and that state.",
    ("kind", "state"),
    starts=[(kind, state) for kind in get_args(InvoiceKind) for state in get_args(State)],
)


def tell(session: Session, invoice: Invoice, event: Event) -> None:
    """Publish an event of an invoice, and count and log the state that it came to."""
    publish(session, invoice, event)
    moved_total.labels(invoice.kind, invoice.state).inc()
    told = {"invoice_id": str(invoice.id), "purchase_id": str(invoice.purchase_id)}
    log.info("invoice_moved", **told, kind=invoice.kind, state=invoice.state, problems=len(invoice.problems))


def entered(invoice: Invoice) -> InvoiceEntered:
    return InvoiceEntered(
        invoice_id=invoice.id,
        purchase_id=invoice.purchase_id,
        campaign_id=invoice.campaign_id,
        supplier_id=invoice.supplier_id,
        kind=invoice.kind,
        number=invoice.number,
        due_on=invoice.due_on,
        total=money(invoice.total, invoice.currency),
        entered_by=invoice.entered_by,
        entered_at=invoice.entered_at,
    )
