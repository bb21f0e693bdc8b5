"""Asking for purchases, and what the desk's verdict makes of them.

Locks are taken in one order: approval, purchase, invoice, budget, line.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.files import attach
from contracts.finance import PurchaseCancelled, PurchaseRejected
from services.finance.approvals.actions import open_approval, void_approval
from services.finance.approvals.model import Subject
from services.finance.approvals.queries import approval_for_update
from services.finance.budgets import queries as budgets
from services.finance.budgets.actions import hold_unsettled
from services.finance.budgets.ledger import ZERO, Kind
from services.finance.money import check_money, in_currency
from services.finance.purchases import queries, telling
from services.finance.purchases.commitments import post
from services.finance.purchases.exchange import exchange_purchase
from services.finance.purchases.model import Purchase, PurchaseKind, PurchaseLine
from services.finance.suppliers.queries import supplier as supplier_of


def request_purchase(
    session: Session,
    actor: Actor,
    *,
    supplier_id: UUID,
    currency: str,
    reason: str,
    lines: Sequence[dict[str, Any]],
    documents: Sequence[UUID] = (),
) -> Purchase:
    """Ask to buy; the request goes to the approval desk.

    Raises Invalid naming the field, NotFound for a budget line that the actor may not see, and Conflict for a
    supplier that is blocked or a budget that is settled.
    """
    purchase = Purchase(requested_by=actor.subject, request_version=1, lines=[])
    _fill(
        session,
        actor,
        purchase=purchase,
        supplier_id=supplier_id,
        currency=currency,
        reason=reason,
        lines=lines,
    )
    _hand_in(session, actor, purchase=purchase, documents=documents)
    return purchase


def revise_purchase(
    session: Session, actor: Actor, *, purchase_id: UUID, version: int, **content: Any
) -> Purchase:
    """Replace a request by its next version: what is open at the desk is voided.

    Raises Forbidden for anybody but the requester, Conflict unless it is requested or was sent back, or
    has changed since ``version``.
    """
    purchase = _own(session, actor, purchase_id, reason="The purchase was changed.")
    purchase.require("requested", "sent_back", to="changed")
    if purchase.version != version:
        raise Conflict("The purchase has changed meanwhile.")
    documents = content.pop("documents")
    purchase.lines.clear()
    _fill(session, actor, purchase=purchase, **content)
    purchase.request_version += 1
    _hand_in(session, actor, purchase=purchase, documents=documents)
    return purchase


def withdraw_purchase(session: Session, actor: Actor, *, purchase_id: UUID) -> Purchase:
    """Its requester takes it back. Raises Forbidden for others, Conflict once it is decided."""
    purchase = _own(session, actor, purchase_id, reason="The purchase was withdrawn.")
    return _withdraw(session, purchase)


def retract_purchase(session: Session, actor: Actor, *, purchase_id: UUID, reason: str) -> Purchase:
    """Its request was withdrawn at the desk."""
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    return _withdraw(session, purchase, reason=reason)


def _withdraw(session: Session, purchase: Purchase, *, reason: str = "") -> Purchase:
    was = purchase.state
    purchase.require("requested", "sent_back", to="withdrawn")
    purchase.state, purchase.ended_at, purchase.outcome_reason = "withdrawn", now(), reason
    withdrawn = PurchaseCancelled(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        outcome="withdrawn",
        released=telling.money(ZERO, purchase.currency),
        reason=reason,
        cancelled_at=purchase.ended_at,
    )
    telling.tell(session, purchase, withdrawn, was=was)
    return purchase


def approve_purchase(
    session: Session, actor: Actor, *, purchase_id: UUID, granted: Mapping[str, Decimal] | None
) -> Purchase:
    """The desk agreed: commit what it granted for each line, by the line's id; all that was asked if None.

    Raises Conflict when a budget line cannot cover it, so that the approval stays open.
    """
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require("requested", to="approved")
    for line in purchase.lines:
        line.granted = line.amount if granted is None else min(granted.get(str(line.id), ZERO), line.amount)
    purchase.state = "approved"
    telling.tell(session, purchase, telling.approved(purchase, actor), was="requested")
    entries: list[tuple[PurchaseLine, Kind, Decimal]] = [
        (line, "commit", line.granted) for line in purchase.lines if line.granted > 0
    ]
    post(session, actor, purchase=purchase, entries=entries, note=purchase.reason)
    return purchase


def turn_down_purchase(
    session: Session, actor: Actor, *, purchase_id: UUID, sent_back: bool, reason: str
) -> Purchase:
    """The desk refused it, or sent it back to be changed."""
    purchase = queries.purchase_for_update(session, actor, purchase_id)
    purchase.require("requested", to="turned down")
    outcome: Literal["sent_back", "rejected"] = "sent_back" if sent_back else "rejected"
    purchase.state, purchase.outcome_reason = outcome, reason
    rejected = PurchaseRejected(
        purchase_id=purchase.id,
        campaign_id=purchase.campaign_id,
        outcome=outcome,
        reason=reason,
        rejected_at=now(),
    )
    telling.tell(session, purchase, rejected, was="requested")
    return purchase


def add_kind(session: Session, *, code: str, name: str) -> PurchaseKind:
    """One more kind of thing to buy. Raises Invalid for a code that is taken."""
    if session.get(PurchaseKind, code) is not None:
        raise Invalid({"code": [f"There is a kind {code} already."]})
    kind = PurchaseKind(code=code, name=name)
    session.add(kind)
    return kind


def _own(session: Session, actor: Actor, purchase_id: UUID, *, reason: str) -> Purchase:
    """The actor's own purchase, locked after its approval, which is voided."""
    found = queries.approval_of_purchase(session, actor, purchase_id)
    if actor.subject != found.requested_by and not actor.administers:
        raise Forbidden("Only its requester changes or withdraws a purchase.")
    approval = approval_for_update(session, actor, found.approval_id)
    void_approval(session, approval, reason=reason)
    session.flush()
    return queries.purchase_for_update(session, actor, purchase_id)


