"""The projected tables. Nobody edits their rows: they are folded from the archive.

A row may be known in part only, since events of different aggregates come in any order; a
sequence of zero says that the columns beside it are not known yet.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment, Serial
from services.reporting.base import Base


class Campaign(Base):
    """A campaign's plan and state. ``targets`` is the length of its target list."""

    __tablename__ = "campaigns"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    plan_sequence: Mapped[int] = mapped_column(default=0)
    code: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(String(64))
    owner: Mapped[str | None] = mapped_column(String(255))
    department: Mapped[str | None] = mapped_column(String(64))
    region: Mapped[str | None] = mapped_column(String(64))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    goals: Mapped[list[dict[str, Any]] | None] = mapped_column(Document)
    planned_cost: Mapped[Decimal | None] = mapped_column(Amount)
    state_sequence: Mapped[int] = mapped_column(default=0)
    state: Mapped[str | None] = mapped_column(String(16))
    launch_sequence: Mapped[int] = mapped_column(default=0)
    targets: Mapped[int | None]
    launched_at: Mapped[datetime | None] = mapped_column(Moment)


class Wave(Base):
    """A released wave of a campaign."""

    __tablename__ = "waves"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    number: Mapped[int | None]
    channel: Mapped[str | None] = mapped_column(String(16))
    targets: Mapped[int | None]
    released_at: Mapped[datetime | None] = mapped_column(Moment)


class Mailing(Base):
    """A mailing with its deliveries counted by outcome."""

    __tablename__ = "mailings"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(primary_key=True)
    wave_id: Mapped[UUID]
    start_sequence: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str | None] = mapped_column(String(64))
    recipients: Mapped[int | None]
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finish_sequence: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    accepted: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    suppressed: Mapped[int] = mapped_column(default=0)
    uncertain: Mapped[int] = mapped_column(default=0)


class Target(Base):
    """A target: the highest rank its status reached, and 1 in ``reached`` once a delivery was accepted."""

    __tablename__ = "targets"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    target_id: Mapped[UUID] = mapped_column(primary_key=True)
    progress: Mapped[int] = mapped_column(SmallInteger, default=0)
    reached: Mapped[int] = mapped_column(SmallInteger, default=0)


class Response(Base):
    """A judged answer of a target."""

    __tablename__ = "responses"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    response_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    target_id: Mapped[UUID | None]
    kind: Mapped[str | None] = mapped_column(String(16))
    verdict: Mapped[str | None] = mapped_column(String(16))
    responded_at: Mapped[datetime | None] = mapped_column(Moment)


class Lead(Base):
    """A lead with what became of it. ``campaign_id`` is empty for leads that no campaign brought."""

    __tablename__ = "leads"

    lead_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    campaign_id: Mapped[UUID | None] = mapped_column(index=True)
    capture_sequence: Mapped[int] = mapped_column(default=0)
    department: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(64))
    captured_at: Mapped[datetime | None] = mapped_column(Moment)
    qualification_sequence: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None] = mapped_column(String(16))
    grade: Mapped[str | None] = mapped_column(String(1))
    qualified_at: Mapped[datetime | None] = mapped_column(Moment)
    assignment_sequence: Mapped[int] = mapped_column(default=0)
    assignee: Mapped[str | None] = mapped_column(String(255))
    assigned_at: Mapped[datetime | None] = mapped_column(Moment)


class BudgetLine(Base):
    """A budget line as its latest entry left it, in ``currency``.

    ``allocated`` is how much of what was incurred is its share of costs that arose elsewhere.
    """

    __tablename__ = "budget_lines"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    budget_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    responsible: Mapped[str] = mapped_column(String(255))
    currency: Mapped[str] = mapped_column(String(3))
    budget: Mapped[Decimal] = mapped_column(Amount)
    committed: Mapped[Decimal] = mapped_column(Amount)
    incurred: Mapped[Decimal] = mapped_column(Amount)
    available: Mapped[Decimal] = mapped_column(Amount)
    allocated: Mapped[Decimal] = mapped_column(Amount, default=Decimal())


class EventSource(Base):
    """How many events of a type went into a campaign's rows, and where in the archive they stand."""

    __tablename__ = "event_sources"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(64), primary_key=True)
    events: Mapped[int] = mapped_column(default=0)
    first_position: Mapped[int] = mapped_column(Serial)
    last_position: Mapped[int] = mapped_column(Serial)
