"""Ordering, receiving, cancelling and closing. Locks: approval, purchase, invoice, budget, line."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid
from chassis.files import attach
from chassis.metrics import counter
from contracts.finance import PurchaseCancelled, PurchaseClosed, PurchaseReceived, ReceivedItem
from services.finance.invoices.model import Invoice
from services.finance.purchases import queries, telling
from services.finance.purchases.commitments import release_rest
from services.finance.purchases.matching import Tolerance, plain
from services.finance.purchases.model import CANCELLABLE, UNDER_WAY, OrderNumbers, Purchase, Receipt
from services.finance.suppliers.model import Supplier

received_total = counter(
    "finance_receipts_total", "Receipts of goods that were recorded, each of one line of a purchase."
)


def order_purchase(
    session: Session, actor: Actor, *, purchase_id: UUID, expected_on: date | None = None
) -> Purchase:
    """Order what was granted, under the department's next number.

    Raises Conflict unless it is approved, and for a supplier that is blocked by now.
    """
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require("approved", to="ordered")
    supplier = session.get_one(Supplier, purchase.supplier_id)
    if supplier.state == "blocked":
        raise Conflict(f"The supplier is blocked: {supplier.reason}")
    if not any(line.granted > 0 for line in purchase.lines):
        raise Conflict("Nothing was granted, so there is nothing to order.")
    purchase.order_number = _next_number(session, purchase.department)
    purchase.state, purchase.ordered_at, purchase.expected_on = "ordered", now(), expected_on
    telling.tell(session, purchase, telling.ordered(purchase, actor), was="approved")
    return purchase


def receive_goods(
    session: Session,
    actor: Actor,
    *,
    purchase_id: UUID,
    items: Sequence[dict[str, Any]],
    note: str = "",
    documents: Sequence[UUID] = (),
    tolerance: Tolerance,
) -> Purchase:
    """Record what arrived. Raises Invalid for more than was ordered, Conflict unless it is under way."""
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require(*UNDER_WAY, to="received")
    was = purchase.state
    attach(session, actor, documents, to=purchase)
    at = now()
    for position, item in enumerate(items):
        _receive(purchase, position, item_id=item["item_id"], quantity=item["quantity"], tolerance=tolerance)
        receipt = Receipt(
            purchase_id=purchase.id,
            received_by=actor.subject,
            received_at=at,
            note=note,
            documents=[str(one) for one in documents],
            **item,
        )
        session.add(receipt)
    if purchase.state in {"ordered", "partly_received"}:
        purchase.advance()
    telling.tell(session, purchase, _received(purchase, actor, items), was=was)
    received_total.inc(len(items))
    return purchase


def cancel_purchase(session: Session, actor: Actor, *, purchase_id: UUID, reason: str) -> Purchase:
    """Give it up and release what is not spent. Raises Conflict for what has ended or is in dispute."""
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require(*CANCELLABLE, to="cancelled")
    was = purchase.state
    _refuse_open_invoices(session, purchase, "disputed")
    purchase.state, purchase.ended_at, purchase.outcome_reason = "cancelled", now(), reason
    cancelled = PurchaseCancelled(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        outcome="cancelled",
        released=telling.money(purchase.committed, purchase.currency),
        reason=reason,
        cancelled_at=purchase.ended_at,
    )
    telling.tell(session, purchase, cancelled, was=was)
    release_rest(session, actor, purchase=purchase, note=reason)
    return purchase


def close_purchase(session: Session, actor: Actor, *, purchase_id: UUID) -> Purchase:
    """Be done with it and release the rest. Raises Conflict while an invoice is in dispute or unpaid."""
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require(*UNDER_WAY, to="closed")
    was = purchase.state
    _refuse_open_invoices(session, purchase, "disputed", "accepted")
    purchase.state, purchase.ended_at = "closed", now()
    closed = PurchaseClosed(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        released=telling.money(purchase.committed, purchase.currency),
        incurred=telling.money(purchase.incurred, purchase.currency),
        closed_at=purchase.ended_at,
    )
    telling.tell(session, purchase, closed, was=was)
    release_rest(session, actor, purchase=purchase, note="Closed")
    return purchase


def _receive(
    purchase: Purchase, position: int, *, item_id: UUID, quantity: Decimal, tolerance: Tolerance
) -> None:
    line = purchase.line(item_id)
    if line is None or line.granted <= 0:
        raise Invalid({f"items.{position}.item_id": ["This was not ordered here."]})
    most = tolerance.most(line.quantity)
    if line.received + quantity > most:
        left = most - line.received
        raise Invalid({f"items.{position}.quantity": [f"At most {plain(left)} more may arrive."]})
    line.received += quantity


def _refuse_open_invoices(session: Session, purchase: Purchase, *states: str) -> None:
    waiting = select(Invoice.number, Invoice.state).where(
        Invoice.purchase_id == purchase.id, Invoice.state.in_(states)
    )
    found = session.execute(waiting.limit(1)).first()
    if found is not None:
        raise Conflict(f"Invoice {found.number} is {found.state}.")


def _next_number(session: Session, department: str) -> str:
    """Count in this transaction: who comes second waits, and what is rolled back leaves no gap."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    insert = insert_postgresql if postgresql else insert_sqlite
    counted: Any = insert(OrderNumbers).values(department=department, last=1)
    counted = counted.on_conflict_do_update(
        index_elements=[OrderNumbers.department], set_={"last": OrderNumbers.last + 1}
    ).returning(OrderNumbers.last)
    return f"{department[:50]}-{session.execute(counted).scalar_one():06d}"


def _received(purchase: Purchase, actor: Actor, items: Sequence[dict[str, Any]]) -> PurchaseReceived:
    return PurchaseReceived(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        state=purchase.state,
        items=[ReceivedItem(item_id=item["item_id"], quantity=item["quantity"]) for item in items],
        received_by=actor.subject,
        received_at=now(),
    )
