"""A planned purchase of a campaign. It is part of the plan; buying it is finance's business."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount
from services.campaign.base import Base
from services.campaign.planning.plan import plain


class PlannedPurchase(Base):
    """Something to buy. ``amount`` is quantity times price in the campaign's currency, rounded half up."""

    __tablename__ = "planned_purchases"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"), index=True)
    line_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(64))
    description: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(Amount)
    unit_price: Mapped[Decimal] = mapped_column(Amount)
    amount: Mapped[Decimal] = mapped_column(Amount)
    supplier: Mapped[str] = mapped_column(Text)
    needed_on: Mapped[date | None]

    def content(self) -> dict[str, Any]:
        """What an approval covers of it, as plain JSON values."""
        return {
            "item_id": str(self.id),
            "line_id": str(self.line_id),
            "kind": self.kind,
            "description": self.description,
            "quantity": plain(self.quantity),
            "unit_price": plain(self.unit_price),
            "amount": plain(self.amount),
            "supplier": self.supplier,
            "needed_on": self.needed_on.isoformat() if self.needed_on else None,
        }
