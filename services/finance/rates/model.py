"""Exchange rates, and the sheets that they came on: one unit of ``base`` is ``rate`` units of ``quote``."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, ForeignKey, Numeric, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from chassis.columns import Moment
from chassis.database import Aggregate
from services.finance.base import Base

DIGITS = 12
"""Significant digits of a rate that is computed from others, so that what is kept says what was used."""


class Rate(TypeDecorator[Decimal]):
    """An exchange rate. SQLite, which has no decimals, holds it as text."""

    impl = Numeric(32, 18)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(40) if dialect.name == "sqlite" else Numeric(32, 18))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | str | None:
        return str(value) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).normalize()


class RateSheet(Aggregate, Base):
    """Rates that were recorded together, from a file or by hand."""

    __tablename__ = "rate_sheets"

    source: Mapped[str] = mapped_column(String(64))
    count: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(255))
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class ExchangeRate(Base):
    """The rate of a day. Recorded again, the later sheet's holds; what was converted keeps its own."""

    __tablename__ = "exchange_rates"
    __table_args__ = (UniqueConstraint("base", "quote", "day"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Rate)
    source: Mapped[str] = mapped_column(String(64))
    sheet_id: Mapped[UUID] = mapped_column(ForeignKey("rate_sheets.id"))
