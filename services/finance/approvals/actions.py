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
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.finance import FlowPublished, FlowRetired
from contracts.finance.approvals import RequestKind
from services.finance.approvals import events, queries
from services.finance.approvals.flows import REQUEST_KINDS, ApprovalFlow, choose_flow
from services.finance.approvals.model import Approval, Subject
from services.finance.authority.queries import absent

log = get_logger(__name__)

opened_total = counter(
    "finance_approvals_opened_total",
    "Requests that reached the approval desk, by kind.",
    ("kind",),
    starts=((kind,) for kind in REQUEST_KINDS),
)
closed_total = counter(
    "finance_approvals_closed_total",
    "Approvals that ended, by kind and outcome: approved, rejected, sent_back, voided, withdrawn.",
    ("kind", "outcome"),
)


def open_approval(session: Session, *, subject: Subject) -> Approval:
    """Put ``subject`` on the desk. Raises Conflict when no flow covers it."""
    flow = choose_flow(
        session.scalars(queries.current_flows(subject.kind)),
        kind=subject.kind,
        department=subject.department,
        currency=subject.currency,
        amount=subject.amount,
        category=subject.category,
    )
    if flow is None:
        raise Conflict(
            f"No approval flow covers a {subject.kind} of {subject.amount} {subject.currency}"
            f" in department {subject.department}."
        )
    at = now()
    named = [person for rule in flow.rules for person in rule.persons]
    approval = Approval.of(subject, flow, at=at, absent=absent(session, named, at=at))
    session.add(approval)
    publish(session, approval, events.opened(approval))
    opened_total.labels(kind=approval.kind).inc()
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
        publish(session, approval, events.voided(approval, reason=reason, at=at))
        closed_total.labels(kind=approval.kind, outcome="voided").inc()


def publish_flow(
    session: Session,
    actor: Actor,
    *,
    code: str,
    kind: RequestKind,
    steps: Sequence[dict[str, Any]],
    department: str | None = None,
    currency: str | None = None,
    category: str | None = None,
    above: Decimal | None = None,
    up_to: Decimal | None = None,
) -> ApprovalFlow:
    """The next edition of the flow ``code``, which retires the last one. Open approvals keep their steps."""
    at = now()
    former = session.scalars(queries.last_edition_for_update(code)).first()
    if former is not None and former.retired_at is None:
        _retire(session, actor, former, at=at)
    flow = ApprovalFlow(
        code=code,
        edition=former.edition + 1 if former else 1,
        kind=kind,
        department=department,
        currency=currency,
        category=category,
        above=above,
        up_to=up_to,
        steps=list(steps),
        published_by=actor.subject,
        published_at=at,
    )
    session.add(flow)
    publish(session, flow, _published(flow))
    return flow


def retire_flow(session: Session, actor: Actor, *, flow: ApprovalFlow) -> ApprovalFlow:
    """Have a locked flow take no new requests. Raises Conflict when it is retired already."""
    if flow.retired_at is not None:
        raise Conflict(f"The flow was retired at {flow.retired_at.isoformat()}.")
    _retire(session, actor, flow, at=now())
    return flow


def _retire(session: Session, actor: Actor, flow: ApprovalFlow, *, at: datetime) -> None:
    flow.retired_at = at
    retired = FlowRetired(flow_id=flow.id, code=flow.code, edition=flow.edition, by=actor.subject, at=at)
    publish(session, flow, retired)


def _published(flow: ApprovalFlow) -> FlowPublished:
    return FlowPublished(
        flow_id=flow.id,
        code=flow.code,
        edition=flow.edition,
        kind=flow.kind,
        department=flow.department,
        currency=flow.currency,
        category=flow.category,
        above=flow.above,
        up_to=flow.up_to,
        steps=flow.steps,
        by=flow.published_by,
        at=flow.published_at,
    )
