"""What people do with the supplier file."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.outbox import publish
from contracts.finance import SupplierBlocked, SupplierSaved
from services.finance.money import currencies
from services.finance.suppliers.bank import checked_bic, checked_iban
from services.finance.suppliers.model import Supplier


def enter_supplier(session: Session, actor: Actor, **values: Any) -> Supplier:
    """A new supplier. Raises Invalid for a code that is taken or bank details that cannot be right."""
    _require(actor, values["department"])
    if session.scalar(select(Supplier.id).where(Supplier.code == values["code"])) is not None:
        raise Invalid({"code": [f"There is a supplier {values['code']} already."]})
    supplier = Supplier(state="active", reason="", **_checked(values))
    session.add(supplier)
    publish(session, supplier, _saved(supplier, actor))
    return supplier


def change_supplier(session: Session, actor: Actor, *, supplier: Supplier, **values: Any) -> Supplier:
    """Replace everything but the code. Raises Invalid, and Forbidden outside of the actor's departments."""
    _require(actor, supplier.department)
    _require(actor, values["department"])
    if values["code"] != supplier.code:
        raise Invalid({"code": ["A supplier keeps its code."]})
    for name, value in _checked(values).items():
        setattr(supplier, name, value)
    publish(session, supplier, _saved(supplier, actor))
    return supplier


def block_supplier(session: Session, actor: Actor, *, supplier: Supplier, reason: str) -> Supplier:
    """Order nothing more from it. Raises Conflict when it is blocked."""
    _require(actor, supplier.department)
    if supplier.state == "blocked":
        raise Conflict("The supplier is blocked already.")
    supplier.state, supplier.reason = "blocked", reason
    blocked = SupplierBlocked(
        supplier_id=supplier.id, reason=reason, blocked_by=actor.subject, blocked_at=now()
    )
    publish(session, supplier, blocked)
    return supplier


def unblock_supplier(session: Session, actor: Actor, *, supplier: Supplier) -> Supplier:
    """Buy from it again. Raises Conflict unless it is blocked."""
    _require(actor, supplier.department)
    if supplier.state != "blocked":
        raise Conflict("The supplier is active.")
    supplier.state, supplier.reason = "active", ""
    publish(session, supplier, _saved(supplier, actor))
    return supplier


def _require(actor: Actor, department: str | None) -> None:
    if department is not None:
        actor.require_department(department)
    elif not actor.sees_everything:
        raise Forbidden("A supplier that all share is kept by who sees every department.")


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    if values["currency"] not in currencies():
        raise Invalid({"currency": [f"{values['currency']} is not a known currency."]})
    return {**values, "iban": checked_iban(values["iban"]), "bic": checked_bic(values["bic"])}


def _saved(supplier: Supplier, actor: Actor) -> SupplierSaved:
    return SupplierSaved(
        supplier_id=supplier.id,
        code=supplier.code,
        name=supplier.name,
        currency=supplier.currency,
        department=supplier.department,
        saved_by=actor.subject,
        saved_at=now(),
    )
