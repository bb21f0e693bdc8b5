"""Events of the supplier file."""

from uuid import UUID

from contracts.event import Code, Currency, Event, Moment, Subject, Text, event


@event("supplier.saved.v1", producer="finance")
class SupplierSaved(Event, kw_only=True):
    """A supplier was entered or changed, or is active again. Bank details are not told.

    ``department`` is missing where all departments share the supplier.
    """

    supplier_id: UUID
    code: Code
    name: Text
    currency: Currency
    department: Code | None = None
    saved_by: Subject
    saved_at: Moment


@event("supplier.blocked.v1", producer="finance")
class SupplierBlocked(Event, kw_only=True):
    """Nothing more is ordered from a supplier."""

    supplier_id: UUID
    reason: Text
    blocked_by: Subject
    blocked_at: Moment
