"""Events of imports."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Subject, Text, event
from contracts.lead.parts import ContactCard


@event("import.contacts_saved.v1", producer="lead")
class ImportContactsSaved(Event, kw_only=True):
    """A page of contacts that an import created or changed, or that its undo changed back.

    A contact that the undo removed comes one last time, as a card with nothing on it.
    """

    import_id: UUID
    contacts: Annotated[list[ContactCard], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("import.finished.v1", producer="lead")
class ImportFinished(Event, kw_only=True):
    """An import reached the end of its file: rows = created + updated + rejected + asked.

    ``asked`` rows wait for a person to say whether they are a contact that is known.
    """

    import_id: UUID
    department: Code
    filename: Text
    rows: Count
    created: Count
    updated: Count
    rejected: Count
    finished_at: Moment
    asked: Count = 0


@event("import.undone.v1", producer="lead")
class ImportUndone(Event, kw_only=True):
    """An import was taken back: contacts ``restored`` and ``removed``; ``kept`` were changed since."""

    import_id: UUID
    department: Code
    restored: Count
    removed: Count
    kept: Count
    undone_by: Subject
    undone_at: Moment
