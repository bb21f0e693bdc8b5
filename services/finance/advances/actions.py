"""Asking for advances, deciding on them and paying them out. Locks: approval, advance, budget, line."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.outbox import publish
from services.finance.advances import queries
from services.finance.advances.model import Advance, Refusal
from services.finance.advances.telling import approved, paid, refused, requested, subject_of
from services.finance.approvals.actions import open_approval, void_approval
from services.finance.approvals.queries import approval_for_update
from services.finance.budgets import queries as budgets
from services.finance.budgets.actions import post
from services.finance.budgets.ledger import Kind
from services.finance.budgets.model import Source
from services.finance.money import check_money


def request_advance(
    session: Session,
    actor: Actor,
    *,
    line_id: UUID,
    amount: Decimal,
    currency: str,
    purpose: str,
    needed_on: date,
) -> Advance:
    """Ask for money before it is spent: it is committed at once and goes to the approval desk.

    Raises NotFound, Invalid for what is no amount in the budget's currency or a day that is gone, and
    Conflict when the line cannot cover it.
    """
    check_money(amount, currency)
    budget = budgets.budget_of_line(session, actor, line_id)
    if currency != budget.currency:
        raise Invalid({"currency": [f"The budget is in {budget.currency}."]})
    at = now()
    if needed_on < at.date():
        raise Invalid({"needed_on": ["Must not be in the past."]})
    advance = Advance(
        line_id=line_id,
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        department=budget.department,
        person=actor.subject,
        amount=amount,
        currency=currency,
        purpose=purpose,
        needed_on=needed_on,
        state="requested",
        requested_at=at,
    )
    advance.approval_id = open_approval(session, subject=subject_of(advance, budget.campaign_code)).id
    session.add(advance)
    publish(session, advance, requested(advance))
    _post(session, actor, advance=advance, kind="commit")
    return advance


def approve_advance(session: Session, actor: Actor, *, advance_id: UUID) -> Advance:
    """The desk agreed: a clerk may pay it out."""
    advance = queries.advance(session, actor, advance_id, locked=True)
    advance.approve(at=now())
    publish(session, advance, approved(advance, by=actor.subject))
    return advance


def reject_advance(session: Session, actor: Actor, *, advance_id: UUID, reason: str) -> Advance:
    """The desk refused it or sent it back: its amount is available again."""
    advance = queries.advance(session, actor, advance_id, locked=True)
    return _refuse(session, actor, advance=advance, outcome="rejected", reason=reason)


def retract_advance(session: Session, actor: Actor, *, advance_id: UUID, reason: str) -> Advance:
    """Its request was withdrawn at the desk: its amount is available again."""
    advance = queries.advance(session, actor, advance_id, locked=True)
    return _refuse(session, actor, advance=advance, outcome="withdrawn", reason=reason)


def withdraw_advance(session: Session, actor: Actor, *, advance_id: UUID) -> Advance:
    """Whoever asked for it, or an administrator, takes it back before it is paid.

    Raises NotFound, Forbidden for anybody else, and Conflict once it is paid or has ended.
    """
    found = queries.advance(session, actor, advance_id)
    if actor.subject != found.person and not actor.administers:
        raise Forbidden("Only who asked for it withdraws an advance.")
    approval = approval_for_update(session, actor, found.approval_id)
    advance = queries.advance(session, actor, advance_id, locked=True)
    void_approval(session, approval, reason="The advance was withdrawn.")
    return _refuse(session, actor, advance=advance, outcome="withdrawn")


def pay_advance(session: Session, actor: Actor, *, advance_id: UUID) -> Advance:
    """It was paid out. It is no cost yet, so it stays committed until it is settled.

    Raises NotFound, Forbidden for one's own, and Conflict unless it is approved.
    """
    advance = queries.advance(session, actor, advance_id, locked=True)
    if advance.person == actor.subject:
        raise Forbidden("Nobody pays out their own advance.")
    advance.pay(by=actor.subject, at=now())
    publish(session, advance, paid(advance))
    return advance


def _refuse(
    session: Session, actor: Actor, *, advance: Advance, outcome: Refusal, reason: str = ""
) -> Advance:
    advance.refuse(outcome, at=now(), reason=reason)
    publish(session, advance, refused(advance, outcome, by=actor.subject))
    _post(session, actor, advance=advance, kind="release")
    return advance


def _post(session: Session, actor: Actor, *, advance: Advance, kind: Kind) -> None:
    session.flush()
    post(
        session,
        actor,
        budget_id=advance.budget_id,
        line_id=advance.line_id,
        kind=kind,
        amount=advance.amount,
        note=advance.purpose,
        source=Source("advance", advance.id),
    )
