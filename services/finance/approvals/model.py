"""Approvals and how a decision moves them, without a database in sight.

Steps are decided one after the other. Enough approvals pass a step, a single rejection or return ends the
whole approval, and nobody decides on their own request or twice on one step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.auth import Actor
from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict, Forbidden, Invalid
from contracts.finance.approvals import RequestKind
from contracts.roles import ADMINISTRATOR
from services.finance.approvals.flows import ApprovalFlow
from services.finance.approvals.sanctioning import PARTLY, items_of, lowered
from services.finance.approvals.steps import ApprovalDecision, ApprovalStep, Outcome, Ruling, StepReviewer
from services.finance.authority.seats import Seat
from services.finance.base import Base
from services.finance.money import in_currency

__all__ = ["Approval", "ApprovalDecision", "ApprovalStep", "Outcome", "StepReviewer", "Subject"]

Verdict = Literal["approved", "rejected", "sent_back"]
State = Literal["open", "approved", "rejected", "sent_back", "voided", "withdrawn"]

ENDS: dict[str, Verdict] = {"reject": "rejected", "send_back": "sent_back"}

STILL_OPEN = text("state = 'open'")


@dataclass(frozen=True)
class Subject:
    """What is to be judged. ``digest`` fixes its content, ``content`` is what the approver gets to see.

    ``documents`` are files that are attached to the request itself. Where ``content`` has ``items``, each
    with id, name and amount, a claim or a purchase may be granted in part.
    """

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
    category: str | None = None
    documents: tuple[UUID, ...] = ()


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
            postgresql_where=STILL_OPEN,
            sqlite_where=STILL_OPEN,
        ),
        Index(
            "ix_approvals_open_kind_opened_at",
            "kind",
            "opened_at",
            postgresql_where=STILL_OPEN,
            sqlite_where=STILL_OPEN,
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
    category: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(Document)
    documents: Mapped[list[str]] = mapped_column(Document, default=list)
    sanctioned: Mapped[dict[str, str] | None] = mapped_column(Document)
    flow_code: Mapped[str] = mapped_column(String(64))
    flow_edition: Mapped[int]
    state: Mapped[State] = mapped_column(String(16), default="open")
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    steps: Mapped[list["ApprovalStep"]] = relationship(order_by="ApprovalStep.position", lazy="raise")

    @classmethod
    def of(
        cls, subject: Subject, flow: ApprovalFlow, *, at: datetime, absent: frozenset[str] = frozenset()
    ) -> "Approval":
        """A fresh approval of ``subject`` with the steps of ``flow``, the first of them open.

        ``absent`` are people who are away and have nobody who stands in.
        """
        approval = cls(
            kind=subject.kind,
            subject_id=subject.id,
            subject_version=subject.version,
            subject_hash=subject.digest,
            title=subject.title,
            department=subject.department,
            requested_by=subject.requested_by,
            amount=subject.amount,
            currency=subject.currency,
            category=subject.category,
            content=subject.content,
            documents=[str(one) for one in subject.documents],
            flow_code=flow.code,
            flow_edition=flow.edition,
            state="open",
            opened_at=at,
            steps=_steps(flow, requester=subject.requested_by, absent=absent),
        )
        approval._open_next(at=at)
        return approval

    @property
    def open_step(self) -> ApprovalStep:
        """The step that waits for decisions. Raises Conflict when the approval is closed."""
        for step in self.steps:
            if step.state == "open":
                return step
        raise Conflict(f"The approval is closed: {self.state}.")

    @property
    def granted_by_item(self) -> dict[str, Decimal]:
        """How much of each item was granted so far, or asked where nothing was cut; empty without items."""
        if self.sanctioned is None:
            return items_of(self.content)
        return {item: Decimal(amount) for item, amount in self.sanctioned.items()}

    @property
    def granted(self) -> Decimal:
        """The total granted so far: what was asked, where nothing was cut."""
        return self.amount if self.sanctioned is None else sum(self.granted_by_item.values(), Decimal(0))

    def seat_for(
        self, seats: Sequence[Seat], *, step: int | None = None, on_behalf_of: str | None = None
    ) -> Seat:
        """Which of an actor's seats, his own first, decides on the open step.

        ``step`` is the position that the actor means; left out, it is the open one. Raises Conflict when the
        approval is closed, another step is open, or the actor or the seat has decided on it already, and
        Forbidden when it is not for the actor to decide.
        """
        open_step, acting = self.open_step, seats[0].person
        if step is not None and step != open_step.position:
            raise Conflict(f"Step {step} is not open, step {open_step.position} is.")
        if self.requested_by in {acting, on_behalf_of}:
            raise Forbidden("Nobody decides on their own request.")
        reaching = [
            seat
            for seat in seats
            if seat.person != self.requested_by
            and on_behalf_of in {None, seat.person}
            and seat.reaches(kind=self.kind, department=self.department)
        ]
        if on_behalf_of is not None and not reaching:
            raise Forbidden(f"You do not stand in for {on_behalf_of} here.")
        return open_step.seat_among(reaching, acting=acting)

    def decide(
        self,
        actor: Actor,
        *,
        outcome: Outcome,
        comment: str,
        at: datetime,
        step: int | None = None,
        seat: Seat | None = None,
        documents: Sequence[UUID] = (),
    ) -> ApprovalStep:
        """Record what ``actor`` says on the open step, and move on when that is enough. Returns that step.

        ``seat`` is one that ``seat_for`` gave; left out, it is the actor's own. Raises as ``seat_for`` does.
        """
        seat = seat or self.seat_for([Seat.own(actor)], step=step)
        open_step = self.open_step
        open_step.record(seat, Ruling(outcome, comment, tuple(documents)), by=actor.subject, at=at)
        if open_step.state == "failed":
            self._close(ENDS[outcome], at=at)
        elif open_step.state == "passed":
            self._open_next(at=at)
        return open_step

    def sanction(self, wanted: Mapping[str, Decimal]) -> None:
        """Grant only so much of these items; what is not named stays as it is. It is never raised again.

        Raises Invalid where the request cannot be granted in part, or not like that.
        """
        standing = self.granted_by_item
        if self.kind not in PARTLY or not standing:
            raise Invalid({"sanctioned": [f"This {self.kind} has no items that could be granted in part."]})
        granted = lowered(standing, wanted, currency=self.currency)
        if granted != standing:
            self.sanctioned = {
                item: str(in_currency(amount, self.currency)) for item, amount in granted.items()
            }

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

    def withdraw(self, *, by: str, at: datetime) -> None:
        """Its requester takes it back. Raises Forbidden for anybody else, Conflict when it is closed."""
        if by != self.requested_by:
            raise Forbidden("Only the requester withdraws a request.")
        if self.state != "open":
            raise Conflict(f"The approval is closed: {self.state}.")
        self._close("withdrawn", at=at)

    def _open_next(self, *, at: datetime) -> None:
        waiting = next((step for step in self.steps if step.state == "waiting"), None)
        if waiting is None:
            self._close("approved", at=at)
        else:
            waiting.begin(at=at)

    def _close(self, state: State, *, at: datetime) -> None:
        self.state, self.closed_at = state, at
        for step in self.steps:
            if step.state in {"open", "waiting"}:
                step.finish("skipped")


def _steps(flow: ApprovalFlow, *, requester: str, absent: frozenset[str]) -> list[ApprovalStep]:
    """The steps as they begin. The last one stays where all would be skipped: nobody's silence approves."""
    steps = [
        ApprovalStep.of(rule, position=position, requester=requester, absent=absent)
        for position, rule in enumerate(flow.rules, start=1)
    ]
    if all(step.state == "skipped" for step in steps):
        steps[-1].state, steps[-1].role = "waiting", ADMINISTRATOR
    return steps
