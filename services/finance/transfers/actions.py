"""Asking for transfers and ending them. Locks: approval, transfer, envelopes, budgets (each by id), lines."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance import TransferRequested, TransferSettled
from services.finance.approvals.actions import open_approval, void_approval
from services.finance.approvals.model import Subject
from services.finance.approvals.queries import approval_for_update
from services.finance.budgets import queries as budgets
from services.finance.budgets.actions import hold_unsettled, post
from services.finance.budgets.ledger import Kind
from services.finance.budgets.model import Budget, Source
from services.finance.envelopes.actions import draw, hold
from services.finance.money import check_money, in_currency
from services.finance.transfers import queries
from services.finance.transfers.model import Settlement, Transfer


def request_transfer(
    session: Session, actor: Actor, *, from_line_id: UUID, to_line_id: UUID, amount: Decimal, reason: str
) -> Transfer:
    """Ask to move ``amount``, in the currency of both budgets, from one line to another.

    It is reserved on the first line and goes to the desk. Raises NotFound, Invalid for what is no amount, for
    one line or two currencies, and Conflict when the line cannot cover it or a budget is settled.
    """
    giving = budgets.budget_of_line(session, actor, from_line_id)
    taking = budgets.budget_of_line(session, actor, to_line_id)
    check_money(amount, giving.currency)
    if from_line_id == to_line_id:
        raise Invalid({"to_line_id": ["Must be another line."]})
    if giving.currency != taking.currency:
        raise Invalid({"to_line_id": [f"Its budget is in {taking.currency}, not in {giving.currency}."]})
    transfer = Transfer(
        from_budget_id=giving.id,
        from_line_id=from_line_id,
        to_budget_id=taking.id,
        to_line_id=to_line_id,
        department=giving.department,
        to_department=taking.department,
        amount=amount,
        currency=giving.currency,
        reason=reason,
        state="requested",
        comment="",
        requested_by=actor.subject,
        requested_at=now(),
    )
    transfer.approval_id = open_approval(session, subject=_subject(transfer, giving.campaign_code)).id
    session.add(transfer)
    publish(session, transfer, _requested(transfer))
    session.flush()
    hold_unsettled(session, transfer.to_budget_id)
    _post_giving(session, actor, transfer=transfer, kind="reserve", amount=amount)
    return transfer


def carry_out_transfer(session: Session, actor: Actor, *, transfer_id: UUID) -> Transfer:
    """The desk agreed: the amount goes from the first line to the second, and between their envelopes."""
    transfer = queries.transfer(session, actor, transfer_id, locked=True)
    _settle(session, actor, transfer=transfer, outcome="carried_out")
    envelopes = _lock(session, transfer)
    giving, taking = envelopes[transfer.from_budget_id], envelopes[transfer.to_budget_id]
    if giving != taking:
        amount, note = transfer.amount, transfer.reason
        taken_from, given_to = transfer.from_budget_id, transfer.to_budget_id
        draw(session, actor, envelope_id=giving, budget_id=taken_from, amount=-amount, note=note)
        draw(session, actor, envelope_id=taking, budget_id=given_to, amount=amount, note=note)
    _post_giving(session, actor, transfer=transfer, kind="release", amount=transfer.amount)
    _post_giving(session, actor, transfer=transfer, kind="transfer", amount=-transfer.amount)
    post(
        session,
        actor,
        budget_id=transfer.to_budget_id,
        line_id=transfer.to_line_id,
        kind="transfer",
        amount=transfer.amount,
        note=transfer.reason,
        source=Source("transfer", transfer.id),
    )
    return transfer


def reject_transfer(session: Session, actor: Actor, *, transfer_id: UUID, comment: str) -> Transfer:
    """The desk refused it or sent it back: what was reserved is available again."""
    transfer = queries.transfer(session, actor, transfer_id, locked=True)
    return _release(session, actor, transfer=transfer, outcome="rejected", comment=comment)


def retract_transfer(session: Session, actor: Actor, *, transfer_id: UUID, comment: str) -> Transfer:
    """Its request was withdrawn at the desk: what was reserved is available again."""
    transfer = queries.transfer(session, actor, transfer_id, locked=True)
    return _release(session, actor, transfer=transfer, outcome="withdrawn", comment=comment)


def withdraw_transfer(session: Session, actor: Actor, *, transfer_id: UUID) -> Transfer:
    """Whoever asked for it, or an administrator, takes it back. Raises NotFound, Forbidden, Conflict."""
    found = queries.transfer(session, actor, transfer_id)
    if actor.subject != found.requested_by and not actor.administers:
        raise Forbidden("Only who asked for it withdraws a transfer.")
    approval = approval_for_update(session, actor, found.approval_id)
    transfer = queries.transfer(session, actor, transfer_id, locked=True)
    void_approval(session, approval, reason="The transfer was withdrawn.")
    return _release(session, actor, transfer=transfer, outcome="withdrawn")


def _release(
    session: Session, actor: Actor, *, transfer: Transfer, outcome: Settlement, comment: str = ""
) -> Transfer:
    _settle(session, actor, transfer=transfer, outcome=outcome, comment=comment)
    _post_giving(session, actor, transfer=transfer, kind="release", amount=transfer.amount)
    return transfer


def _settle(
    session: Session, actor: Actor, *, transfer: Transfer, outcome: Settlement, comment: str = ""
) -> None:
    at = now()
    transfer.settle(outcome, by=actor.subject, at=at, comment=comment)
    event = TransferSettled(
        transfer_id=transfer.id,
        from_budget_id=transfer.from_budget_id,
        from_line_id=transfer.from_line_id,
        to_budget_id=transfer.to_budget_id,
        to_line_id=transfer.to_line_id,
        outcome=outcome,
        total=_total(transfer),
        settled_by=actor.subject,
        settled_at=at,
    )
    publish(session, transfer, event)
    session.flush()


def _lock(session: Session, transfer: Transfer) -> dict[UUID, UUID | None]:
    """Lock the envelopes and the budgets of both lines, each in the order of their ids.

    Returns the envelope of each budget.
    """
    ids = {transfer.from_budget_id, transfer.to_budget_id}
    query = select(Budget.id, Budget.envelope_id).where(Budget.id.in_(ids))
    envelopes = {row.id: row.envelope_id for row in session.execute(query)}
    hold(session, *envelopes.values())
    for budget_id in sorted(ids):
        session.execute(select(Budget.id).where(Budget.id == budget_id).with_for_update(key_share=True))
    return envelopes


def _post_giving(session: Session, actor: Actor, *, transfer: Transfer, kind: Kind, amount: Decimal) -> None:
    post(
        session,
        actor,
        budget_id=transfer.from_budget_id,
        line_id=transfer.from_line_id,
        kind=kind,
        amount=amount,
        note=transfer.reason,
        source=Source("transfer", transfer.id),
    )


def _subject(transfer: Transfer, campaign_code: str) -> Subject:
    return Subject(
        kind="transfer",
        id=transfer.id,
        version=1,
        digest=transfer.digest,
        title=transfer.reason,
        department=transfer.department,
        requested_by=transfer.requested_by,
        amount=transfer.amount,
        currency=transfer.currency,
        content={
            "code": campaign_code,
            "line_id": str(transfer.from_line_id),
            "to_line_id": str(transfer.to_line_id),
        },
    )


def _requested(transfer: Transfer) -> TransferRequested:
    return TransferRequested(
        transfer_id=transfer.id,
        from_budget_id=transfer.from_budget_id,
        from_line_id=transfer.from_line_id,
        to_budget_id=transfer.to_budget_id,
        to_line_id=transfer.to_line_id,
        department=transfer.department,
        total=_total(transfer),
        reason=transfer.reason,
        requested_by=transfer.requested_by,
        requested_at=transfer.requested_at,
    )


def _total(transfer: Transfer) -> Money:
    return Money(amount=in_currency(transfer.amount, transfer.currency), currency=transfer.currency)
