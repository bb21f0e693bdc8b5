"""How one row is found among those that somebody may see."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from chassis.errors import NotFound

R = TypeVar("R")


def find(
    session: Session, among: Select[R], kind: type[R], row_id: UUID, *, what: str, lock: bool = False
) -> R:
    """The row of ``kind`` with this id; with ``lock`` as it stands now, locked until the transaction ends.

    Raises NotFound, calling it ``what``.
    """
    mapped: Any = kind
    query = among.where(mapped.id == row_id)
    if lock:
        query = query.with_for_update(of=mapped).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound(what, row_id)
    return found
