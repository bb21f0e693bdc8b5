"""Events of suppliers' invoices and credit notes."""

from datetime import date
from typing import Literal
from uuid import UUID

from contracts.event import Event, Moment, Money, Subject, Text, event


@event("invoice.entered.v1", producer="finance")
class InvoiceEntered(Event, kw_only=True):
    """A supplier's invoice, or credit note, was entered. Its total is positive either way."""

    invoice_id: UUID
    purchase_id: UUID
    campaign_id: UUID
    supplier_id: UUID
    kind: Literal["invoice", "credit_note"]
    number: Text
    due_on: date
    total: Money
    entered_by: Subject
    entered_at: Moment


@event("invoice.accepted.v1", producer="finance")
class InvoiceAccepted(Event, kw_only=True):
    """An invoice matched, or somebody overrode what did not (``overridden``): it is cost now.

    ``cost`` is what that comes to in the currency of the budget, where it is another than the invoice's.
    """

    invoice_id: UUID
    purchase_id: UUID
    campaign_id: UUID
    total: Money
    overridden: bool
    comment: Text
    accepted_by: Subject
    accepted_at: Moment
    cost: Money | None = None


@event("invoice.disputed.v1", producer="finance")
class InvoiceDisputed(Event, kw_only=True):
    """An invoice does not match what was ordered and received; ``reasons`` says in what."""

    invoice_id: UUID
    purchase_id: UUID
    campaign_id: UUID
    reasons: list[Text]


@event("invoice.rejected.v1", producer="finance")
class InvoiceRejected(Event, kw_only=True):
    """A disputed invoice was rejected and will not be paid."""

    invoice_id: UUID
    purchase_id: UUID
    campaign_id: UUID
    comment: Text
    rejected_by: Subject
    rejected_at: Moment


@event("invoice.paid.v1", producer="finance")
class InvoicePaid(Event, kw_only=True):
    """An accepted invoice was paid, or a credit note settled."""

    invoice_id: UUID
    purchase_id: UUID
    campaign_id: UUID
    total: Money
    reference: Text
    paid_at: Moment
