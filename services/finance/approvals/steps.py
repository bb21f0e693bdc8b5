"""The steps of one approval: who is asked, who has decided, and when those who wait are reminded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Document, Moment
from chassis.errors import Conflict, Forbidden
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR
from services.finance.approvals.flows import StepMode, StepRule
from services.finance.authority.seats import Seat
from services.finance.base import Base

Outcome = Literal["approve", "reject", "send_back"]
StepState = Literal["waiting", "open", "passed", "failed", "skipped"]


@dataclass(frozen=True)
class Ruling:
    """What somebody says on a step, and the files that he shows for it."""

    outcome: Outcome
    comment: str = ""
    documents: tuple[UUID, ...] = ()


class ApprovalStep(Base):
    """A step of one approval, copied from its flow. ``required`` different people must approve it.

    It is ``skipped`` when the approval was closed before, or its flow says so for want of people. ``due_at``
    is when somebody is to be reminded or more people asked next.
    """

    __tablename__ = "approval_steps"
    __table_args__ = (
        UniqueConstraint("approval_id", "position"),
        Index("ix_approval_steps_due_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    approval_id: Mapped[UUID] = mapped_column(ForeignKey("approvals.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(64))
    mode: Mapped[StepMode] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(64))
    required: Mapped[int]
    state: Mapped[StepState] = mapped_column(String(16))
    needs_authority: Mapped[bool] = mapped_column(default=False)
    remind_after_hours: Mapped[int | None]
    escalate_after_hours: Mapped[int | None]
    escalate_role: Mapped[str | None] = mapped_column(String(64))
    escalate_persons: Mapped[list[str]] = mapped_column(Document, default=list)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    escalated_at: Mapped[datetime | None] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    reviewers: Mapped[list["StepReviewer"]] = relationship(order_by="StepReviewer.person", lazy="raise")
    decisions: Mapped[list["ApprovalDecision"]] = relationship(order_by="ApprovalDecision.id", lazy="raise")

    @classmethod
    def of(
        cls, rule: StepRule, *, position: int, requester: str, absent: frozenset[str] = frozenset()
    ) -> "ApprovalStep":
        """The step as it waits, or as it is skipped because nobody is left to decide on it."""
        deserted = rule.is_deserted(requester=requester, absent=absent)
        named = rule.reviewers(requester=requester, absent=absent)
        return cls(
            position=position,
            name=rule.name,
            mode=rule.mode,
            role=ADMINISTRATOR if deserted and rule.if_nobody == "administrator" else rule.role,
            required=rule.approvals_needed(requester=requester, absent=absent),
            state="skipped" if deserted and rule.if_nobody == "skip" else "waiting",
            needs_authority=rule.needs_authority,
            remind_after_hours=rule.remind_after_hours,
            escalate_after_hours=rule.escalate_after_hours,
            escalate_role=rule.escalate_to.role,
            escalate_persons=list(rule.escalate_to.persons),
            reviewers=[StepReviewer(person=person) for person in named],
            decisions=[],
        )

    @property
    def persons(self) -> list[str]:
        """The people named for this step; empty when everybody with its role may decide."""
        return [reviewer.person for reviewer in self.reviewers]

    def begin(self, *, at: datetime) -> None:
        """It is its turn."""
        self.state, self.opened_at = "open", at
        self._look_ahead()

    def finish(self, state: StepState) -> None:
        """Nobody is asked here any more."""
        self.state, self.due_at = state, None

    def remind(self, *, at: datetime) -> bool:
        """Note that its people are reminded. False when they are not to be, or not now."""
        if self.reminded_at is not None or not self._is_due(self.remind_after_hours, at=at):
            return False
        self.reminded_at = at
        self._look_ahead()
        return True

    def escalate(self, *, at: datetime) -> bool:
        """Let the substitutes decide too. False when they are not to, or not now."""
        if self.escalated_at is not None or not self._is_due(self.escalate_after_hours, at=at):
            return False
        self.escalated_at = at
        self._look_ahead()
        return True

    def admits(self, seat: Seat) -> bool:
        """Whether it is decided from this seat."""
        named = seat.person in self.persons if self.persons else self.role in seat.roles
        return named or (
            self.escalated_at is not None
            and (seat.person in self.escalate_persons or self.escalate_role in seat.roles)
        )

    def seat_among(self, seats: Sequence[Seat], *, acting: str) -> Seat:
        """The first of these seats that ``acting`` may decide from.

        Raises Conflict when he has decided already, from whatever seat, or the seat has; Forbidden when the
        step is for others.
        """
        if any(decision.by == acting for decision in self.decisions):
            raise Conflict("You have decided on this step already.")
        admitted = [seat for seat in seats if self.admits(seat)]
        if not admitted:
            raise Forbidden(
                "This step is for the people named in it."
                if self.persons
                else f"This step is for a {self.role}."
            )
        taken = {decision.person for decision in self.decisions}
        free = next((seat for seat in admitted if seat.person not in taken), None)
        if free is None:
            raise Conflict(f"{admitted[0].person} has decided on this step already.")
        return free

    def record(self, seat: Seat, ruling: Ruling, *, by: str, at: datetime) -> None:
        """Append a decision of ``by`` from a seat that ``seat_among`` gave."""
        self.decisions.append(
            ApprovalDecision(
                person=seat.person,
                acted_by=by,
                outcome=ruling.outcome,
                comment=ruling.comment,
                documents=[str(one) for one in ruling.documents],
                decided_at=at,
            )
        )
        if ruling.outcome != "approve":
            self.finish("failed")
        elif _approvals(self.decisions) >= self.required:
            self.finish("passed")

    def _is_due(self, hours: int | None, *, at: datetime) -> bool:
        due = self._after(hours)
        return self.state == "open" and due is not None and due <= at

    def _look_ahead(self) -> None:
        reminder = self._after(self.remind_after_hours) if self.reminded_at is None else None
        escalation = self._after(self.escalate_after_hours) if self.escalated_at is None else None
        self.due_at = min((at for at in (reminder, escalation) if at is not None), default=None)

    def _after(self, hours: int | None) -> datetime | None:
        if hours is None or self.opened_at is None:
            return None
        return self.opened_at + timedelta(hours=hours)


class StepReviewer(Base):
    """A person named for a step."""

    __tablename__ = "approval_step_reviewers"

    step_id: Mapped[UUID] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(255), primary_key=True)


class StepSubstitute(Base):
    """A person who may decide on a step since it was escalated, kept as a row so that he finds it."""

    __tablename__ = "approval_step_substitutes"

    step_id: Mapped[UUID] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(255), primary_key=True)


class ApprovalDecision(Base):
    """What was said on one step. ``person`` is whose seat it was said from. Rows are only ever added.

    ``acted_by`` is missing in rows from before delegations: ``by`` tells in any case.
    """

    __tablename__ = "approval_decisions"
    __table_args__ = (
        UniqueConstraint("step_id", "person"),
        Index("uq_approval_decisions_step_id_acted_by", "step_id", "acted_by", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    step_id: Mapped[UUID] = mapped_column(ForeignKey("approval_steps.id"))
    person: Mapped[str] = mapped_column(String(255))
    acted_by: Mapped[str | None] = mapped_column(String(255))
    outcome: Mapped[Outcome] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(String(2000), default="")
    documents: Mapped[list[str]] = mapped_column(Document, default=list)
    decided_at: Mapped[datetime] = mapped_column(Moment)

    @property
    def by(self) -> str:
        """Who acted: the person himself, or his delegate."""
        return self.acted_by or self.person


def _approvals(decisions: Iterable[ApprovalDecision]) -> int:
    return sum(decision.outcome == "approve" for decision in decisions)
