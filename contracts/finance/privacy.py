"""The event of the finance service with which it answers a person who asks for their data or its erasure."""

from contracts.event import event
from contracts.privacy import DataAnswered


@event("financedata.answered.v1", producer="finance")
class FinanceAnswered(DataAnswered, kw_only=True):
    """What the finance service holds about a contact: nothing, since it knows campaigns and staff alone."""
