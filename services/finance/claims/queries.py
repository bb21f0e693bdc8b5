"""Reads of claims. Who holds a reading role sees those of his departments, everybody else only his own."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.columns import Amount
from chassis.errors import Conflict, NotFound
from services.finance.access import READERS
from services.finance.claims.model import Claim, ClaimItem
from services.finance.finding import find
from services.finance.payments.model import PaymentItem

LIVE = ("submitted", "approved", "paid")

RECEIPTS = 4
"""The seed of their keys, so that no other advisory lock has the same number."""


def claims(
    actor: Actor,
    *,
    state: str | None = None,
    campaign_id: UUID | None = None,
    claimant: str | None = None,
    currency: str | None = None,
    department: str | None = None,
    kind: str | None = None,
    submitted_since: datetime | None = None,
    submitted_until: datetime | None = None,
) -> Select[Claim]:
    """The claims that the actor may see, handed in from ``submitted_since`` on and before the other end.

    ``kind``: those with a line of that kind.
    """
    found = select(Claim).where(actor.scope(Claim.department))
    if not actor.administers and not actor.has(*READERS):
        found = found.where(Claim.claimant == actor.subject)
    equal: dict[str, Any] = {"state": state, "campaign_id": campaign_id, "claimant": claimant}
    equal |= {"currency": currency, "department": department}
    found = found.filter_by(**{name: value for name, value in equal.items() if value is not None})
    if kind is not None:
        found = found.where(Claim.items.any(ClaimItem.kind == kind))
    if submitted_since is not None:
        found = found.where(Claim.submitted_at >= submitted_since)
    return found if submitted_until is None else found.where(Claim.submitted_at < submitted_until)


def claim(session: Session, actor: Actor, claim_id: UUID) -> Claim:
    """One claim. Raises NotFound."""
    return find(session, claims(actor), Claim, claim_id, what="claim")


def claim_for_update(session: Session, actor: Actor, claim_id: UUID) -> Claim:
    """The same, locked until the transaction ends. Raises NotFound."""
    return find(session, claims(actor), Claim, claim_id, what="claim", lock=True)


def approval_of_claim(session: Session, actor: Actor, claim_id: UUID) -> tuple[UUID | None, str]:
    """The last approval of a claim, which is locked before the claim itself, and the claimant.

    Raises NotFound.
    """
    query = claims(actor).where(Claim.id == claim_id)
    found = session.execute(query.with_only_columns(Claim.approval_id, Claim.claimant)).one_or_none()
    if found is None:
        raise NotFound("claim", claim_id)
    return found.approval_id, found.claimant


def lock_receipts(session: Session, claim: Claim) -> None:
    """Have others wait who submit, at this moment, what could rest on a receipt of this claim.

    The claimant's own claims for the same day wait too, so that no two of them fill up its limit.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    keys = {
        f"{claim.department}/{item.spent_on}/{item.original_amount:.4f}/{item.original_currency}"
        for item in claim.items
    }
    keys |= {f"{claim.claimant}/{item.spent_on}" for item in claim.items if item.spent_on is not None}
    for key in sorted(keys):
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, RECEIPTS))))


def possible_duplicates(session: Session, *, claim: Claim, item: ClaimItem) -> Sequence[ClaimItem]:
    """Lines for the same day and amount in live claims of the department, whoever claims them."""
    return session.scalars(
        select(ClaimItem)
        .join(Claim, Claim.id == ClaimItem.claim_id)
        .where(
            Claim.department == claim.department,
            Claim.state.in_(LIVE),
            Claim.id != claim.id,
            ClaimItem.spent_on == item.spent_on,
            ClaimItem.original_amount == item.original_amount,
            ClaimItem.original_currency == item.original_currency,
        )
        .order_by(ClaimItem.id)
    ).all()


def spent_on_day(
    session: Session, claim: Claim, *, day: date, kind: str | None
) -> Sequence[tuple[str, Decimal]]:
    """What else the claimant claims for a day, of one kind or of all: sums by currency, of live claims."""
    counted = func.coalesce(ClaimItem.granted, ClaimItem.amount)
    found = (
        select(ClaimItem.currency, func.sum(counted, type_=Amount()))
        .join(Claim, Claim.id == ClaimItem.claim_id)
        .where(
            Claim.claimant == claim.claimant,
            Claim.state.in_(LIVE),
            Claim.id != claim.id,
            ClaimItem.spent_on == day,
        )
        .group_by(ClaimItem.currency)
        .order_by(ClaimItem.currency)
    )
    if kind is not None:
        found = found.where(ClaimItem.kind == kind)
    return [(currency, whole) for currency, whole in session.execute(found)]


def require_no_batch(session: Session, claim_id: UUID) -> None:
    """Raises Conflict while a claim that the caller has locked is in a payment batch."""
    batch = session.scalar(
        select(PaymentItem.batch_id).where(PaymentItem.claim_id == claim_id, PaymentItem.state == "waiting")
    )
    if batch is not None:
        raise Conflict(f"The claim is in payment batch {batch}.")
