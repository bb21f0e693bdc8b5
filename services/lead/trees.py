"""Lists of a department whose rows stand below one another: regions, and the sources of contacts."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, ForeignKey, Index, Text, UniqueConstraint, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, declared_attr, mapped_column

from chassis.auth import Actor
from chassis.database import Aggregate
from chassis.errors import Invalid
from services.lead.coded import refuse_double

DEEPEST = 20


class Node(Aggregate):
    """A row that may stand below another of its department; others hold its ``code``.

    A retired one is still found by those who have it.
    """

    __tablename__: str

    department: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    retired: Mapped[bool] = mapped_column(default=False)

    @declared_attr
    def parent_id(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey(f"{cls.__tablename__}.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return UniqueConstraint("department", "code"), Index(None, "parent_id")


N = TypeVar("N", bound=Node)


def add_node(
    session: Session, actor: Actor, rows: type[N], *, department: str, code: str, **basics: Any
) -> N:
    """Add a row, perhaps below another. Raises Forbidden, Conflict for a code that is taken, Invalid."""
    actor.require_department(department)
    refuse_double(session, rows, department=department, code=code)
    check_place(parents_in(session, rows, department), node=None, parent=basics.get("parent_id"))
    node = rows(department=department, code=code, retired=False, **basics)
    session.add(node)
    return node


def change_node(session: Session, *, node: N, **changes: Any) -> N:
    """Rename a row, move it below another, retire it, or bring it back. Raises Invalid for a circle."""
    rewrite_node(session, node=node, **changes)
    node.version += 1
    return node


def rewrite_node(session: Session, *, node: Node, **changes: Any) -> None:
    """The same for a row that events tell of: to publish one raises its version. Raises Invalid."""
    if "parent_id" in changes:
        parents = parents_in(session, type(node), node.department)
        check_place(parents, node=node.id, parent=changes["parent_id"])
    for name, value in changes.items():
        setattr(node, name, value)


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


def parents_in(session: Session, kind: type[Node], department: str) -> dict[UUID, UUID | None]:
    """What each row of a department stands below. Locks them, so that two moves do not make a circle."""
    rows = select(kind.id, kind.parent_id).where(kind.department == department).order_by(kind.id)
    return {row.id: row.parent_id for row in session.execute(rows.with_for_update())}


def below(kind: type[Node], code: str) -> CTE:
    """The rows with ``code``, one a department, and all that stand below them."""
    tree = select(kind.id, kind.code, kind.department).where(kind.code == code).cte(recursive=True)
    under = select(kind.id, kind.code, kind.department).join(tree, kind.parent_id == tree.c.id)
    return tree.union(under)


def stands_below(
    kind: type[Node],
    code: str,
    *,
    column: InstrumentedAttribute[str],
    department: InstrumentedAttribute[str],
) -> ColumnElement[bool]:
    """A condition that ``column`` holds ``code``, or that of a row below it in the same department."""
    tree = below(kind, code)
    inside = exists().where(tree.c.code == column, tree.c.department == department)
    return (column == code) | inside


def path_of(session: Session, kind: type[Node], row_id: UUID) -> list[str]:
    """The codes from the top down to a row."""
    codes: list[str] = []
    at: UUID | None = row_id
    while at is not None and len(codes) <= DEEPEST:
        row = session.execute(select(kind.code, kind.parent_id).where(kind.id == at)).one()
        codes.append(row.code)
        at = row.parent_id
    return codes[::-1]
