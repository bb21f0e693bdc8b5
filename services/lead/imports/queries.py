"""Reads of imports and of the rows they refused."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound
from services.lead.imports.model import Import, Rejection
from services.lead.imports.report import error_lines


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
    refused = select(Rejection.line, Rejection.reason, Rejection.cells)
    refused = refused.where(Rejection.import_id == import_.id).order_by(Rejection.line)
    rows: Iterable[Any] = session.execute(refused.execution_options(yield_per=1000))
    return error_lines(import_.header or [], ((row.line, row.reason, row.cells) for row in rows))
