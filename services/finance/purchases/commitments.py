"""What purchases post to the ledger, and keep on their own lines so that both always agree."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import ZERO, Kind, effect
from services.finance.budgets.model import Source
from services.finance.purchases.model import Purchase, PurchaseLine


def post(
    session: Session,
    actor: Actor,
    *,
    purchase: Purchase,
    entries: Iterable[tuple[PurchaseLine, Kind, Decimal]],
    note: str,
) -> None:
    """Post entries of a locked purchase. Raises Conflict when a budget line cannot cover one of them."""
    entries = list(entries)
    for line, kind, amount in entries:
        change = effect(kind, amount)
        line.committed += change.committed
        line.incurred += change.incurred
    session.flush()  # so that the budget is not locked while this is written
    for line, kind, amount in entries:
        post_entry(
            session,
            actor,
            budget=take_number(session, purchase.budget_id),
            line_id=line.line_id,
            kind=kind,
            amount=amount,
            note=note,
            source=Source("purchase", purchase.id),
        )


def release_rest(session: Session, actor: Actor, *, purchase: Purchase, note: str) -> Decimal:
    """Release all that is still committed for a purchase. Returns how much that was."""
    rest = [(line, line.committed) for line in purchase.lines if line.committed > 0]
    entries: list[tuple[PurchaseLine, Kind, Decimal]] = [(line, "release", amount) for line, amount in rest]
    post(session, actor, purchase=purchase, entries=entries, note=note)
    return sum((amount for _, amount in rest), ZERO)
