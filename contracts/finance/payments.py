"""Events of payment batches."""

from uuid import UUID

from contracts.event import Code, Event, Moment, Money, Subject, event


@event("payment.gathered.v1", producer="finance")
class PaymentGathered(Event, kw_only=True):
    """Approved claims were put into one batch to be paid together."""

    payment_id: UUID
    department: Code
    total: Money
    claim_ids: list[UUID]
    gathered_by: Subject
    gathered_at: Moment


@event("payment.exported.v1", producer="finance")
class PaymentExported(Event, kw_only=True):
    """The file of a batch was made for the bank."""

    payment_id: UUID
    exported_by: Subject
    exported_at: Moment


@event("payment.cancelled.v1", producer="finance")
class PaymentCancelled(Event, kw_only=True):
    """A batch was given up before its file was made."""

    payment_id: UUID
    cancelled_by: Subject


@event("payment.closed.v1", producer="finance")
class PaymentClosed(Event, kw_only=True):
    """The bank said what became of a batch: the claims that were paid, and those that were not."""

    payment_id: UUID
    paid: list[UUID]
    failed: list[UUID]
    closed_at: Moment
