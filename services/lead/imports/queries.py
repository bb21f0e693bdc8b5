"""Reads of imports, of the rows they refused, planned and ask about, and of what an undo left alone."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.lead.departments import find
from services.lead.imports.model import Import, ImportChange, PlannedRow, Question, Rejection
from services.lead.imports.report import error_lines, error_workbook

ROWS_AT_ONCE = 1000


def imports(actor: Actor, **equal: Any) -> Select[Import]:
    """The imports of the actor's departments."""
    return select(Import).where(actor.scope(Import.department)).filter_by(**equal)


def find_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """Raises NotFound."""
    return find(session, actor, Import, import_id, what="import")


def take_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """The import, locked against the importer. Raises NotFound."""
    return find(session, actor, Import, import_id, what="import", lock=True)


def planned_rows(import_id: UUID, **equal: Any) -> Select[PlannedRow]:
    """What a dry run would do, row by row."""
    return select(PlannedRow).where(PlannedRow.import_id == import_id).filter_by(**equal)


def questions(import_id: UUID, *, open: bool | None = None) -> Select[Question]:
    """The rows that waited for an answer; with ``open`` those that do still, or do no longer."""
    found = select(Question).where(Question.import_id == import_id)
    if open is None:
        return found
    return found.where(Question.answer.is_(None) if open else Question.answer.is_not(None))


def kept_changes(import_id: UUID) -> Select[ImportChange]:
    """The contacts that an undo left alone, with the reasons."""
    return select(ImportChange).where(ImportChange.import_id == import_id, ImportChange.kept.is_not(None))


def error_file(session: Session, import_: Import) -> Iterator[str]:
    """The refused rows as CSV, line by line: line, reason, then the columns of the file."""
    return error_lines(import_.header or [], _refused(session, import_.id))


def error_sheet(session: Session, import_: Import) -> Iterator[bytes]:
    """The refused rows as an XLSX workbook."""
    return error_workbook(import_.header or [], _refused(session, import_.id))


def _refused(session: Session, import_id: UUID) -> Iterator[tuple[int, str, list[str]]]:
    """Page by page: a reading session has no transaction for a cursor of the server's."""
    query = select(Rejection.line, Rejection.reason, Rejection.cells).where(Rejection.import_id == import_id)
    query = query.order_by(Rejection.line).limit(ROWS_AT_ONCE)
    after = 0
    while rows := session.execute(query.where(Rejection.line > after)).all():
        yield from ((line, reason, cells) for line, reason, cells in rows)
        after = rows[-1].line