def _fill(
    session: Session,
    actor: Actor,
    *,
    purchase: Purchase,
    supplier_id: UUID,
    currency: str,
    reason: str,
    lines: Sequence[dict[str, Any]],
) -> None:
    budget = budgets.budget_of_line(session, actor, lines[0]["line_id"])
    _check_supplier(session, actor, supplier_id, department=budget.department)
    purchase.budget_id, purchase.campaign_id = budget.id, budget.campaign_id
    purchase.campaign_code, purchase.department = budget.campaign_code, budget.department
    purchase.supplier_id, purchase.currency, purchase.reason = supplier_id, budget.currency, reason
    known = set(session.scalars(select(PurchaseKind.code)))
    for position, line in enumerate(lines):
        field = f"lines.{position}"
        if line["kind"] not in known:
            raise Invalid({f"{field}.kind": [f"{line['kind']} is no kind of purchase."]})
        if budgets.budget_of_line(session, actor, line["line_id"]).id != budget.id:
            raise Invalid({f"{field}.line_id": ["All lines belong to one budget."]})
        place = {"position": position + 1, "currency": budget.currency, "price_currency": currency}
        purchase.lines.append(PurchaseLine(**place, **line))
        check_money(purchase.lines[-1].original_amount, currency, field=f"{field}.unit_price")
    exchange_purchase(session, purchase, on=now().date())


def _check_supplier(session: Session, actor: Actor, supplier_id: UUID, *, department: str) -> None:
    try:
        supplier = supplier_of(session, actor, supplier_id)
    except NotFound as error:
        raise Invalid({"supplier_id": ["There is no such supplier."]}) from error
    if supplier.department not in {None, department}:
        raise Invalid({"supplier_id": ["The supplier is another department's."]})
    if supplier.state == "blocked":
        raise Conflict(f"The supplier is blocked: {supplier.reason}")


def _hand_in(session: Session, actor: Actor, *, purchase: Purchase, documents: Sequence[UUID]) -> None:
    attach(session, actor, documents, to=purchase)
    purchase.documents = [str(one) for one in documents]
    purchase.state, purchase.requested_at, purchase.outcome_reason = "requested", now(), ""
    purchase.approval_id = open_approval(session, subject=_subject(purchase)).id
    session.add(purchase)
    telling.tell(session, purchase, telling.requested(purchase))
    session.flush()
    hold_unsettled(session, purchase.budget_id)


def _item(line: PurchaseLine) -> dict[str, Any]:
    amount = str(in_currency(line.amount, line.currency))
    shown = {"id": str(line.id), "name": line.description, "amount": amount}
    return shown if line.converted is None else {**shown, "explained": [line.at_rate]}


def _subject(purchase: Purchase) -> Subject:
    items = [_item(line) for line in purchase.lines]
    return Subject(
        kind="purchase",
        id=purchase.id,
        version=purchase.request_version,
        digest=purchase.digest,
        title=purchase.reason,
        department=purchase.department,
        requested_by=purchase.requested_by,
        amount=purchase.total,
        currency=purchase.currency,
        category=purchase.costliest.kind,
        content={
            "code": purchase.campaign_code,
            "category": purchase.costliest.kind,
            "items": items,
            "documents": purchase.documents,
        },
    )
