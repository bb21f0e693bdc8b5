"""Events of imports."""

from typing import Annotated
from uuid import UUID

import msgspec

from contracts.event import PAGE_LIMIT, Code, Count, Event, Moment, Text, event
from contracts.lead.parts import ContactCard


@event("import.contacts_saved.v1", producer="lead")
class ImportContactsSaved(Event, kw_only=True):
    """A page of contacts that an import created or changed."""

    import_id: UUID
    contacts: Annotated[list[ContactCard], msgspec.Meta(max_length=PAGE_LIMIT)]


@event("import.finished.v1", producer="lead")
class ImportFinished(Event, kw_only=True):
    """An import reached the end of its file: rows = created + updated + rejected."""

    import_id: UUID
    department: Code
    filename: Text
    rows: Count
    created: Count
    updated: Count
    rejected: Count
    finished_at: Moment
