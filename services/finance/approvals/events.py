"""What the desk tells others about an approval."""

from datetime import datetime

from contracts.event import Money
from contracts.finance import (
    ApprovalAdvanced,
    ApprovalDecided,
    ApprovalEscalated,
    ApprovalOpened,
    ApprovalReminded,
    ApprovalVoided,
    Asked,
    SanctionedItem,
)
from services.finance.approvals.model import Approval
from services.finance.approvals.steps import ApprovalDecision, ApprovalStep
from services.finance.money import in_currency


def opened(approval: Approval) -> ApprovalOpened:
    return ApprovalOpened(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        department=approval.department,
        requested_by=approval.requested_by,
        total=Money(amount=in_currency(approval.amount, approval.currency), currency=approval.currency),
        steps=[step.name for step in approval.steps],
        title=approval.title,
        category=approval.category,
        asked=asked(approval.open_step),
    )


def advanced(approval: Approval, *, step: ApprovalStep) -> ApprovalAdvanced:
    decision = step.decisions[-1]
    return ApprovalAdvanced(
        approval_id=approval.id,
        step=step.position,
        steps=len(approval.steps),
        passed=step.state == "passed",
        by=decision.by,
        at=decision.decided_at,
        on_behalf_of=_seat(decision),
        asked=asked(approval.open_step),
    )


def decided(approval: Approval, *, step: ApprovalStep) -> ApprovalDecided:
    assert approval.state in {"approved", "rejected", "sent_back"} and approval.closed_at is not None
    decision = step.decisions[-1]
    cut = approval.state == "approved" and approval.sanctioned is not None
    granted = Money(amount=in_currency(approval.granted, approval.currency), currency=approval.currency)
    items = approval.granted_by_item if cut else {}
    return ApprovalDecided(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        subject_hash=approval.subject_hash,
        outcome=approval.state,
        decided_by=decision.by,
        decided_at=approval.closed_at,
        comment=decision.comment,
        on_behalf_of=_seat(decision),
        granted=granted if cut else None,
        sanctioned=[SanctionedItem(item_id=item, amount=amount) for item, amount in items.items()],
    )


def voided(
    approval: Approval, *, reason: str, at: datetime, withdrawn_by: str | None = None
) -> ApprovalVoided:
    return ApprovalVoided(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        reason=reason,
        voided_at=at,
        withdrawn_by=withdrawn_by,
    )


def reminded(approval: Approval, *, step: ApprovalStep) -> ApprovalReminded:
    assert step.opened_at is not None and step.reminded_at is not None
    return ApprovalReminded(
        approval_id=approval.id,
        step=step.position,
        name=step.name,
        asked=asked(step),
        opened_at=step.opened_at,
        at=step.reminded_at,
    )


def escalated(approval: Approval, *, step: ApprovalStep) -> ApprovalEscalated:
    assert step.opened_at is not None and step.escalated_at is not None
    return ApprovalEscalated(
        approval_id=approval.id,
        step=step.position,
        name=step.name,
        to=Asked(role=step.escalate_role, persons=step.escalate_persons),
        opened_at=step.opened_at,
        at=step.escalated_at,
    )


def asked(step: ApprovalStep) -> Asked:
    """Who is to decide on a step: the named who have not yet, or the holders of its role."""
    done = {decision.person for decision in step.decisions}
    waiting = [person for person in step.persons if person not in done]
    return Asked(role=None if step.persons else step.role, persons=waiting)


def _seat(decision: ApprovalDecision) -> str | None:
    return None if decision.by == decision.person else decision.person
