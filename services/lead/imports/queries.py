"""Reads of imports and of the rows they refused."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.imports.model import Import, Rejection
from services.lead.imports.report import error_lines

ROWS_AT_ONCE = 1000


def imports(actor: Actor, **equal: Any) -> Select[Import]:
    """The imports of the actor's departments."""
    return select(Import).where(actor.scope(Import.department)).filter_by(**equal)


def find_import(session: Session, actor: Actor, import_id: UUID) -> Import:
    """Raises NotFound."""
    import_ = session.get(Import, import_id)
    if import_ is None or not actor.may_see(import_.department):
        raise NotFound("import", import_id)
    return import_


def error_file(session: Session, import_: Import) -> Iterator[str]:
    """The refused rows as CSV, line by line: line, reason, then the columns of the file."""
    return error_lines(import_.header or [], _refused(session, import_.id))


def _refused(session: Session, import_id: UUID) -> Iterator[tuple[int, str, list[str]]]:
    """Page by page: a reading session has no transaction for a cursor of the server's."""
    query = select(Rejection.line, Rejection.reason, Rejection.cells).where(Rejection.import_id == import_id)
    query = query.order_by(Rejection.line).limit(ROWS_AT_ONCE)
    after = 0
    while rows := session.execute(query.where(Rejection.line > after)).all():
        yield from ((line, reason, cells) for line, reason, cells in rows)
        after = rows[-1].line
