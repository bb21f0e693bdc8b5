"""Rows that belong to a department: how one is found by somebody who may see it, or may not."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import NotFound

R = TypeVar("R")


def find(session: Session, actor: Actor, kind: type[R], row_id: UUID, *, what: str, lock: bool = False) -> R:
    """The row, locked for a change where asked. Raises NotFound, for one of a foreign department too."""
    row: Any = session.get(kind, row_id, with_for_update=lock, populate_existing=lock)
    if row is None or not actor.may_see(row.department):
        raise NotFound(what, row_id)
    found: R = row
    return found
