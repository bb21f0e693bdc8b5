"""Participants and partner companies of a campaign. Both are part of its plan."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount
from chassis.database import Audited
from services.campaign.base import Base
from services.campaign.planning.plan import plain


class Participant(Audited, Base):
    """A person with a duty. ``share_percent`` is how much of the working time it takes; None: not said."""

    __tablename__ = "participants"
    audited_by = "campaign_id"

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    person: Mapped[str] = mapped_column(String(255), primary_key=True, index=True)
    duty: Mapped[str] = mapped_column(String(64), primary_key=True)
    note: Mapped[str] = mapped_column(Text)
    share_percent: Mapped[int | None]

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        said = {"person": self.person, "duty": self.duty, "note": self.note}
        return said | {"share_percent": self.share_percent}


class Partner(Audited, Base):
    """A company that takes part. ``contribution`` is what it adds, in the campaign's currency."""

    __tablename__ = "partners"
    audited_by = "campaign_id"

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    duty: Mapped[str] = mapped_column(String(64))
    contact: Mapped[str] = mapped_column(Text)
    contribution: Mapped[Decimal | None] = mapped_column(Amount)

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        amount = None if self.contribution is None else plain(self.contribution)
        said = {"name": self.name, "duty": self.duty, "contact": self.contact}
        return said | {"contribution": amount}
