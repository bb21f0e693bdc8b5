"""Events of exchange rates."""

from datetime import date
from uuid import UUID

from contracts.event import Code, Count, Event, Moment, Subject, event


@event("rates.recorded.v1", producer="finance")
class RatesRecorded(Event, kw_only=True):
    """Exchange rates were recorded, from a file or by hand, for days from ``first_on`` to ``last_on``."""

    sheet_id: UUID
    source: Code
    count: Count
    first_on: date
    last_on: date
    recorded_by: Subject
    recorded_at: Moment
