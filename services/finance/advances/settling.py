"""Settling advances that were paid: against claims, or by repayment. What is settled is committed no longer.

Kept apart from ``actions``, which opens approvals: claims settle advances, and must not need the desk.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from services.finance.advances import queries
from services.finance.advances.model import Advance, AdvanceEntry
from services.finance.advances.rules import shared_out
from services.finance.advances.telling import settled
from services.finance.budgets.actions import post
from services.finance.budgets.ledger import ZERO
from services.finance.budgets.model import Source
from services.finance.money import check_money

log = get_logger(__name__)

settled_total = counter(
    "finance_advances_settled_total",
    "Parts of advances that were settled, against a claim or by repayment.",
    ("how",),
    starts=[("claim",), ("repayment",)],
)


@dataclass(frozen=True, order=True)
class Purse:
    """What advances are settled together: those of a person, from one budget, in one currency."""

    person: str
    budget_id: UUID
    currency: str


@dataclass(frozen=True)
class Need:
    """A claim that the caller has locked, and what of it is still to be paid."""

    claim_id: UUID
    purse: Purse
    due: Decimal


def lock_advances(session: Session, purses: Collection[Purse]) -> None:
    """Lock what is open of all ``purses``, in the order of the advances' ids."""
    wanted = [(purse.person, purse.budget_id, purse.currency) for purse in sorted(purses)]
    if wanted:
        queries.open_for_update(session, wanted)


def set_off(session: Session, actor: Actor, *, need: Need) -> Decimal:
    """Use up what a person has open from a budget, the oldest first. Returns how much is paid by that."""
    if need.due == ZERO:
        return ZERO
    purse = need.purse
    found = queries.open_for_update(session, [(purse.person, purse.budget_id, purse.currency)])
    parts = shared_out(need.due, [advance.open for advance in found])
    for advance, part in zip(found, parts, strict=True):
        if part:
            entry = AdvanceEntry(kind="claim", claim_id=need.claim_id, amount=part, note="")
            _settle(session, actor, advance=advance, entry=entry)
    return sum(parts, ZERO)


def repay_advance(
    session: Session, actor: Actor, *, advance_id: UUID, amount: Decimal, note: str = ""
) -> Advance:
    """Money came back: it is available again on the line.

    Raises NotFound, Invalid for what is no amount, Conflict for more than is open.
    """
    advance = queries.advance(session, actor, advance_id, locked=True)
    check_money(amount, advance.currency)
    entry = AdvanceEntry(kind="repayment", amount=amount, note=note)
    _settle(session, actor, advance=advance, entry=entry)
    return advance


def _settle(session: Session, actor: Actor, *, advance: Advance, entry: AdvanceEntry) -> None:
    entry.currency, entry.noted_by, entry.noted_at = advance.currency, actor.subject, now()
    advance.settle(entry)
    publish(session, advance, settled(advance, entry))
    session.flush()
    post(
        session,
        actor,
        budget_id=advance.budget_id,
        line_id=advance.line_id,
        kind="release",
        amount=entry.amount,
        note=entry.note or advance.purpose,
        source=Source("advance", advance.id),
    )
    settled_total.labels(entry.kind).inc()
    log.info("advance_settled", advance_id=str(advance.id), how=entry.kind, left=str(advance.open))
