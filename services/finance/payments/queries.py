"""Reads of payees and payment batches, in the departments of the reader only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.claims.model import Claim
from services.finance.finding import find
from services.finance.payments.model import Payee, PaymentBatch, PaymentItem


def payees(actor: Actor, *, person: str | None = None) -> Select[Payee]:
    """Where people are paid to."""
    found = select(Payee).where(actor.scope(Payee.department))
    return found if person is None else found.where(Payee.person == person)


def batches(actor: Actor, *, state: str | None = None) -> Select[PaymentBatch]:
    """Payment batches with their payments."""
    found = select(PaymentBatch).where(actor.scope(PaymentBatch.department))
    return found if state is None else found.where(PaymentBatch.state == state)


def batch(session: Session, actor: Actor, batch_id: UUID) -> PaymentBatch:
    """One batch. Raises NotFound."""
    return find(session, batches(actor), PaymentBatch, batch_id, what="payment batch")


def batch_for_update(session: Session, actor: Actor, batch_id: UUID) -> PaymentBatch:
    """The same, locked until the transaction ends. Raises NotFound."""
    return find(session, batches(actor), PaymentBatch, batch_id, what="payment batch", lock=True)


def payable_for_update(
    session: Session,
    actor: Actor,
    *,
    department: str,
    currency: str,
    claim_ids: Sequence[UUID] = (),
    campaign_id: UUID | None = None,
) -> Sequence[Claim]:
    """Approved claims in no live batch, locked one after the other.

    Asked once more when they are locked, since another batch may have taken one while this waited for it.
    """
    taken = select(PaymentItem.claim_id).where(PaymentItem.state == "waiting")
    found = select(Claim).where(
        actor.scope(Claim.department),
        Claim.department == department,
        Claim.currency == currency,
        Claim.state == "approved",
        Claim.id.not_in(taken),
    )
    if claim_ids:
        found = found.where(Claim.id.in_(claim_ids))
    if campaign_id is not None:
        found = found.where(Claim.campaign_id == campaign_id)
    locked = session.scalars(found.order_by(Claim.id).limit(1000).with_for_update(of=Claim)).all()
    meanwhile = set(session.scalars(taken.where(PaymentItem.claim_id.in_([claim.id for claim in locked]))))
    return [claim for claim in locked if claim.id not in meanwhile]


def payees_of(session: Session, *, department: str, people: set[str]) -> dict[str, Payee]:
    """The payees of one department, by person."""
    found = select(Payee).where(Payee.department == department, Payee.person.in_(people))
    return {payee.person: payee for payee in session.scalars(found)}
