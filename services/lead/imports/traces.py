"""What imports keep of a person beside the contact: for the copy that people get, and for their erasure."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, Text, cast, or_, select, union, update
from sqlalchemy.orm import Session

from chassis.forgetting import forget_words
from services.lead.imports.model import ENDED, Import, ImportChange, PlannedRow, Question, Rejection


def changes_of(session: Session, contact_ids: Sequence[UUID]) -> Iterator[tuple[Import, ImportChange]]:
    """The imports that created or changed the contacts, with what these were before."""
    changes = select(Import, ImportChange).join(ImportChange, ImportChange.import_id == Import.id)
    changes = changes.where(ImportChange.contact_id.in_(contact_ids)).order_by(Import.id)
    yield from ((import_, change) for import_, change in session.execute(changes))


def forget(
    session: Session, contact_ids: Sequence[UUID], *, addresses: Sequence[str], keys: Sequence[str]
) -> int:
    """Blank what was kept of the contacts; an undo leaves them alone, for they have changed. Returns rows.

    Rows that were refused or planned have no contact: they are found by ``addresses`` and ``keys``.
    """
    changed = ImportChange.contact_id.in_(contact_ids)
    planned = or_(PlannedRow.contact_id.in_(contact_ids), PlannedRow.key.in_(keys))
    refused = or_(*(cast(Rejection.cells, Text).icontains(one, autoescape=True) for one in addresses))
    named = or_(*(cast(Question.candidates, Text).contains(str(one)) for one in contact_ids))
    asked = update(Question).where(or_(Question.contact_id.in_(contact_ids), named))
    _forget_samples(session, union(*_imports(changed, planned, refused if addresses else None)))
    done = [
        session.execute(update(ImportChange).where(changed, ImportChange.was.is_not(None)).values(was={})),
        session.execute(update(PlannedRow).where(planned).values(fields={}, key="")),
        session.execute(asked.values(candidates=[])),
    ]
    session.execute(asked.where(Question.answer.is_not(None)).values(draft={}))
    if addresses:
        done.append(session.execute(update(Rejection).where(refused).values(cells=[])))
    return sum(int(getattr(one, "rowcount", 0)) for one in done)


def _imports(
    changed: ColumnElement[bool], planned: ColumnElement[bool], refused: ColumnElement[bool] | None
) -> Iterator[Select[UUID]]:
    yield select(ImportChange.import_id).where(changed)
    yield select(PlannedRow.import_id).where(planned)
    if refused is not None:
        yield select(Rejection.import_id).where(refused)


def _forget_samples(session: Session, imports: CompoundSelect[UUID]) -> None:
    """The first rows of a file are kept for whoever confirms how it is read, which is over."""
    over = Import.state.in_(ENDED)
    ids = session.scalars(select(Import.id).where(Import.id.in_(imports), over)).all()
    session.execute(update(Import).where(Import.id.in_(ids)).values(sample=None))
    forget_words(session, Import, ids)
