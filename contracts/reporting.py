"""The events of reporting: answers to people who ask for their data, and marks of readers of the feed."""

from uuid import UUID

from contracts.event import Event, Moment, Subject, event
from contracts.privacy import DataAnswered


@event("reportingdata.answered.v1", producer="reporting")
class ReportingAnswered(DataAnswered, kw_only=True):
    """What the archive of events holds about a person, or has made anonymous in it."""


@event("feedmark.set.v1", producer="reporting")
class FeedMarkSet(Event, kw_only=True):
    """A reader of the feed asked for a mark behind everything that had been published by then."""

    mark_id: UUID
    asked_by: Subject
    asked_at: Moment
