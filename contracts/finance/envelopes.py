"""Events of envelopes: what a department may give to its campaigns in a period."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from contracts.event import Code, Currency, Event, Moment, Subject, Text, event


@event("envelope.opened.v1", producer="finance")
class EnvelopeOpened(Event, kw_only=True):
    """A department got an amount for a period: budgets of campaigns that start in it draw on it."""

    envelope_id: UUID
    department: Code
    name: Text
    starts_on: date
    ends_on: date
    currency: Currency
    amount: Decimal
    on_breach: Literal["stop", "warn", "ignore"]
    by: Subject
    at: Moment


@event("envelope.changed.v1", producer="finance")
class EnvelopeChanged(Event, kw_only=True):
    """Its amount, or what happens when more is drawn than it has, was set anew."""

    envelope_id: UUID
    department: Code
    currency: Currency
    amount: Decimal
    allotted: Decimal
    available: Decimal
    on_breach: Literal["stop", "warn", "ignore"]
    reason: Text
    by: Subject
    at: Moment


@event("envelope.drawn.v1", producer="finance")
class EnvelopeDrawn(Event, kw_only=True):
    """A budget took ``amount`` from the envelope, or gave it back where that is negative.

    ``breached``: more is allotted now than the envelope has, and it warns of that.
    """

    envelope_id: UUID
    department: Code
    budget_id: UUID
    currency: Currency
    amount: Decimal
    allotted: Decimal
    available: Decimal
    breached: bool
    note: Text
    by: Subject
    at: Moment
