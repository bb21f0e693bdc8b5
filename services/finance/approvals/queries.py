"""Reads of the approval desk, in the departments of the reader only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from chassis.auth import EVERY_DEPARTMENT, Actor
from chassis.clock import now
from services.finance.approvals.flows import ApprovalFlow
from services.finance.approvals.model import STILL_OPEN, Approval
from services.finance.approvals.steps import (
    ApprovalDecision,
    ApprovalStep,
    StepReviewer,
    StepSubstitute,
)
from services.finance.authority.queries import absent, seats_of
from services.finance.authority.seats import Seat
from services.finance.finding import find


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which approvals are wanted; all that is given must hold. Amounts include their bounds."""

    state: str | None = None
    kind: str | None = None
    department: str | None = None
    requested_by: str | None = None
    currency: str | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None
    opened_before: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        for name in ("state", "kind", "department", "requested_by", "currency"):
            if (value := getattr(self, name)) is not None:
                yield getattr(Approval, name) == value
        if self.amount_from is not None:
            yield Approval.amount >= self.amount_from
        if self.amount_to is not None:
            yield Approval.amount <= self.amount_to
        if self.opened_before is not None:
            yield Approval.opened_at < self.opened_before


def approvals(actor: Actor, *, seats: Sequence[Seat] | None = None, **wanted: Any) -> Select[Approval]:
    """Approvals with their steps and decisions; with ``seats`` only those that wait for one of them.

    ``wanted`` is as in ``Wanted``.
    """
    found = select(Approval).where(actor.scope(Approval.department)).options(*_whole())
    found = found.where(*Wanted(**wanted).conditions())
    return found if seats is None else found.where(_waits_for(actor, seats))


def present_seats(session: Session, actor: Actor) -> list[Seat]:
    """The seats that the actor is asked on: those lent to him, and his own unless he is away."""
    at = now()
    own, *lent = seats_of(session, actor, at=at)
    return lent if absent(session, [actor.subject], at=at) else [own, *lent]


def approval(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """One approval with its steps and decisions. Raises NotFound."""
    return find(session, approvals(actor), Approval, approval_id, what="approval")


def approval_for_update(session: Session, actor: Actor, approval_id: UUID) -> Approval:
    """The same, as it stands now, locked until the transaction ends. Raises NotFound."""
    return find(session, approvals(actor), Approval, approval_id, what="approval", lock=True)


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


def flows(*, kind: str | None = None, code: str | None = None, current: bool = False) -> Select[ApprovalFlow]:
    """All editions of all flows; ``current``: those in force."""
    found = select(ApprovalFlow)
    if kind is not None:
        found = found.where(ApprovalFlow.kind == kind)
    if code is not None:
        found = found.where(ApprovalFlow.code == code)
    return found.where(ApprovalFlow.retired_at.is_(None)) if current else found


def flow(session: Session, flow_id: UUID, *, locked: bool = False) -> ApprovalFlow:
    """One edition of a flow. Raises NotFound."""
    return find(session, flows(), ApprovalFlow, flow_id, what="approval flow", lock=locked)


def next_due(at: datetime) -> Select[UUID]:
    """The approval whose step has waited longest for a reminder or an escalation."""
    due = select(ApprovalStep.approval_id).where(ApprovalStep.due_at <= at)
    return due.order_by(ApprovalStep.due_at, ApprovalStep.id).limit(1)


def locked_approval(session: Session, approval_id: UUID) -> Approval:
    """An approval that is known to be there, locked until the transaction ends."""
    found = select(Approval).where(Approval.id == approval_id).options(*_whole())
    return session.scalars(found.with_for_update(of=Approval).execution_options(populate_existing=True)).one()


def oldest_open(session: Session) -> dict[str, datetime]:
    """Since when the oldest open approval waits, by kind."""
    oldest = select(Approval.kind, func.min(Approval.opened_at)).where(STILL_OPEN).group_by(Approval.kind)
    return {kind: at for kind, at in session.execute(oldest)}


def _whole() -> tuple[ORMOption, ...]:
    steps = selectinload(Approval.steps)
    return steps.selectinload(ApprovalStep.reviewers), steps.selectinload(ApprovalStep.decisions)


def _waits_for(actor: Actor, seats: Sequence[Seat]) -> ColumnElement[bool]:
    """Open, not the actor's own, and on a step that he may decide from one of ``seats`` and has not yet."""
    decided = exists().where(
        ApprovalDecision.step_id == ApprovalStep.id,
        func.coalesce(ApprovalDecision.acted_by, ApprovalDecision.person) == actor.subject,
    )
    on_step = exists().where(
        ApprovalStep.approval_id == Approval.id,
        ApprovalStep.state == "open",
        or_(false(), *(_asks(seat) for seat in seats)),
        ~decided,
    )
    return and_(Approval.state == "open", Approval.requested_by != actor.subject, on_step)


def _asks(seat: Seat) -> ColumnElement[bool]:
    """The step is decided from this seat, and has not been yet."""
    named = exists().where(StepReviewer.step_id == ApprovalStep.id)
    substitute = exists().where(
        StepSubstitute.step_id == ApprovalStep.id, StepSubstitute.person == seat.person
    )
    taken = exists().where(
        ApprovalDecision.step_id == ApprovalStep.id, ApprovalDecision.person == seat.person
    )
    roles = sorted(seat.roles)
    asked = or_(
        named.where(StepReviewer.person == seat.person),
        and_(~named, ApprovalStep.role.in_(roles)),
        substitute,
        and_(ApprovalStep.escalated_at.is_not(None), ApprovalStep.escalate_role.in_(roles)),
    )
    return and_(asked, ~taken, Approval.requested_by != seat.person, *_reach(seat))


def _reach(seat: Seat) -> Iterator[ColumnElement[bool]]:
    if seat.kinds:
        yield Approval.kind.in_(sorted(seat.kinds))
    if EVERY_DEPARTMENT not in seat.departments:
        yield Approval.department.in_(sorted(seat.departments))
