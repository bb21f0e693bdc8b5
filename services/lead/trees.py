"""Lists of a department whose rows stand below one another: regions, and the sources of contacts."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis.errors import Invalid

DEEPEST = 20


class Node(Protocol):
    """A class of rows that stand below one another."""

    id: InstrumentedAttribute[UUID]
    code: InstrumentedAttribute[str]
    department: InstrumentedAttribute[str]
    parent_id: InstrumentedAttribute[UUID | None]


def check_place(parents: Mapping[UUID, UUID | None], *, node: UUID | None, parent: UUID | None) -> None:
    """Whether ``node`` may stand below ``parent``. Raises Invalid where it would stand below itself.

    ``parents`` has all rows of the department; ``node`` is None for one that is new.
    """
    if parent is None:
        return
    if parent not in parents:
        raise Invalid({"parent_id": ["There is none such in the department"]})
    steps, at = 1, parent
    while True:
        if at == node:
            raise Invalid({"parent_id": ["It would stand below itself"]})
        above = parents.get(at)
        if above is None:
            break
        steps, at = steps + 1, above
    if steps >= DEEPEST:
        raise Invalid({"parent_id": [f"It would stand more than {DEEPEST} deep"]})


def parents_in(session: Session, kind: Any, department: str) -> dict[UUID, UUID | None]:
    """What each row of a department stands below. Locks them, so that two moves do not make a circle."""
    rows = select(kind.id, kind.parent_id).where(kind.department == department).order_by(kind.id)
    return {row.id: row.parent_id for row in session.execute(rows.with_for_update())}


def below(kind: Any, code: str) -> CTE:
    """The rows with ``code``, one a department, and all that stand below them."""
    tree = select(kind.id, kind.code, kind.department).where(kind.code == code).cte(recursive=True)
    under = select(kind.id, kind.code, kind.department).join(tree, kind.parent_id == tree.c.id)
    return tree.union(under)


def stands_below(
    kind: Any,
    code: str,
    *,
    column: InstrumentedAttribute[str],
    department: InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """A condition that ``column`` holds ``code``, or that of a row below it in the same department."""
    tree = below(kind, code)
    inside = exists().where(tree.c.code == column, tree.c.department == department)
    return (column == code) | inside


def path_of(session: Session, kind: Any, row_id: UUID) -> list[str]:
    """The codes from the top down to a row."""
    codes: list[str] = []
    at: UUID | None = row_id
    while at is not None and len(codes) <= DEEPEST:
        row = session.execute(select(kind.code, kind.parent_id).where(kind.id == at)).one()
        codes.append(row.code)
        at = row.parent_id
    return codes[::-1]
