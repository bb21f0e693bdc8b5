"""Deciding on an approval, and what follows in the same transaction once the desk has come to a verdict."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.outbox import publish
from contracts.finance import ApprovalAdvanced, ApprovalDecided
from contracts.finance.approvals import RequestKind
from services.finance.approvals import queries
from services.finance.approvals.model import Approval, ApprovalStep, Outcome
from services.finance.budgets.actions import open_budget
from services.finance.budgets.model import ApprovedPlan, PlannedLine
from services.finance.claims.actions import approve_claim, reject_claim
from services.finance.purchases.requests import approve_purchase, turn_down_purchase


def decide_approval(
    session: Session,
    actor: Actor,
    *,
    approval_id: UUID,
    outcome: Outcome,
    comment: str = "",
    step: int | None = None,
) -> Approval:
    """Record the actor's decision on the open step; the last one opens the budget or frees the claim.

    Raises NotFound, Conflict for what is closed or decided already, Forbidden for who may not decide.
    """
    at = now()
    approval = queries.approval_for_update(session, actor, approval_id)
    decided = approval.decide(actor, outcome=outcome, comment=comment, at=at, step=step)
    if approval.state == "open":
        publish(session, approval, _advanced(approval, step=decided, actor=actor, at=at))
    else:
        publish(session, approval, _decided(approval, actor=actor, comment=comment))
        CARRIED_OUT[approval.kind](session, actor, approval, comment)
    return approval


def _carry_out_plan(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        open_budget(session, actor, plan=_plan(approval))


def _carry_out_claim(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        approve_claim(session, actor, claim_id=approval.subject_id)
    else:
        reject_claim(session, actor, claim_id=approval.subject_id, reason=comment)


def _carry_out_purchase(session: Session, actor: Actor, approval: Approval, comment: str) -> None:
    if approval.state == "approved":
        approve_purchase(session, actor, purchase_id=approval.subject_id, granted=_granted(approval))
        return
    sent_back = approval.state == "sent_back"
    turn_down_purchase(session, actor, purchase_id=approval.subject_id, sent_back=sent_back, reason=comment)


def _granted(approval: Approval) -> dict[str, Decimal]:
    """What was granted, by item: what was asked, where the desk did not cut it."""
    return {item["id"]: Decimal(item["amount"]) for item in approval.content["items"]}


CARRIED_OUT: dict[RequestKind, Callable[[Session, Actor, Approval, str], None]] = {
    "plan": _carry_out_plan,
    "claim": _carry_out_claim,
    "purchase": _carry_out_purchase,
}
"""What follows a verdict of the desk in the same transaction, by the kind of what was judged."""


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
        lines=[
            PlannedLine(UUID(line["line_id"]), line["name"], Decimal(line["amount"]), line.get("kind"))
            for line in approval.content["lines"]
        ],
    )


def _advanced(approval: Approval, *, step: ApprovalStep, actor: Actor, at: datetime) -> ApprovalAdvanced:
    return ApprovalAdvanced(
        approval_id=approval.id,
        step=step.position,
        steps=len(approval.steps),
        passed=step.state == "passed",
        by=actor.subject,
        at=at,
    )


def _decided(approval: Approval, *, actor: Actor, comment: str) -> ApprovalDecided:
    assert approval.state in {"approved", "rejected", "sent_back"} and approval.closed_at is not None
    return ApprovalDecided(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        subject_hash=approval.subject_hash,
        outcome=approval.state,
        decided_by=actor.subject,
        decided_at=approval.closed_at,
        comment=comment,
    )
