"""What is told about purchases: their events, and to operators that they move."""

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.event import Event, Money
from contracts.finance import PurchaseApproved, PurchaseItem, PurchaseOrdered, PurchaseRequested
from services.finance.money import in_currency
from services.finance.purchases.model import Purchase, State

log = get_logger(__name__)

moved_total = counter(
    "finance_purchases_moved_total",
    "Purchases that came to a state, by that state.",
    ("state",),
    starts=[(state,) for state in get_args(State)],
)


def tell(session: Session, purchase: Purchase, event: Event, *, was: State | None = None) -> None:
    """Publish an event of a purchase, and count and log the state that it came to from ``was``."""
    publish(session, purchase, event)
    if purchase.state != was:
        moved_total.labels(purchase.state).inc()
        log.info("purchase_moved", purchase_id=str(purchase.id), state=purchase.state, was=was)


def money(amount: Decimal, currency: str) -> Money:
    return Money(amount=in_currency(amount, currency), currency=currency)


def requested(purchase: Purchase) -> PurchaseRequested:
    return PurchaseRequested(
        purchase_id=purchase.id,
        request_version=purchase.request_version,
        budget_id=purchase.budget_id,
        campaign_id=purchase.campaign_id,
        supplier_id=purchase.supplier_id,
        requested_by=purchase.requested_by,
        total=money(purchase.total, purchase.currency),
        items=_items(purchase, [line.amount for line in purchase.lines]),
        original=None
        if purchase.price_currency == purchase.currency
        else money(purchase.original_total, purchase.price_currency),
    )


def approved(purchase: Purchase, actor: Actor) -> PurchaseApproved:
    return PurchaseApproved(
        purchase_id=purchase.id,
        budget_id=purchase.budget_id,
        campaign_id=purchase.campaign_id,
        total=money(purchase.granted, purchase.currency),
        items=_items(purchase, [line.granted for line in purchase.lines]),
        approved_by=actor.subject,
        approved_at=now(),
    )


def ordered(purchase: Purchase, actor: Actor) -> PurchaseOrdered:
    assert purchase.order_number is not None and purchase.ordered_at is not None
    return PurchaseOrdered(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        supplier_id=purchase.supplier_id,
        order_number=purchase.order_number,
        total=money(purchase.granted, purchase.currency),
        ordered_by=actor.subject,
        ordered_at=purchase.ordered_at,
    )


def _items(purchase: Purchase, amounts: Sequence[Decimal]) -> list[PurchaseItem]:
    return [
        PurchaseItem(
            item_id=line.id, line_id=line.line_id, kind=line.kind, amount=money(amount, line.currency)
        )
        for line, amount in zip(purchase.lines, amounts, strict=True)
    ]
