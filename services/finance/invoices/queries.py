"""Reads of invoices, in the departments of the reader only."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from services.finance.finding import find
from services.finance.invoices.model import Invoice


def invoices(
    actor: Actor,
    *,
    state: str | None = None,
    supplier_id: UUID | None = None,
    campaign_id: UUID | None = None,
    purchase_id: UUID | None = None,
    due_before: date | None = None,
    overdue: bool | None = None,
) -> Select[Invoice]:
    """Invoices with their lines; overdue: past the due date and neither paid nor rejected."""
    found = select(Invoice).where(actor.scope(Invoice.department)).options(selectinload(Invoice.lines))
    equal: dict[str, Any] = {
        "state": state,
        "supplier_id": supplier_id,
        "campaign_id": campaign_id,
        "purchase_id": purchase_id,
    }
    for name, value in equal.items():
        if value is not None:
            found = found.where(getattr(Invoice, name) == value)
    if due_before is not None:
        found = found.where(Invoice.due_on < due_before)
    if overdue is None:
        return found
    late = (Invoice.due_on < now().date()) & Invoice.state.in_(("accepted", "disputed"))
    return found.where(late if overdue else ~late)


def invoice(session: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """One invoice with its lines. Raises NotFound."""
    return find(session, invoices(actor), Invoice, invoice_id, what="invoice")


def invoice_for_update(session: Session, actor: Actor, invoice_id: UUID) -> Invoice:
    """The same as it stands now, locked; its purchase is locked already. Raises NotFound."""
    return find(session, invoices(actor), Invoice, invoice_id, what="invoice", lock=True)


def purchase_of_invoice(session: Session, actor: Actor, invoice_id: UUID) -> UUID:
    """The purchase, which is locked before the invoice. Raises NotFound."""
    query = select(Invoice.purchase_id).where(Invoice.id == invoice_id, actor.scope(Invoice.department))
    found = session.scalar(query)
    if found is None:
        raise NotFound("invoice", invoice_id)
    return found
