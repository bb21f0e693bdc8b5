"""Suppliers as rows."""

from typing import Literal

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Aggregate
from services.finance.base import Base

State = Literal["active", "blocked"]


class Supplier(Aggregate, Base):
    """Somebody we buy from. Without a department, all departments share it."""

    __tablename__ = "suppliers"
    __table_args__ = (UniqueConstraint("code"),)

    code: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(2000), index=True)
    tax_id: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(2000), default="")
    contact: Mapped[str] = mapped_column(String(2000), default="")
    iban: Mapped[str] = mapped_column(String(34), default="", info={"secret": True})
    bic: Mapped[str] = mapped_column(String(11), default="", info={"secret": True})
    currency: Mapped[str] = mapped_column(String(3))
    payment_days: Mapped[int] = mapped_column(default=30)
    department: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[State] = mapped_column(String(16), default="active")
    reason: Mapped[str] = mapped_column(String(2000), default="")
