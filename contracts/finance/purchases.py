"""Events of purchases, from request to closure."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Event, Moment, Money, Part, Subject, Text, event

PurchaseState = Literal[
    "requested",
    "sent_back",
    "rejected",
    "withdrawn",
    "approved",
    "ordered",
    "partly_received",
    "received",
    "partly_invoiced",
    "invoiced",
    "paid",
    "cancelled",
    "closed",
]


class PurchaseItem(Part, kw_only=True):
    """One line of a purchase; ``amount`` is what is asked, or granted, for it."""

    item_id: UUID
    line_id: UUID
    kind: Code
    amount: Money


class ReceivedItem(Part, kw_only=True):
    """How much of a line arrived."""

    item_id: UUID
    quantity: Decimal


@event("purchase.requested.v1", producer="finance")
class PurchaseRequested(Event, kw_only=True):
    """A purchase reached the approval desk, for the first time or changed (``request_version`` counts).

    ``original`` is its total in the currency of its prices, where it is another than the budget's.
    """

    purchase_id: UUID
    request_version: int
    budget_id: UUID
    campaign_id: UUID
    supplier_id: UUID
    requested_by: Subject
    total: Money
    items: list[PurchaseItem]
    original: Money | None = None


@event("purchase.approved.v1", producer="finance")
class PurchaseApproved(Event, kw_only=True):
    """The desk agreed, in whole or in part: what it granted is committed."""

    purchase_id: UUID
    budget_id: UUID
    campaign_id: UUID
    total: Money
    items: list[PurchaseItem]
    approved_by: Subject
    approved_at: Moment


@event("purchase.rejected.v1", producer="finance")
class PurchaseRejected(Event, kw_only=True):
    """The desk refused a purchase, or sent it back to be changed."""

    purchase_id: UUID
    campaign_id: UUID
    outcome: Literal["rejected", "sent_back"]
    reason: Text
    rejected_at: Moment


@event("purchase.ordered.v1", producer="finance")
class PurchaseOrdered(Event, kw_only=True):
    """A purchase was ordered under a number of its department's own sequence."""

    purchase_id: UUID
    campaign_id: UUID
    supplier_id: UUID
    order_number: Code
    total: Money
    ordered_by: Subject
    ordered_at: Moment


@event("purchase.received.v1", producer="finance")
class PurchaseReceived(Event, kw_only=True):
    """Some of what was ordered arrived."""

    purchase_id: UUID
    campaign_id: UUID
    state: PurchaseState
    items: list[ReceivedItem]
    received_by: Subject
    received_at: Moment


@event("purchase.progressed.v1", producer="finance")
class PurchaseProgressed(Event, kw_only=True):
    """An invoice or its payment moved a purchase on; the invoice's own events say by what."""

    purchase_id: UUID
    campaign_id: UUID
    invoice_id: UUID
    state: PurchaseState


@event("purchase.cancelled.v1", producer="finance")
class PurchaseCancelled(Event, kw_only=True):
    """A request was withdrawn, or a purchase given up: what was not spent is released."""

    purchase_id: UUID
    campaign_id: UUID
    outcome: Literal["withdrawn", "cancelled"]
    released: Money
    reason: Text
    cancelled_at: Moment


@event("purchase.closed.v1", producer="finance")
class PurchaseClosed(Event, kw_only=True):
    """A purchase is done with: nothing stays committed for it."""

    purchase_id: UUID
    campaign_id: UUID
    released: Money
    incurred: Money
    closed_at: Moment
