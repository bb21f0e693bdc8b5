"""A suppression: this contact must not be reached over this channel any more."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Moment
from chassis.database import Aggregate
from services.outreach.base import Base

CHANNELS = ("email", "sms", "dm", "fax", "chat")


class Suppression(Aggregate, Base):
    """Once for each contact and channel; ``campaign_id`` and ``target_id`` tell what it answered."""

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("contact_id", "channel"),)

    contact_id: Mapped[UUID] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, index=True)
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, info=PERSONAL)
    campaign_id: Mapped[UUID | None] = mapped_column(Uuid)
    target_id: Mapped[UUID | None] = mapped_column(Uuid)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


suppressions = cast(Table, Suppression.__table__)


class SuppressedAddress(Base):
    """An address of nobody we know yet; a contact that comes with it is suppressed at once."""

    __tablename__ = "suppressed_addresses"

    department: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    address: Mapped[str] = mapped_column(Text, primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    added_by: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


suppressed_addresses = cast(Table, SuppressedAddress.__table__)

COLUMNS = {"email": "email", "sms": "phone", "fax": "fax"}
"""Which column of a contact point holds the address of each channel that is suppressed by address."""


def normal(channel: str, address: str) -> str:
    """An address in the form in which two that are the same are equal; empty where it is none.

    A mail address in lower case; a number as plus sign and digits, as contacts have it.
    """
    text = "".join(address.split())
    if channel == "email":
        local, at, domain = text.rpartition("@")
        return text.lower() if local and at and "." in domain else ""
    digits = "".join(character for character in text if character in "0123456789")
    return f"+{digits}" if text.startswith("+") and 7 <= len(digits) <= 15 else ""
