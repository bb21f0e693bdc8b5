"""The event with which reporting answers a person who asks for their data or its erasure."""

from contracts.event import event
from contracts.privacy import DataAnswered


@event("reportingdata.answered.v1", producer="reporting")
class ReportingAnswered(DataAnswered, kw_only=True):
    """What the archive of events holds about a person, or has made anonymous in it."""
