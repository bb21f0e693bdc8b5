"""Judgements as they were given, the ones that were taken back, and who may judge."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.auth import Actor
from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base

ASPECTS: Final = ("budget", "authority", "need", "time")
"""What a judgement looks at: is there money, who decides, what for, and how soon."""

ANSWERS: Final = ("yes", "no", "unknown")


class Judgement(Base):
    """What somebody found of a lead. ``before`` is how the lead stood until then. Rows are never changed.

    ``checklist`` has an answer and a note for each of the ASPECTS.
    """

    __tablename__ = "judgements"
    __table_args__ = (Index(None, "lead_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("leads.id"))
    outcome: Mapped[str] = mapped_column(Text)
    grade: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    checklist: Mapped[dict[str, Any]] = mapped_column(Document)
    before: Mapped[dict[str, Any]] = mapped_column(Document)
    judged_by: Mapped[str] = mapped_column(Text)
    on_behalf_of: Mapped[str] = mapped_column(Text)
    judged_at: Mapped[datetime] = mapped_column(Moment)


class UndoneJudgement(Base):
    """A judgement that was taken back, by whom and why. Rows are never changed."""

    __tablename__ = "undone_judgements"

    judgement_id: Mapped[UUID] = mapped_column(ForeignKey("judgements.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    undone_by: Mapped[str] = mapped_column(Text)
    undone_at: Mapped[datetime] = mapped_column(Moment)


class JudgingRight(Aggregate, Base):
    """Lets a person, or whoever has a role, judge a department's leads, in all regions or in some."""

    __tablename__ = "judging_rights"
    __table_args__ = (
        CheckConstraint("(subject IS NULL) <> (role IS NULL)", name="person_or_role"),
        Index(None, "department"),
    )

    department: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    role: Mapped[str | None] = mapped_column(Text)
    regions: Mapped[list[str]] = mapped_column(Document)
    granted_by: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(Moment)

    def covers(self, actor: Actor, region: str) -> bool:
        """Whether it is the actor's, and reaches into ``region``."""
        theirs = self.subject == actor.subject if self.role is None else actor.has(self.role)
        return theirs and (not self.regions or region in self.regions)
