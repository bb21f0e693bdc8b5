"""Lists of a department whose rows have a code: which there are, and that each code is taken once."""

from typing import Any, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.errors import Conflict

K = TypeVar("K")


def listed(actor: Actor, kind: type[K], *, q: str | None = None, **equal: Any) -> Select[K]:
    """The rows of the actor's departments; ``q`` is a part of the code or of what it is called."""
    row: Any = kind
    found = select(kind).where(actor.scope(row.department)).filter_by(**equal)
    if q:
        called = row.label if hasattr(row, "label") else row.name
        found = found.where(or_(*(one.icontains(q, autoescape=True) for one in (row.code, called))))
    return found


def refuse_double(session: Session, kind: Any, *, department: str, code: str) -> None:
    """Raises Conflict where the department has the code already."""
    if session.scalar(select(kind.id).where(kind.department == department, kind.code == code)) is not None:
        raise Conflict(f"{department} has the code {code} already")
