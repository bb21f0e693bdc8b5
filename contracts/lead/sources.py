"""Events of the tree of sources."""

from uuid import UUID

from contracts.event import Code, Event, Moment, Subject, Text, event


@event("source.saved.v1", producer="lead")
class SourceSaved(Event, kw_only=True):
    """A source of a department was added or changed, or its costs were: the source as it now stands.

    Contacts and leads name it by ``code``. ``parent_id`` is the source that it stands below, if any.
    """

    source_id: UUID
    department: Code
    code: Code
    name: Text
    kind: Code
    parent_id: UUID | None = None
    retired: bool
    by: Subject
    at: Moment
