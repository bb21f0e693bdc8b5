"""Leads: potential sales, how they were judged, who works on them, and what happened to them so far.

``near_term`` and ``long_term`` leads are valid; ``not_a_target`` discards. Only a near-term lead is
given to a rep.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict, Invalid
from services.lead.base import Base

Outcome = Literal["near_term", "long_term", "not_a_target"]
OUTCOMES: tuple[Outcome, ...] = ("near_term", "long_term", "not_a_target")
Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")
STATES = ("new", "near_term", "long_term", "discarded", "assigned")

NO_CURRENCY = "XXX"
"""ISO 4217 for an amount that is in no currency: a discarded lead is worth nothing."""


class Lead(Aggregate, Base):
    """A potential sale to a contact, at most one for each campaign. ``entries`` counts its history.

    ``why`` and ``score`` (0 to 10, of a survey) are those of the follow-up that wanted it, if one did; one
    that wants an opportunity makes the ``intent`` say so.
    """

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("contact_id", "campaign_id"),
        Index(None, "department", "id"),
        Index(None, "campaign_id"),
        Index(None, "assignee"),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    customer_id: Mapped[UUID | None]
    campaign_id: Mapped[UUID | None]
    response_id: Mapped[UUID | None]
    department: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text)
    intent: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    likelihood: Mapped[int | None]
    expected_amount: Mapped[Decimal | None] = mapped_column(Amount)
    expected_currency: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    assignee: Mapped[str | None] = mapped_column(Text)
    entries: Mapped[int]
    captured_by: Mapped[str] = mapped_column(Text)
    captured_at: Mapped[datetime] = mapped_column(Moment)
    qualified_at: Mapped[datetime | None] = mapped_column(Moment)
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(Text)
    score: Mapped[Decimal | None] = mapped_column(Amount)

    def __init__(self, **values: Any) -> None:
        blank = {"needs": "", "intent": "", "product": "", "reason": "", "state": "new", "entries": 0}
        blank["why"] = ""
        super().__init__(**{**blank, **values})

    def qualify(
        self, *, outcome: Outcome, grade: Grade, value: Decimal, currency: str, reason: str, at: datetime
    ) -> None:
        """Judge the lead. Raises Invalid for a discard without a reason, Conflict when it is too late."""
        if outcome == "not_a_target" and not reason:
            raise Invalid({"reason": ["Is needed to discard a lead"]})
        if self.state in ("discarded", "assigned"):
            raise Conflict(f"The lead is {self.state}")
        self.state = "discarded" if outcome == "not_a_target" else outcome
        self.grade, self.value, self.currency, self.reason = grade, value, currency, reason
        self.qualified_at = at

    def assign(self, assignee: str, *, at: datetime) -> None:
        """Give the lead to a rep, or to another one. Raises Conflict unless it was judged near-term."""
        self.require_assignable()
        self.state, self.assignee, self.assigned_at = "assigned", assignee, at

    def require_assignable(self) -> None:
        """Raises Conflict unless the lead was judged near-term."""
        if self.state not in ("near_term", "assigned"):
            raise Conflict(f"Only a near-term lead is assigned; this one is {self.state}")


class LeadTouch(Base):
    """An answer of the lead's contact to its campaign."""

    __tablename__ = "lead_touches"
    __table_args__ = (Index(None, "lead_id"),)

    response_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class LeadAction(Base):
    """Something that somebody did with the lead: qualified or assigned it."""

    __tablename__ = "lead_actions"
    __table_args__ = (Index(None, "lead_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Rep(Aggregate, Base):
    """A sales rep of a department. ``turn`` orders reps by their last lead: the lowest is next."""

    __tablename__ = "reps"
    __table_args__ = (UniqueConstraint("department", "subject"),)

    subject: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    turn: Mapped[int]
    last_assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
