"""Kinds of expense, allowances and policies. Allowances and policies are dated and never changed.

An allowance says what one unit of a kind is worth from a day on, such as a kilometre of ``mileage``. A policy
says what is too much, too old, or needs a receipt, and whether a line beyond it is refused or only flagged.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal, get_args
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict
from services.finance.base import Base

Unit = Literal["km", "day"]
Rule = Literal["line_limit", "day_limit", "receipt_above", "oldest"]
OnBroken = Literal["refuse", "flag"]

UNITS: tuple[Unit, ...] = get_args(Unit)
RULES: tuple[Rule, ...] = get_args(Rule)
ON_BROKEN: tuple[OnBroken, ...] = get_args(OnBroken)


class ExpenseKind(Audited, Base):
    """A code for what is claimed, such as travel. What has a ``unit`` is claimed by quantity."""

    __tablename__ = "expense_kinds"
    audited_by = "trail_id"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(2000))
    unit: Mapped[Unit | None] = mapped_column(String(8))

    @property
    def trail_id(self) -> UUID:
        """What the audit trail knows it by, which takes ids alone: the same for the same code."""
        return uuid5(NAMESPACE_URL, f"{self.__tablename__}/{self.code}")


class Allowance(Aggregate, Base):
    """One unit of a kind is worth ``rate`` from ``valid_from`` on, in a region or, where it is "", anywhere.

    Of two for one day the one that was recorded last holds; what was claimed by the other keeps its amount.
    """

    __tablename__ = "allowances"
    __table_args__ = (Index("ix_allowances_kind_region_valid_from", "kind", "region", "valid_from"),)

    kind: Mapped[str] = mapped_column(ForeignKey("expense_kinds.code"))
    region: Mapped[str] = mapped_column(String(64))
    rate: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class ExpensePolicy(Aggregate, Base):
    """A rule that the lines of claims are held to, from ``valid_from`` until right before ``valid_until``.

    Without a department or a kind it holds for all of them. ``limit`` is money, but ``days`` for ``oldest``.
    """

    __tablename__ = "expense_policies"

    rule: Mapped[Rule] = mapped_column(String(16))
    department: Mapped[str | None] = mapped_column(String(64), index=True)
    kind: Mapped[str | None] = mapped_column(ForeignKey("expense_kinds.code"))
    limit: Mapped[Decimal | None] = mapped_column("limit_amount", Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    days: Mapped[int | None]
    on_broken: Mapped[OnBroken] = mapped_column(String(8))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    agreed_by: Mapped[str] = mapped_column(String(255))
    agreed_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(255))

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def end(self, *, by: str, on: date) -> None:
        """Have it hold no longer from ``on``. Raises Conflict when it is over already."""
        if self.ended_by is not None or (self.valid_until is not None and self.valid_until <= on):
            raise Conflict(f"The policy ended on {self.valid_until}.")
        self.valid_until, self.ended_by = max(on, self.valid_from), by
