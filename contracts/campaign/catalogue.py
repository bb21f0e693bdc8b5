"""Events of the lists of codes that plans are made with."""

from uuid import UUID

from contracts.event import Code, Event, Moment, Subject, Text, event


@event("term.saved.v1", producer="campaign")
class TermSaved(Event, kw_only=True):
    """A code of a list was added, renamed, retired or brought back: the whole entry as it now stands.

    ``list`` is kinds, purposes, metrics, duties or purchases; labels are for people, in English and Chinese.
    """

    term_id: UUID
    list: Code
    code: Code
    label: Text
    label_zh: Text
    active: bool
    by: Subject
    at: Moment
