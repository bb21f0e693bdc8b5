"""What a campaign came to when it was counted last."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Moment, Serial
from services.reporting.base import Base


class CampaignTotal(Base):
    """The counts of a campaign's projected rows, which had seen the archive up to ``position``.

    Money is in ``currency``; it is empty where the budget lines are in several currencies.
    """

    __tablename__ = "campaign_totals"

    campaign_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Serial)
    counted_at: Mapped[datetime] = mapped_column(Moment)
    executed_targets: Mapped[int]
    responses: Mapped[int]
    responding_targets: Mapped[int]
    leads: Mapped[int]
    valid_leads: Mapped[int]
    opportunities: Mapped[int]
    won: Mapped[int]
    currency: Mapped[str | None] = mapped_column(String(3))
    budget: Mapped[Decimal | None] = mapped_column(Amount)
    committed: Mapped[Decimal | None] = mapped_column(Amount)
    direct_cost: Mapped[Decimal | None] = mapped_column(Amount)
    allocated_cost: Mapped[Decimal | None] = mapped_column(Amount)
