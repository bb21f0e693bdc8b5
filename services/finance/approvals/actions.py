"""Putting requests on the desk, taking them off it, and publishing flows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance import ApprovalOpened, ApprovalVoided
from contracts.finance.approvals import RequestKind
from services.finance.approvals import queries
from services.finance.approvals.flows import ApprovalFlow, choose_flow
from services.finance.approvals.model import Approval, Subject
from services.finance.money import in_currency

log = get_logger(__name__)


def open_approval(session: Session, *, subject: Subject) -> Approval:
    """Put ``subject`` on the desk. Raises Conflict when no flow covers it."""
    flow = choose_flow(
        session.scalars(queries.current_flows(subject.kind)),
        kind=subject.kind,
        department=subject.department,
        currency=subject.currency,
        amount=subject.amount,
    )
    if flow is None:
        raise Conflict(
            f"No approval flow covers a {subject.kind} of {subject.amount} {subject.currency}"
            f" in department {subject.department}."
        )
    approval = Approval.of(subject, flow, at=now())
    session.add(approval)
    publish(session, approval, _opened(approval))
    return approval


def resubmit(session: Session, *, subject: Subject) -> Approval | None:
    """Put a plan on the desk and void what is there of its earlier versions.

    Returns None when this version, or a later one, has been there before and was not sent back.
    """
    latest = session.scalars(queries.latest_approval_for_update(subject.kind, subject.id)).first()
    if latest is not None:
        if not latest.gives_way_to(subject):
            log.info("plan_known_to_desk", state=latest.state, version=subject.version)
            return None
        void_approval(session, latest, reason=f"Version {subject.version} of the plan was submitted.")
        session.flush()
    return open_approval(session, subject=subject)


def abandon_plan(session: Session, *, campaign_id: UUID) -> None:
    """Take the plan of a campaign that was cancelled off the desk. One that is decided stays as it is."""
    latest = session.scalars(queries.latest_approval_for_update("plan", campaign_id)).first()
    if latest is not None:
        void_approval(session, latest, reason="The campaign was cancelled.")


def void_approval(session: Session, approval: Approval, *, reason: str) -> None:
    """Close a locked approval without a verdict. One that is closed already stays as it is."""
    at = now()
    if approval.void(at=at):
        publish(session, approval, _voided(approval, reason=reason, at=at))


def publish_flow(
    session: Session,
    actor: Actor,
    *,
    code: str,
    kind: RequestKind,
    steps: Sequence[dict[str, Any]],
    department: str | None = None,
    currency: str | None = None,
    above: Decimal | None = None,
    up_to: Decimal | None = None,
) -> ApprovalFlow:
    """The next edition of the flow ``code``, which retires the last one. Open approvals keep their steps."""
    at = now()
    former = session.scalars(queries.last_edition_for_update(code)).first()
    if former is not None:
        former.retired_at = at
    flow = ApprovalFlow(
        code=code,
        edition=former.edition + 1 if former else 1,
        kind=kind,
        department=department,
        currency=currency,
        above=above,
        up_to=up_to,
        steps=list(steps),
        published_by=actor.subject,
        published_at=at,
    )
    session.add(flow)
    return flow


def _opened(approval: Approval) -> ApprovalOpened:
    return ApprovalOpened(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        department=approval.department,
        requested_by=approval.requested_by,
        total=Money(amount=in_currency(approval.amount, approval.currency), currency=approval.currency),
        steps=[step.name for step in approval.steps],
    )


def _voided(approval: Approval, *, reason: str, at: datetime) -> ApprovalVoided:
    return ApprovalVoided(
        approval_id=approval.id,
        kind=approval.kind,
        subject_id=approval.subject_id,
        subject_version=approval.subject_version,
        reason=reason,
        voided_at=at,
    )
