"""Reads of the supplier file: those of the reader's departments, and those that all share."""

from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.finding import find
from services.finance.suppliers.model import Supplier


def suppliers(actor: Actor, *, state: str | None = None, search: str | None = None) -> Select[Supplier]:
    """Suppliers; ``search`` looks into code, name and tax id."""
    department = cast("ColumnElement[str]", Supplier.department)
    found = select(Supplier).where(or_(Supplier.department.is_(None), actor.scope(department)))
    if state is not None:
        found = found.where(Supplier.state == state)
    if search is not None:
        columns = (Supplier.code, Supplier.name, Supplier.tax_id)
        found = found.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return found


def supplier(session: Session, actor: Actor, supplier_id: UUID) -> Supplier:
    """One supplier. Raises NotFound."""
    return find(session, suppliers(actor), Supplier, supplier_id, what="supplier")
