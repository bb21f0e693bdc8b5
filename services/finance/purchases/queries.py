"""Reads of purchases. Who holds a reading role sees those of his departments, everybody else only his own."""

from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import NotFound
from services.finance.access import READERS
from services.finance.finding import find
from services.finance.purchases.model import UNDER_WAY, Purchase, PurchaseKind, PurchaseLine, Receipt


def purchases(
    actor: Actor,
    *,
    state: str | None = None,
    supplier_id: UUID | None = None,
    campaign_id: UUID | None = None,
    line_id: UUID | None = None,
    kind: str | None = None,
    due_before: date | None = None,
    overdue: bool | None = None,
) -> Select[Purchase]:
    """The purchases that the actor may see. Due is the expected date; overdue: passed, not all received."""
    found = select(Purchase).where(actor.scope(Purchase.department)).options(selectinload(Purchase.lines))
    if not actor.administers and not actor.has(*READERS):
        found = found.where(Purchase.requested_by == actor.subject)
    equal = {"state": state, "supplier_id": supplier_id, "campaign_id": campaign_id}
    for name, value in equal.items():
        if value is not None:
            found = found.where(getattr(Purchase, name) == value)
    if line_id is not None:
        found = found.where(Purchase.lines.any(PurchaseLine.line_id == line_id))
    if kind is not None:
        found = found.where(Purchase.lines.any(PurchaseLine.kind == kind))
    if due_before is not None:
        found = found.where(Purchase.expected_on < due_before)
    return found if overdue is None else _overdue(found, overdue)


def purchase(session: Session, actor: Actor, purchase_id: UUID) -> Purchase:
    """One purchase with its lines. Raises NotFound."""
    return find(session, purchases(actor), Purchase, purchase_id, what="purchase")


def purchase_for_update(session: Session, actor: Actor, purchase_id: UUID) -> Purchase:
    """The same as it stands now, locked until the transaction ends. Raises NotFound."""
    return find(session, purchases(actor), Purchase, purchase_id, what="purchase", lock=True)


def approval_of_purchase(session: Session, actor: Actor, purchase_id: UUID) -> Row[UUID, str]:
    """The approval, which is locked before the purchase itself, and the requester. Raises NotFound."""
    query = select(Purchase.approval_id, Purchase.requested_by).where(
        Purchase.id == purchase_id, actor.scope(Purchase.department)
    )
    found = session.execute(query).one_or_none()
    if found is None or (found.requested_by != actor.subject and not _reads(actor)):
        raise NotFound("purchase", purchase_id)
    return found


def receipts(session: Session, actor: Actor, purchase_id: UUID) -> Select[Receipt]:
    """What arrived of one purchase. Raises NotFound."""
    purchase(session, actor, purchase_id)
    return select(Receipt).where(Receipt.purchase_id == purchase_id)


def kinds() -> Select[PurchaseKind]:
    return select(PurchaseKind)


def open_commitments(budget_id: UUID) -> Select[PurchaseLine]:
    """The purchase lines of a budget for which something is still committed, with their purchases."""
    return (
        select(PurchaseLine)
        .join(Purchase, Purchase.id == PurchaseLine.purchase_id)
        .where(Purchase.budget_id == budget_id, PurchaseLine.committed > 0)
    )


def _overdue(found: Select[Purchase], overdue: bool) -> Select[Purchase]:
    late = (Purchase.expected_on < now().date()) & Purchase.state.in_(sorted(UNDER_WAY))
    late &= Purchase.lines.any((PurchaseLine.received < PurchaseLine.quantity) & (PurchaseLine.granted > 0))
    return found.where(late) if overdue else found.where(late.is_not(True))


def _reads(actor: Actor) -> bool:
    return actor.administers or actor.has(*READERS)
