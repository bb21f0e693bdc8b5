"""What people do with claims. Locks are taken in one order: approval, claim, budget, line."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance import ClaimApproved, ClaimSettled, ClaimSubmitted
from services.finance.approvals.actions import open_approval, void_approval
from services.finance.approvals.model import Subject
from services.finance.approvals.queries import approval_for_update
from services.finance.budgets import queries as budgets
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import Kind
from services.finance.budgets.model import Source
from services.finance.claims import queries
from services.finance.claims.model import Claim, Settlement
from services.finance.money import check_money, in_currency

ENTRIES: dict[Settlement, Kind] = {"paid": "incur", "rejected": "release", "withdrawn": "release"}


def submit_claim(
    session: Session, actor: Actor, *, line_id: UUID, amount: Decimal, currency: str, purpose: str
) -> Claim:
    """Claim ``amount`` against a budget line: it is committed at once and goes to the approval desk.

    Raises Invalid for what is no amount in the budget's currency, NotFound, and Conflict when the line
    cannot cover it.
    """
    check_money(amount, currency)
    budget = budgets.budget_of_line(session, actor, line_id)
    if currency != budget.currency:
        raise Invalid({"currency": [f"The budget is in {budget.currency}."]})
    claim = Claim(
        line_id=line_id,
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        department=budget.department,
        claimant=actor.subject,
        amount=amount,
        currency=currency,
        purpose=purpose,
        state="submitted",
        submitted_at=now(),
    )
    claim.approval_id = open_approval(session, subject=_subject(claim, budget.campaign_code)).id
    session.add(claim)
    publish(session, claim, _submitted(claim))
    session.flush()  # so that the budget is not locked while this is written
    _post(session, actor, claim=claim, kind="commit", note=purpose)
    return claim


def approve_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """The desk agreed: a clerk may pay it."""
    claim = queries.claim_for_update(session, actor, claim_id)
    claim.approve()
    publish(session, claim, _approved(claim, actor=actor))
    return claim


def reject_claim(session: Session, actor: Actor, *, claim_id: UUID, reason: str) -> Claim:
    """The desk refused it or sent it back: its amount is available again."""
    claim = queries.claim_for_update(session, actor, claim_id)
    return _settle(session, actor, claim=claim, outcome="rejected", reason=reason)


def retract_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """Its request was withdrawn at the desk: its amount is available again."""
    claim = queries.claim_for_update(session, actor, claim_id)
    return _settle(session, actor, claim=claim, outcome="withdrawn")


def withdraw_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """Its claimant, or an administrator, takes it back before it is paid.

    Raises NotFound, Forbidden for anybody else and Conflict for a claim that has ended.
    """
    approval_id, claimant = queries.approval_of_claim(session, actor, claim_id)
    if actor.subject != claimant and not actor.administers:
        raise Forbidden("Only its claimant withdraws a claim.")
    approval = approval_for_update(session, actor, approval_id)
    claim = queries.claim_for_update(session, actor, claim_id)
    void_approval(session, approval, reason="The claim was withdrawn.")
    return _settle(session, actor, claim=claim, outcome="withdrawn")


def pay_claim(session: Session, actor: Actor, *, claim_id: UUID) -> Claim:
    """It was paid: what was committed is incurred now. Raises NotFound, Conflict unless it is approved."""
    claim = queries.claim_for_update(session, actor, claim_id)
    return _settle(session, actor, claim=claim, outcome="paid")


def _settle(session: Session, actor: Actor, *, claim: Claim, outcome: Settlement, reason: str = "") -> Claim:
    claim.settle(outcome, by=actor.subject, at=now(), reason=reason)
    publish(session, claim, _settled(claim, outcome))
    session.flush()
    _post(session, actor, claim=claim, kind=ENTRIES[outcome], note=reason or claim.purpose)
    return claim


def _post(session: Session, actor: Actor, *, claim: Claim, kind: Kind, note: str) -> None:
    post_entry(
        session,
        actor,
        budget=take_number(session, claim.budget_id),
        line_id=claim.line_id,
        kind=kind,
        amount=claim.amount,
        note=note,
        source=Source("claim", claim.id),
    )


def _subject(claim: Claim, campaign_code: str) -> Subject:
    return Subject(
        kind="claim",
        id=claim.id,
        version=1,
        digest=claim.digest,
        title=claim.purpose,
        department=claim.department,
        requested_by=claim.claimant,
        amount=claim.amount,
        currency=claim.currency,
        content={"code": campaign_code, "line_id": str(claim.line_id)},
    )


def _submitted(claim: Claim) -> ClaimSubmitted:
    return ClaimSubmitted(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        claimant=claim.claimant,
        total=_total(claim),
        purpose=claim.purpose,
    )


def _approved(claim: Claim, *, actor: Actor) -> ClaimApproved:
    return ClaimApproved(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        total=_total(claim),
        approved_by=actor.subject,
        approved_at=now(),
    )


def _settled(claim: Claim, outcome: Settlement) -> ClaimSettled:
    assert claim.settled_at is not None
    return ClaimSettled(
        claim_id=claim.id,
        budget_id=claim.budget_id,
        campaign_id=claim.campaign_id,
        line_id=claim.line_id,
        outcome=outcome,
        total=_total(claim),
        settled_at=claim.settled_at,
    )


def _total(claim: Claim) -> Money:
    return Money(amount=in_currency(claim.amount, claim.currency), currency=claim.currency)
