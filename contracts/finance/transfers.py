"""Events of transfers between budget lines."""

from typing import Literal
from uuid import UUID

from contracts.event import Code, Event, Moment, Money, Subject, Text, event


@event("transfer.requested.v1", producer="finance")
class TransferRequested(Event, kw_only=True):
    """Somebody asks to move budget from one line to another. Until it is decided, the amount is reserved."""

    transfer_id: UUID
    from_budget_id: UUID
    from_line_id: UUID
    to_budget_id: UUID
    to_line_id: UUID
    department: Code
    total: Money
    reason: Text
    requested_by: Subject
    requested_at: Moment


@event("transfer.settled.v1", producer="finance")
class TransferSettled(Event, kw_only=True):
    """It was carried out; or it was rejected or withdrawn, and the amount is available again."""

    transfer_id: UUID
    from_budget_id: UUID
    from_line_id: UUID
    to_budget_id: UUID
    to_line_id: UUID
    outcome: Literal["carried_out", "rejected", "withdrawn"]
    total: Money
    settled_by: Subject
    settled_at: Moment
