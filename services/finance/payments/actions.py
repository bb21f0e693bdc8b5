"""What clerks do with payees and payment batches.

Locks are taken in one order: batch, all of its claims by id, all of their advances by id, and then budget by
budget with its lines.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance.payments import PaymentCancelled, PaymentClosed, PaymentExported, PaymentGathered
from services.finance.claims.actions import lock_advances_for, set_off_claim, settle_claim
from services.finance.claims.model import Claim
from services.finance.claims.queries import claim_for_update
from services.finance.money import in_currency
from services.finance.payments import queries
from services.finance.payments.model import Payee, PaymentBatch, PaymentItem


def keep_payee(
    session: Session, actor: Actor, *, department: str, person: str, name: str, iban: str, bic: str = ""
) -> Payee:
    """Note where a person is paid to from now on. Batches that were gathered keep the former account."""
    actor.require_department(department)
    if person == actor.subject:
        raise Forbidden("Nobody writes their own account.")
    found = select(Payee).where(Payee.department == department, Payee.person == person)
    payee = session.scalar(found.with_for_update())
    if payee is None:
        payee = Payee(department=department, person=person)
        session.add(payee)
    payee.name, payee.iban, payee.bic = name, iban, bic
    payee.written_by, payee.written_at = actor.subject, now()
    payee.version += 1
    return payee


def gather_payments(
    session: Session,
    actor: Actor,
    *,
    department: str,
    currency: str,
    payer_name: str,
    payer_iban: str,
    pay_on: date,
    payer_bic: str = "",
    claim_ids: Sequence[UUID] = (),
    campaign_id: UUID | None = None,
) -> PaymentBatch:
    """Put approved claims into one batch, each with what is left of it after its claimant's advances.

    What advances cover in full is paid by them at once and is in no batch.

    Raises Conflict when there are none, or one that is named is not payable, and Invalid where a payee is
    missing.
    """
    actor.require_department(department)
    claims = queries.payable_for_update(
        session, actor, department=department, currency=currency, claim_ids=claim_ids, campaign_id=campaign_id
    )
    if not claims:
        raise Conflict(f"No approved claim in {currency} waits for payment.")
    if claim_ids and len(claims) < len(set(claim_ids)):
        raise Conflict("A claim that is named is not approved, or in another batch.")
    claims = _after_advances(session, actor, claims)
    if not claims:
        raise Conflict("Advances cover all of it: record the payment of each claim.")
    batch = PaymentBatch(
        department=department,
        currency=currency,
        payer_name=payer_name,
        payer_iban=payer_iban,
        payer_bic=payer_bic,
        pay_on=pay_on,
        state="draft",
        gathered_by=actor.subject,
        gathered_at=now(),
        items=_items(session, claims, department=department),
    )
    session.add(batch)
    publish(session, batch, _gathered(batch))
    return batch


def export_batch(session: Session, actor: Actor, *, batch_id: UUID) -> PaymentBatch:
    """Note that the file of a batch is made. A second time changes nothing."""
    batch = queries.batch_for_update(session, actor, batch_id)
    if batch.export():
        publish(
            session,
            batch,
            PaymentExported(payment_id=batch.id, exported_by=actor.subject, exported_at=now()),
        )
    return batch


def cancel_batch(session: Session, actor: Actor, *, batch_id: UUID) -> PaymentBatch:
    """Give up a draft: its claims may be paid otherwise."""
    batch = queries.batch_for_update(session, actor, batch_id)
    batch.cancel(at=now())
    publish(session, batch, PaymentCancelled(payment_id=batch.id, cancelled_by=actor.subject))
    return batch


def confirm_batch(
    session: Session, actor: Actor, *, batch_id: UUID, failed: Mapping[UUID, str]
) -> PaymentBatch:
    """The bank has paid all but ``failed``: their claims become cost; those that failed may be paid again."""
    batch = queries.batch_for_update(session, actor, batch_id)
    paid = sorted(item.claim_id for item in batch.close(failed, at=now()))
    claims = [claim_for_update(session, actor, claim_id) for claim_id in paid]
    for claim in _by_budget(claims):
        settle_claim(session, actor, claim=claim, outcome="paid")
    publish(session, batch, _closed(batch))
    return batch


def _after_advances(session: Session, actor: Actor, claims: Sequence[Claim]) -> list[Claim]:
    lock_advances_for(session, claims)
    for claim in _by_budget(claims):
        set_off_claim(session, actor, claim=claim)
        if not claim.paid_out:
            settle_claim(session, actor, claim=claim, outcome="paid")
    return [claim for claim in claims if claim.paid_out]


def _by_budget(claims: Sequence[Claim]) -> list[Claim]:
    """In the order in which their budgets are locked."""
    return sorted(claims, key=lambda claim: (claim.budget_id, claim.id))


def _items(session: Session, claims: Sequence[Claim], *, department: str) -> list[PaymentItem]:
    people = {claim.claimant for claim in claims}
    payees = queries.payees_of(session, department=department, people=people)
    if missing := sorted(people - payees.keys()):
        raise Invalid({"payees": [f"There is no account of {person}." for person in missing]})
    return [_item(claim, payees[claim.claimant]) for claim in claims]


def _item(claim: Claim, payee: Payee) -> PaymentItem:
    return PaymentItem(
        claim_id=claim.id,
        person=claim.claimant,
        name=payee.name,
        iban=payee.iban,
        bic=payee.bic,
        amount=claim.paid_out,
        currency=claim.currency,
        remittance=f"Claim {claim.id.hex[-12:]} {claim.purpose}"[:140],
        state="waiting",
        reason="",
    )


def _gathered(batch: PaymentBatch) -> PaymentGathered:
    return PaymentGathered(
        payment_id=batch.id,
        department=batch.department,
        total=Money(amount=in_currency(batch.total, batch.currency), currency=batch.currency),
        claim_ids=[item.claim_id for item in batch.items],
        gathered_by=batch.gathered_by,
        gathered_at=batch.gathered_at,
    )


def _closed(batch: PaymentBatch) -> PaymentClosed:
    assert batch.closed_at is not None
    return PaymentClosed(
        payment_id=batch.id,
        paid=[item.claim_id for item in batch.items if item.state == "paid"],
        failed=[item.claim_id for item in batch.items if item.state == "failed"],
        closed_at=batch.closed_at,
    )
