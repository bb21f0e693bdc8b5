"""Whose holidays a calendar gets each year by itself."""

from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Audited
from services.lead.base import Base


class HolidayRenewal(Audited, Base):
    """A calendar gets the holidays of a country each year; ``through`` is the last year that it has."""

    __tablename__ = "holiday_renewals"
    audited_by = "calendar_id"

    calendar_id: Mapped[UUID] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    country: Mapped[str] = mapped_column(Text, primary_key=True)
    subdivision: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    through: Mapped[int]
