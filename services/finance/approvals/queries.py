"""Reads of the approval desk, in the departments of the reader only."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from chassis.auth import Actor
from chassis.errors import NotFound
from services.finance.approvals.flows import ApprovalFlow
from services.finance.approvals.model import Approval, ApprovalDecision, ApprovalStep, StepReviewer


def approvals(
    actor: Actor, *, state: str | None = None, kind: str | None = None, mine: bool = False
) -> Select[Approval]:
    """Approvals with their steps and decisions; with ``mine`` only those that wait for the actor."""
    found = select(Approval).where(actor.scope(Approval.department)).options(*_whole())
    if state is not None:
        found = found.where(Approval.state == state)
    if kind is not None:
        found = found.where(Approval.kind == kind)
    return found.where(_waits_for(actor)) if mine else found


def approval(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """One approval with its steps and decisions. Raises NotFound."""
    return _one(session, actor, approval_id, locked=False)


def approval_for_update(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """The same, as it stands now, locked until the transaction ends. Raises NotFound."""
    return _one(session, actor, approval_id, locked=True)


def latest_approval_for_update(kind: str, subject_id: UUID) -> Select[Approval]:
    """The last approval of a subject, to be locked."""
    return (
        select(Approval)
        .where(Approval.kind == kind, Approval.subject_id == subject_id)
        .order_by(Approval.subject_version.desc(), Approval.id.desc())
        .limit(1)
        .options(*_whole())
        .with_for_update(of=Approval)
        .execution_options(populate_existing=True)
    )


def current_flows(kind: str) -> Select[ApprovalFlow]:
    """The editions that are in force for a kind of request."""
    return select(ApprovalFlow).where(ApprovalFlow.kind == kind, ApprovalFlow.retired_at.is_(None))


def last_edition_for_update(code: str) -> Select[ApprovalFlow]:
    """The last edition of one flow, to be locked."""
    editions = select(ApprovalFlow).where(ApprovalFlow.code == code)
    return editions.order_by(ApprovalFlow.edition.desc()).limit(1).with_for_update()


def flows() -> Select[ApprovalFlow]:
    """All editions of all flows."""
    return select(ApprovalFlow)


def _one(session: Session, actor: Actor, approval_id: UUID, *, locked: bool) -> Approval:
    query: Select[Any] = approvals(actor).where(Approval.id == approval_id)
    if locked:
        query = query.with_for_update(of=Approval).execution_options(populate_existing=True)
    found: Approval | None = session.scalar(query)
    if found is None:
        raise NotFound("approval", approval_id)
    return found


def _whole() -> tuple[ORMOption, ...]:
    steps = selectinload(Approval.steps)
    return steps.selectinload(ApprovalStep.reviewers), steps.selectinload(ApprovalStep.decisions)


def _waits_for(actor: Actor) -> ColumnElement[bool]:
    """Open, not the actor's own, and on a step that he may decide and has not decided yet."""
    named = exists().where(StepReviewer.step_id == ApprovalStep.id)
    decided = exists().where(
        ApprovalDecision.step_id == ApprovalStep.id, ApprovalDecision.person == actor.subject
    )
    for_actor = or_(
        named.where(StepReviewer.person == actor.subject),
        and_(~named, ApprovalStep.role.in_(sorted(actor.roles))),
    )
    step = exists().where(
        ApprovalStep.approval_id == Approval.id, ApprovalStep.state == "open", for_actor, ~decided
    )
    return and_(Approval.state == "open", Approval.requested_by != actor.subject, step)
