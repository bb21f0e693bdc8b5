"""Approvals and how a decision moves them, without a database in sight.

Steps are decided one after the other. Enough approvals pass a step, a single rejection or return ends the
whole approval, and nobody decides on their own request or twice on one step.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.auth import Actor
from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict, Forbidden
from chassis.ids import new_id
from contracts.finance.approvals import RequestKind
from services.finance.approvals.flows import ApprovalFlow, StepMode, StepRule
from services.finance.base import Base

Outcome = Literal["approve", "reject", "send_back"]
Verdict = Literal["approved", "rejected", "sent_back"]
State = Literal["open", "approved", "rejected", "sent_back", "voided"]
StepState = Literal["waiting", "open", "passed", "failed", "skipped"]

ENDS: dict[str, Verdict] = {"reject": "rejected", "send_back": "sent_back"}


@dataclass(frozen=True)
class Subject:
    """What is to be judged. ``digest`` fixes its content, ``content`` is what the approver gets to see."""

    kind: RequestKind
    id: UUID
    version: int
    digest: str
    title: str
    department: str
    requested_by: str
    amount: Decimal
    currency: str
    content: dict[str, Any] = field(default_factory=dict)


class Approval(Aggregate, Base):
    """One request on the desk. Whoever decides on it or voids it locks this row first."""

    __tablename__ = "approvals"
    __table_args__ = (
        Index("ix_approvals_kind_subject_id", "kind", "subject_id"),
        Index(
            "uq_approvals_open_subject",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )

    kind: Mapped[RequestKind] = mapped_column(String(16))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    subject_version: Mapped[int]
    subject_hash: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(2000))
    department: Mapped[str] = mapped_column(String(64), index=True)
    requested_by: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    flow_code: Mapped[str] = mapped_column(String(64))
    flow_edition: Mapped[int]
    state: Mapped[State] = mapped_column(String(16), default="open")
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    steps: Mapped[list["ApprovalStep"]] = relationship(order_by="ApprovalStep.position", lazy="raise")

    @classmethod
    def of(cls, subject: Subject, flow: ApprovalFlow, *, at: datetime) -> "Approval":
        """A fresh approval of ``subject`` with the steps of ``flow``, the first of them open."""
        rules = enumerate(flow.rules, start=1)
        return cls(
            kind=subject.kind,
            subject_id=subject.id,
            subject_version=subject.version,
            subject_hash=subject.digest,
            title=subject.title,
            department=subject.department,
            requested_by=subject.requested_by,
            amount=subject.amount,
            currency=subject.currency,
            content=subject.content,
            flow_code=flow.code,
            flow_edition=flow.edition,
            state="open",
            opened_at=at,
            steps=[ApprovalStep.of(rule, position=position, subject=subject) for position, rule in rules],
        )

    @property
    def open_step(self) -> "ApprovalStep":
        """The step that waits for decisions. Raises Conflict when the approval is closed."""
        for step in self.steps:
            if step.state == "open":
                return step
        raise Conflict(f"The approval is closed: {self.state}.")

    def decide(
        self, actor: Actor, *, outcome: Outcome, comment: str, at: datetime, step: int | None = None
    ) -> "ApprovalStep":
        """Record what ``actor`` says on the open step, and move on when that is enough. Returns that step.

        ``step`` is the position that the actor means; left out, it is the open one. Raises Conflict when the
        approval is closed, another step is open or the actor has decided on it already, and Forbidden when
        it is not for the actor to decide.
        """
        open_step = self.open_step
        if step is not None and step != open_step.position:
            raise Conflict(f"Step {step} is not open, step {open_step.position} is.")
        if actor.subject == self.requested_by:
            raise Forbidden("Nobody decides on their own request.")
        open_step.record(actor, outcome=outcome, comment=comment, at=at)
        if open_step.state == "failed":
            self._close(ENDS[outcome], at=at)
        elif open_step.state == "passed":
            self._open_next(at=at)
        return open_step

    def gives_way_to(self, subject: Subject) -> bool:
        """Whether a submission takes its place: a later version, or the same one, changed or returned."""
        if subject.version != self.subject_version:
            return subject.version > self.subject_version
        if self.state == "open":
            return subject.digest != self.subject_hash
        return self.state != "approved"

    def void(self, *, at: datetime) -> bool:
        """Close it without a verdict, because what it was about has changed or is gone.

        Returns False, and changes nothing, when it is closed already.
        """
        if self.state != "open":
            return False
        self._close("voided", at=at)
        return True

    def _open_next(self, *, at: datetime) -> None:
        waiting = next((step for step in self.steps if step.state == "waiting"), None)
        if waiting is None:
            self._close("approved", at=at)
        else:
            waiting.state = "open"

    def _close(self, state: State, *, at: datetime) -> None:
        self.state, self.closed_at = state, at
        for step in self.steps:
            if step.state in {"open", "waiting"}:
                step.state = "skipped"


class ApprovalStep(Base):
    """A step of one approval, copied from its flow. ``required`` different people must approve it."""

    __tablename__ = "approval_steps"
    __table_args__ = (UniqueConstraint("approval_id", "position"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    mode: Mapped[StepMode] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(64))
    required: Mapped[int]
    state: Mapped[StepState] = mapped_column(String(16))
    reviewers: Mapped[list["StepReviewer"]] = relationship(order_by="StepReviewer.person", lazy="raise")
    decisions: Mapped[list["ApprovalDecision"]] = relationship(order_by="ApprovalDecision.id", lazy="raise")

    @classmethod
    def of(cls, rule: StepRule, *, position: int, subject: Subject) -> "ApprovalStep":
        named = rule.reviewers(requester=subject.requested_by)
        return cls(
            position=position,
            name=rule.name,
            mode=rule.mode,
            role=rule.role,
            required=rule.approvals_needed(requester=subject.requested_by),
            state="open" if position == 1 else "waiting",
            reviewers=[StepReviewer(person=person) for person in named],
            decisions=[],
        )

    @property
    def persons(self) -> list[str]:
        """The people named for this step; empty when everybody with its role may decide."""
        return [reviewer.person for reviewer in self.reviewers]

    def record(self, actor: Actor, *, outcome: Outcome, comment: str, at: datetime) -> None:
        """Append a decision. Raises Conflict for a second one by the same person, Forbidden for outsiders."""
        if any(decision.person == actor.subject for decision in self.decisions):
            raise Conflict("You have decided on this step already.")
        self._admit(actor)
        self.decisions.append(
            ApprovalDecision(person=actor.subject, outcome=outcome, comment=comment, decided_at=at)
        )
        if outcome != "approve":
            self.state = "failed"
        elif _approvals(self.decisions) >= self.required:
            self.state = "passed"

    def _admit(self, actor: Actor) -> None:
        if self.persons and actor.subject not in self.persons:
            raise Forbidden("This step is for the people named in it.")
        if not self.persons and not actor.has(self.role):
            raise Forbidden(f"This step is for a {self.role}.")


class StepReviewer(Base):
    """A person named for a step."""

    __tablename__ = "approval_step_reviewers"

    step_id: Mapped[UUID] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(255), primary_key=True)


class ApprovalDecision(Base):
    """What one person said on one step. Rows are only ever added."""

    __tablename__ = "approval_decisions"
    __table_args__ = (UniqueConstraint("step_id", "person"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("approval_steps.id"))
    person: Mapped[str] = mapped_column(String(255))
    outcome: Mapped[Outcome] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    decided_at: Mapped[datetime] = mapped_column(Moment)


def _approvals(decisions: Iterable[ApprovalDecision]) -> int:
    return sum(decision.outcome == "approve" for decision in decisions)
