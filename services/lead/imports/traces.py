"""What imports keep of a person beside the contact: for the copy that people get, and for their erasure."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Text, cast, or_, select, update
from sqlalchemy.orm import Session

from services.lead.imports.model import Import, ImportChange, PlannedRow, Question


def changes_of(session: Session, contact_ids: Sequence[UUID]) -> Iterator[tuple[Import, ImportChange]]:
    """The imports that created or changed the contacts, with what these were before."""
    changes = select(Import, ImportChange).join(ImportChange, ImportChange.import_id == Import.id)
    changes = changes.where(ImportChange.contact_id.in_(contact_ids)).order_by(Import.id)
    yield from ((import_, change) for import_, change in session.execute(changes))


def forget(session: Session, contact_ids: Sequence[UUID]) -> int:
    """Blank what was kept of the contacts; an undo leaves them alone, for they have changed. Returns rows."""
    changes = update(ImportChange).where(
        ImportChange.contact_id.in_(contact_ids), ImportChange.was.is_not(None)
    )
    plans = update(PlannedRow).where(PlannedRow.contact_id.in_(contact_ids))
    named = or_(*(cast(Question.candidates, Text).contains(str(one)) for one in contact_ids))
    asked = update(Question).where(or_(Question.contact_id.in_(contact_ids), named))
    done = (
        session.execute(changes.values(was={})),
        session.execute(plans.values(fields={}, key="")),
        session.execute(asked.values(candidates=[])),
        session.execute(asked.where(Question.answer.is_not(None)).values(draft={})),
    )
    return sum(int(getattr(one, "rowcount", 0)) for one in done[:3])
