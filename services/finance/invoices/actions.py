"""Entering, judging and paying invoices. Locks: approval, purchase, invoice, budget, line."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.files import attach
from chassis.outbox import publish
from contracts.finance import (
    InvoiceAccepted,
    InvoiceDisputed,
    InvoicePaid,
    InvoiceRejected,
    PurchaseProgressed,
)
from services.finance.budgets.actions import hold_unsettled
from services.finance.invoices import queries, telling
from services.finance.invoices.model import Invoice, InvoiceKind, InvoiceLine
from services.finance.invoices.settling import judge, post_credit, post_invoice
from services.finance.money import check_money
from services.finance.purchases.commitments import post as post_all
from services.finance.purchases.exchange import exchange_invoice
from services.finance.purchases.matching import Tolerance, price
from services.finance.purchases.model import UNDER_WAY, Purchase
from services.finance.purchases.queries import purchase_for_update
from services.finance.purchases.telling import money, tell
from services.finance.suppliers.model import Supplier


def enter_invoice(
    session: Session,
    actor: Actor,
    *,
    purchase_id: UUID,
    kind: InvoiceKind,
    number: str,
    invoiced_on: date,
    currency: str,
    lines: Sequence[dict[str, Any]],
    due_on: date | None = None,
    documents: Sequence[UUID] = (),
    tolerance: Tolerance,
) -> Invoice:
    """Enter an invoice: it is cost at once where it matches, and disputed otherwise.

    Raises Invalid for what cannot be one, Conflict for a number that the supplier has used, a settled budget,
    or a purchase that is not under way. A credit note gives back what was spent, also after the purchase was
    closed.
    """
    purchase = purchase_for_update(session, actor, purchase_id)
    ended = () if kind == "invoice" else ("closed", "cancelled")
    purchase.require(*UNDER_WAY, *ended, to="invoiced")
    _check_number(session, purchase, number)
    if currency != purchase.price_currency:
        raise Invalid({"currency": [f"The purchase is in {purchase.price_currency}."]})
    due_on = due_on or invoiced_on + timedelta(
        days=session.get_one(Supplier, purchase.supplier_id).payment_days
    )
    if due_on < invoiced_on:
        raise Invalid({"due_on": ["Must not be before the date of the invoice."]})
    invoice = _invoice(purchase, actor, kind=kind, number=number, invoiced_on=invoiced_on, due_on=due_on)
    invoice.lines = _lines(purchase, lines)
    exchange_invoice(session, purchase, invoice)
    attach(session, actor, documents, to=invoice)
    invoice.documents = [str(one) for one in documents]
    session.add(invoice)
    publish(session, invoice, telling.entered(invoice))
    _settle(session, actor, purchase=purchase, invoice=invoice, tolerance=tolerance)
    return invoice


def override_invoice(session: Session, actor: Actor, *, invoice_id: UUID, comment: str) -> Invoice:
    """Accept a disputed invoice as it is. Raises Forbidden for who entered it, Conflict unless disputed."""
    purchase, invoice = _locked(session, actor, invoice_id)
    _judge_other(invoice, actor)
    invoice.require("disputed", to="accepted")
    purchase.require(*UNDER_WAY, to="invoiced")
    invoice.comment, invoice.decided_by = comment, actor.subject
    _accept(session, actor, purchase=purchase, invoice=invoice)
    return invoice


def reject_invoice(session: Session, actor: Actor, *, invoice_id: UUID, comment: str) -> Invoice:
    """Refuse a disputed invoice. Raises Forbidden for who entered it, Conflict unless disputed."""
    _, invoice = _locked(session, actor, invoice_id)
    _judge_other(invoice, actor)
    invoice.require("disputed", to="rejected")
    invoice.state, invoice.comment, invoice.decided_by = "rejected", comment, actor.subject
    rejected = InvoiceRejected(
        invoice_id=invoice.id,
        purchase_id=invoice.purchase_id,
        campaign_id=invoice.campaign_id,
        comment=comment,
        rejected_by=actor.subject,
        rejected_at=now(),
    )
    telling.tell(session, invoice, rejected)
    return invoice


def pay_invoice(
    session: Session, actor: Actor, *, invoice_id: UUID, reference: str, paid_at: datetime | None = None
) -> Invoice:
    """Record its payment. Raises Conflict unless it is accepted: a second payment is refused."""
    purchase, invoice = _locked(session, actor, invoice_id)
    invoice.require("accepted", to="paid")
    at = paid_at or now()
    if at > now():
        raise Invalid({"paid_at": ["Must not be in the future."]})
    invoice.state, invoice.paid_at, invoice.reference = "paid", at, reference
    invoice.paid_by = actor.subject
    paid = InvoicePaid(
        invoice_id=invoice.id,
        purchase_id=purchase.id,
        campaign_id=invoice.campaign_id,
        total=money(invoice.total, invoice.currency),
        reference=reference,
        paid_at=at,
    )
    telling.tell(session, invoice, paid)
    _advance(session, purchase, invoice)
    return invoice


def _locked(session: Session, actor: Actor, invoice_id: UUID) -> tuple[Purchase, Invoice]:
    purchase_id = queries.purchase_of_invoice(session, actor, invoice_id)
    purchase = purchase_for_update(session, actor, purchase_id)
    return purchase, queries.invoice_for_update(session, actor, invoice_id)


def _judge_other(invoice: Invoice, actor: Actor) -> None:
    if invoice.entered_by == actor.subject:
        raise Forbidden("Nobody decides on an invoice that they entered.")


def _check_number(session: Session, purchase: Purchase, number: str) -> None:
    used = select(Invoice.number).where(Invoice.supplier_id == purchase.supplier_id, Invoice.number == number)
    if session.scalar(used) is not None:
        raise Conflict(f"Invoice {number} of this supplier has been entered already.")


def _invoice(purchase: Purchase, actor: Actor, **values: Any) -> Invoice:
    return Invoice(
        purchase_id=purchase.id,
        supplier_id=purchase.supplier_id,
        campaign_id=purchase.campaign_id,
        department=purchase.department,
        currency=purchase.price_currency,
        problems=[],
        comment="",
        reference="",
        entered_by=actor.subject,
        entered_at=now(),
        **values,
    )


def _lines(purchase: Purchase, lines: Sequence[dict[str, Any]]) -> list[InvoiceLine]:
    found: list[InvoiceLine] = []
    for position, line in enumerate(lines):
        bought = purchase.line(line["item_id"])
        if bought is None or bought.granted <= 0:
            raise Invalid({f"lines.{position}.item_id": ["This was not ordered here."]})
        if any(other.item_id == bought.id for other in found):
            raise Invalid({f"lines.{position}.item_id": ["A line comes twice."]})
        amount: Decimal = price(line["quantity"], line["unit_price"], bought.price_currency)
        check_money(amount, bought.price_currency, field=f"lines.{position}.unit_price")
        money = {"currency": bought.price_currency, "cost_currency": purchase.currency}
        found.append(InvoiceLine(position=position + 1, amount=amount, **money, **line))
    return found


def _settle(
    session: Session, actor: Actor, *, purchase: Purchase, invoice: Invoice, tolerance: Tolerance
) -> None:
    invoice.problems = judge(purchase, invoice, tolerance=tolerance)
    if not invoice.problems:
        _accept(session, actor, purchase=purchase, invoice=invoice)
        return
    invoice.state = "disputed"
    disputed = InvoiceDisputed(
        invoice_id=invoice.id,
        purchase_id=purchase.id,
        campaign_id=invoice.campaign_id,
        reasons=invoice.problems,
    )
    telling.tell(session, invoice, disputed)
    session.flush()
    hold_unsettled(session, purchase.budget_id)


def _accept(session: Session, actor: Actor, *, purchase: Purchase, invoice: Invoice) -> None:
    invoice.state = "accepted"
    accepted = InvoiceAccepted(
        invoice_id=invoice.id,
        purchase_id=purchase.id,
        campaign_id=invoice.campaign_id,
        total=money(invoice.total, invoice.currency),
        cost=None if invoice.currency == purchase.currency else money(invoice.cost, purchase.currency),
        overridden=bool(invoice.problems),
        comment=invoice.comment,
        accepted_by=actor.subject,
        accepted_at=now(),
    )
    telling.tell(session, invoice, accepted)
    entries = (post_invoice if invoice.kind == "invoice" else post_credit)(purchase, invoice)
    _advance(session, purchase, invoice)
    post_all(session, actor, purchase=purchase, entries=entries, note=invoice.number)


def _advance(session: Session, purchase: Purchase, invoice: Invoice) -> None:
    session.flush()
    unpaid = select(Invoice.id).where(
        Invoice.purchase_id == purchase.id, Invoice.state.in_(("accepted", "disputed"))
    )
    was = purchase.state
    purchase.advance(settled=session.scalar(unpaid.limit(1)) is None)
    progressed = PurchaseProgressed(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        invoice_id=invoice.id,
        state=purchase.state,
    )
    tell(session, purchase, progressed, was=was)
