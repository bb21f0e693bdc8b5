"""Leads: potential sales, who holds them, how they were judged, and what happened to them so far.

What leads from which state to which is in ``states``; here is what each act makes of the lead.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Amount, Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from services.lead.base import Base
from services.lead.leads.states import (
    HOLDING,
    INBOX,
    JUDGING,
    NURTURE,
    OPEN,
    SALES,
    Act,
    Outcome,
    State,
    pool_of_near_term,
    state_after,
)

Grade = Literal["A", "B", "C", "D"]
GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")

NO_CURRENCY = "XXX"
"""ISO 4217 for an amount that is in no currency: a discarded lead is worth nothing."""

BLANK = ("needs", "intent", "language", "notes", "reason", "why")


class Lead(Aggregate, Base):
    """A potential sale to a contact. ``entries`` counts its history, ``touch_count`` its captures.

    ``door`` is what further captures find it by while it takes them in: one of a contact and door at a time.
    ``moved_at`` is since when it is where it is. ``why`` and ``score`` (0 to 10, of a survey) are those of
    the follow-up that wanted it, if one did; one that wants an opportunity makes the ``intent`` say so.
    ``clocked_at`` is when its clocks began to be looked after.
    """

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("contact_id", "door"),
        CheckConstraint(HOLDING, name="one_holder"),
        Index(None, "department", "id"),
        Index(None, "campaign_id"),
        Index(None, "assignee"),
        Index(None, "department", "pool", "id"),
        Index(
            None,
            "accept_by",
            postgresql_where=text("accept_by IS NOT NULL"),
            sqlite_where=text("accept_by IS NOT NULL"),
        ),
        Index(
            "ix_leads_unclocked",
            "id",
            postgresql_where=text("clocked_at IS NULL"),
            sqlite_where=text("clocked_at IS NULL"),
        ),
        Index(
            None,
            "wake_at",
            postgresql_where=text("wake_at IS NOT NULL"),
            sqlite_where=text("wake_at IS NOT NULL"),
        ),
    )

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    customer_id: Mapped[UUID | None]
    campaign_id: Mapped[UUID | None]
    response_id: Mapped[UUID | None]
    department: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    door: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    assignee: Mapped[str | None] = mapped_column(Text)
    pool: Mapped[str | None] = mapped_column(Text)
    previous: Mapped[str | None] = mapped_column(Text)
    accept_by: Mapped[datetime | None] = mapped_column(Moment)
    wake_at: Mapped[datetime | None] = mapped_column(Moment)
    needs: Mapped[str] = mapped_column(Text, info=PERSONAL)
    intent: Mapped[str] = mapped_column(Text, info=PERSONAL)
    products: Mapped[list[str]] = mapped_column(Document)
    language: Mapped[str] = mapped_column(Text)
    notes: Mapped[str] = mapped_column(Text, info=PERSONAL)
    documents: Mapped[list[str]] = mapped_column(Document)
    likelihood: Mapped[int | None]
    expected_amount: Mapped[Decimal | None] = mapped_column(Amount)
    expected_currency: Mapped[str | None] = mapped_column(Text)
    expected_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    grade: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, info=PERSONAL)
    opportunity: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PERSONAL)
    entries: Mapped[int]
    touch_count: Mapped[int]
    captured_by: Mapped[str] = mapped_column(Text)
    captured_at: Mapped[datetime] = mapped_column(Moment)
    touched_at: Mapped[datetime] = mapped_column(Moment)
    moved_at: Mapped[datetime] = mapped_column(Moment)
    qualified_at: Mapped[datetime | None] = mapped_column(Moment)
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted_at: Mapped[datetime | None] = mapped_column(Moment)
    converted_at: Mapped[datetime | None] = mapped_column(Moment)
    why: Mapped[str] = mapped_column(Text, info=PERSONAL)
    score: Mapped[Decimal | None] = mapped_column(Amount)
    clocked_at: Mapped[datetime | None] = mapped_column(Moment)
    attributes: Mapped[dict[str, Any]] = mapped_column(Document, info=PERSONAL)

    def __init__(self, **values: Any) -> None:
        blank: dict[str, Any] = dict.fromkeys(BLANK, "")
        blank |= {"state": State.NEW.value, "pool": INBOX, "entries": 0, "touch_count": 1}
        blank |= {"products": [], "documents": [], "attributes": {}}
        at = values.get("captured_at")
        super().__init__(**{**blank, "touched_at": at, "moved_at": at, **values})

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    def assign(self, assignee: str, *, at: datetime, accept_by: datetime | None = None) -> None:
        """Give the lead to a rep, or to another one. Raises Conflict by its state."""
        if not assignee:
            raise Invalid({"assignee": ["Is needed"]})
        self._move(Act.ASSIGN, at=at, assignee=assignee)
        self.assigned_at, self.accept_by, self.accepted_at = at, accept_by, None

    def accept(self, *, at: datetime) -> None:
        """Its owner takes it on. Raises Conflict by its state."""
        self._move(Act.ACCEPT, at=at, assignee=self.assignee)
        self.accepted_at = at

    def work(self, *, at: datetime) -> None:
        """Its owner begins to work on it. Raises Conflict by its state."""
        self._move(Act.WORK, at=at, assignee=self.assignee)

    def give_back(self, *, pool: str, at: datetime) -> str:
        """Its owner returns it to a pool. Returns who that was. Raises Conflict by its state."""
        owner = self.assignee
        self._move(Act.RETURN, at=at, pool=pool)
        assert owner is not None
        return owner

    def put_into(self, pool: str, *, at: datetime) -> None:
        """Lay it into a pool, whoever has it. Raises Conflict by its state."""
        self._move(Act.POOL, at=at, pool=pool)

    def lay_aside(self, *, wake_at: datetime, at: datetime) -> None:
        """Let it rest until ``wake_at``. Raises Conflict by its state, Invalid for a time that is past."""
        _check_wake(wake_at, at=at)
        self._move(Act.NURTURE, at=at, pool=NURTURE)
        self.wake_at = wake_at

    def wake(self, *, at: datetime) -> str:
        """Take it up again, as judged before. Returns the pool. Raises Conflict by its state."""
        pool = SALES if self.outcome == "near_term" else INBOX
        self._move(Act.WAKE, at=at, pool=pool)
        return pool

    def convert(self, opportunity: dict[str, Any], *, at: datetime) -> None:
        """Make an opportunity of it. Raises Conflict unless its owner works on it and it is near-term."""
        state_after(self.state, Act.CONVERT)
        if self.outcome != "near_term":
            raise Conflict(f"Only a near-term lead is converted; this one is {self.outcome or 'not judged'}")
        self._move(Act.CONVERT, at=at, assignee=self.assignee)
        self.opportunity, self.converted_at = opportunity, at

    def qualify(
        self,
        *,
        outcome: Outcome,
        grade: Grade,
        value: Decimal,
        currency: str,
        reason: str,
        at: datetime,
        wake_at: datetime | None = None,
    ) -> None:
        """Judge the lead. ``wake_at`` goes with a long-term one.

        Raises Invalid for a discard without a reason or a wake-up that is past, Conflict when it is closed.
        """
        if outcome == "not_a_target" and not reason.strip():
            raise Invalid({"reason": ["Is needed to discard a lead"]})
        if outcome == "long_term":
            _check_wake(wake_at, at=at)
        owner = self.assignee if outcome != "long_term" else None
        self._move(JUDGING[outcome], at=at, assignee=owner, pool=self._pool_when(outcome))
        self.outcome, self.grade, self.value, self.currency = outcome, grade, value, currency
        self.reason, self.qualified_at = reason, at
        if outcome == "long_term":
            self.wake_at = wake_at

    def _pool_when(self, outcome: Outcome) -> str | None:
        if outcome == "long_term":
            return NURTURE
        return pool_of_near_term(self.pool) if outcome == "near_term" and self.pool else None

    def _move(self, act: Act, *, at: datetime, assignee: str | None = None, pool: str | None = None) -> None:
        """Go where ``act`` leads, to one holder; whoever held it before is remembered."""
        self.state = state_after(self.state, act).value
        if self.assignee is not None and self.assignee != assignee:
            self.previous = self.assignee
        self.assignee, self.pool, self.moved_at = assignee, pool, at
        self.wake_at = None
        if self.state != State.ASSIGNED:
            self.accept_by = None


def _check_wake(wake_at: datetime | None, *, at: datetime) -> None:
    if wake_at is None or wake_at <= at:
        raise Invalid({"wake_at": ["Must be in the future"]})


class LeadTouch(Base):
    """One more time that the contact was heard of, through any door; ``response_id`` names that time."""

    __tablename__ = "lead_touches"
    __table_args__ = (Index(None, "lead_id"),)

    response_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    captured_by: Mapped[str] = mapped_column(Text)


class LeadAction(Base):
    """Something that somebody did with the lead, perhaps for somebody else."""

    __tablename__ = "lead_actions"
    __table_args__ = (Index(None, "lead_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    on_behalf_of: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)

    @classmethod
    def of(
        cls, lead: Lead, *, kind: str, actor: str, note: str, at: datetime, on_behalf_of: str = ""
    ) -> "LeadAction":
        """An entry of a lead in its present state, which is still to be added and counted."""
        about = {"kind": kind, "actor": actor, "note": note, "at": at, "on_behalf_of": on_behalf_of}
        return cls(id=new_id(), lead_id=lead.id, state=lead.state, **about)
