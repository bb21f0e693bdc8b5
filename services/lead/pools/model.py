"""Pools that reps pick leads from, and what was picked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Moment
from chassis.database import Aggregate, Audited
from services.lead.base import Base


class LeadPool(Aggregate, Base):
    """Leads of a product line or region that wait for somebody. ``code`` is what leads name it by.

    A ``team``, the named pickers, or without both every active rep of the department may pick, at most
    ``picks_a_day`` on his day, and only while he has fewer than ``most_open`` open leads.
    """

    __tablename__ = "lead_pools"
    __table_args__ = (UniqueConstraint("department", "code"),)

    department: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    team: Mapped[str] = mapped_column(String(64))
    picks_a_day: Mapped[int | None]
    most_open: Mapped[int | None]
    active: Mapped[bool]
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    picker_rows: Mapped[list["Picker"]] = relationship(
        lazy="selectin", order_by="Picker.subject", cascade="all, delete-orphan"
    )

    def __init__(self, **values: Any) -> None:
        blank = {"product": "", "region": "", "team": "", "active": True}
        super().__init__(**{**blank, **values})

    @property
    def pickers(self) -> list[str]:
        return [one.subject for one in self.picker_rows]

    def name_pickers(self, subjects: list[str]) -> None:
        """Let exactly these pick; nobody named leaves it to the team, or to everybody."""
        held = {row.subject: row for row in self.picker_rows}
        self.picker_rows = [held.get(one) or Picker(subject=one) for one in sorted(set(subjects))]

    def admits(self, *, subject: str, team: str) -> bool:
        """Whether a rep of that team may pick."""
        if not self.active:
            return False
        if self.team or self.pickers:
            return subject in self.pickers or (bool(self.team) and team == self.team)
        return True


class Picker(Audited, Base):
    """Somebody who is named to pick from a pool."""

    __tablename__ = "lead_pool_pickers"
    audited_by = "pool_id"

    pool_id: Mapped[UUID] = mapped_column(ForeignKey("lead_pools.id"), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)


class Pick(Base):
    """Somebody took a lead out of a pool. The table only grows."""

    __tablename__ = "lead_picks"
    __table_args__ = (Index(None, "pool_id", "subject", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pool_id: Mapped[UUID] = mapped_column(ForeignKey("lead_pools.id"))
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    subject: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Moment)
