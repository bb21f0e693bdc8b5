"""Deciding on an approval, and what follows in the same transaction once the desk has come to a verdict."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis import files
from chassis.audit import act_for
from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.finance.approvals import RequestKind
from services.finance.advances.actions import approve_advance, reject_advance, retract_advance
from services.finance.approvals import events, queries
from services.finance.approvals.actions import closed_total
from services.finance.approvals.model import Approval, Outcome
from services.finance.authority.limits import obstacle
from services.finance.authority.queries import held_by, seats_of
from services.finance.authority.seats import Seat
from services.finance.budgets.model import ApprovedPlan, PlannedLine
from services.finance.budgets.opening import open_budget
from services.finance.claims.actions import approve_claim, reject_claim, retract_claim, return_claim
from services.finance.purchases.requests import approve_purchase, retract_purchase, turn_down_purchase
from services.finance.rates.queries import converter
from services.finance.transfers.actions import carry_out_transfer, reject_transfer, retract_transfer

log = get_logger(__name__)

over_limit_total = counter(
    "finance_approvals_over_limit_total",
    "Approvals that were refused for want of authority.",
)


def decide_approval(
    session: Session,
    actor: Actor,
    *,
    approval_id: UUID,
    outcome: Outcome,
    comment: str = "",
    step: int | None = None,
    subject_version: int | None = None,
    on_behalf_of: str | None = None,
    sanctioned: Mapping[str, Decimal] | None = None,
    documents: Sequence[UUID] = (),
) -> Approval:
    """Record the actor's decision on the open step; what follows the last one is in ``CARRIED_OUT``.

    ``on_behalf_of`` is whose seat he means; left out, it is his own, or else the first lent to him that fits.
    Limits of other currencies count by the rate of the day. Raises NotFound, Conflict for what is closed,
    decided already or another version, Forbidden for who may not decide, Invalid for what cannot be granted.
    """
    at = now()
    approval = queries.approval_for_update(session, actor, approval_id)
    if subject_version not in {None, approval.subject_version}:
        raise Conflict(f"Version {approval.subject_version} is on the desk, not version {subject_version}.")
    seats = seats_of(session, actor, at=at)
    seat = approval.seat_for(seats, step=step, on_behalf_of=on_behalf_of)
    if seat.person != actor.subject:
        act_for(session, seat.person)
    if sanctioned:
        approval.sanction(sanctioned)
    if outcome == "approve":
        _require_authority(session, approval, seat=seat, at=at)
    files.attach(session, actor, documents, to=approval)
    decided = approval.decide(actor, outcome=outcome, comment=comment, at=at, seat=seat, documents=documents)
    if approval.state == "open":
        publish(session, approval, events.advanced(approval, step=decided))
    else:
        publish(session, approval, events.decided(approval, step=decided))
        _carry_out(session, actor, approval, comment)
    return approval


def withdraw_approval(session: Session, actor: Actor, *, approval_id: UUID, reason: str = "") -> Approval:
    """Its requester takes it back. Raises NotFound, Forbidden for others, Conflict when it is closed."""
    at = now()
    approval = queries.approval_for_update(session, actor, approval_id)
    approval.withdraw(by=actor.subject, at=at)
    told = reason or "The requester withdrew it."
    publish(session, approval, events.voided(approval, reason=told, at=at, withdrawn_by=actor.subject))
    _carry_out(session, actor, approval, told)
    return approval


def _require_authority(session: Session, approval: Approval, *, seat: Seat, at: datetime) -> None:
    """The limit of whose seat it is counts, against what would be granted."""
    held = held_by(session, [seat.person])
    problem = obstacle(
        [one for one in held if one.concerns(kind=approval.kind, department=approval.department)],
        amount=approval.granted,
        currency=approval.currency,
        at=at,
        needed=approval.open_step.needs_authority,
        convert=converter(session),
    )
    if problem is not None:
        over_limit_total.inc()
        log.info("approval_over_limit", approval_id=str(approval.id), person=seat.person, problem=problem)
        raise Forbidden(problem)


def _carry_out(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    closed_total.labels(kind=approval.kind, outcome=approval.state).inc()
    if follow := CARRIED_OUT.get(approval.kind):
        follow(session, actor, approval, comment)


def _carry_out_plan(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        open_budget(session, actor, plan=_plan(approval))


def _carry_out_claim(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        claim_id, grants = approval.subject_id, approval.granted_by_item
        approve_claim(session, actor, claim_id=claim_id, grants=grants, reason=comment)
    elif approval.state == "sent_back":
        return_claim(session, actor, claim_id=approval.subject_id, reason=comment)
    elif approval.state == "withdrawn":
        retract_claim(session, actor, claim_id=approval.subject_id, reason=comment)
    else:
        reject_claim(session, actor, claim_id=approval.subject_id, reason=comment)


def _carry_out_advance(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        approve_advance(session, actor, advance_id=approval.subject_id)
    elif approval.state == "withdrawn":
        retract_advance(session, actor, advance_id=approval.subject_id, reason=comment)
    else:
        reject_advance(session, actor, advance_id=approval.subject_id, reason=comment)


def _carry_out_transfer(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        carry_out_transfer(session, actor, transfer_id=approval.subject_id)
    elif approval.state == "withdrawn":
        retract_transfer(session, actor, transfer_id=approval.subject_id, comment=comment)
    else:
        reject_transfer(session, actor, transfer_id=approval.subject_id, comment=comment)


def _carry_out_purchase(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    purchase_id = approval.subject_id
    if approval.state == "approved":
        approve_purchase(session, actor, purchase_id=purchase_id, granted=approval.granted_by_item)
    elif approval.state == "withdrawn":
        retract_purchase(session, actor, purchase_id=purchase_id, reason=comment)
    else:
        sent_back = approval.state == "sent_back"
        turn_down_purchase(session, actor, purchase_id=purchase_id, sent_back=sent_back, reason=comment)


CARRIED_OUT: dict[RequestKind, Callable[[Session, Actor, Approval, str], None]] = {
    "plan": _carry_out_plan,
    "claim": _carry_out_claim,
    "advance": _carry_out_advance,
    "transfer": _carry_out_transfer,
    "purchase": _carry_out_purchase,
}
"""What follows a verdict or a withdrawal in the same transaction, by the kind of what was judged.

A kind that is missing here is judged for another service, which hears of it by event.
"""


def _plan(approval: Approval) -> ApprovedPlan:
    """The plan as it was submitted, kept with the approval."""
    return ApprovedPlan(
        campaign_id=approval.subject_id,
        campaign_code=approval.content["code"],
        name=approval.title,
        department=approval.department,
        responsible=approval.requested_by,
        version=approval.subject_version,
        currency=approval.currency,
        lines=[_line(line) for line in approval.content["lines"]],
        starts_on=_day(approval.content.get("starts_on")) or approval.opened_at.date(),
    )


def _line(content: dict[str, Any]) -> PlannedLine:
    """Content from before lines had more than a name and an amount is read too."""
    return PlannedLine(
        UUID(content["line_id"]),
        content["name"],
        Decimal(content["amount"]),
        kind=content.get("kind"),
        responsible=content.get("responsible"),
        starts_on=_day(content.get("starts_on")),
        ends_on=_day(content.get("ends_on")),
        on_breach=content.get("on_breach", "stop"),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
