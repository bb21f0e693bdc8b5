"""A planned purchase of a campaign. It is part of the plan; buying it is finance's business."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

import msgspec
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount
from chassis.database import Audited
from contracts.campaign import PlannedPurchase as PlannedItem
from services.campaign.base import Base
from services.campaign.planning.plan import plain
from services.campaign.procurement.items import Item, amount_of

HANDED_IN = ("line_id", "kind", "description", "quantity", "unit_price", "supplier", "needed_on")
KEPT = (*HANDED_IN, "amount")


class PlannedPurchase(Audited, Base):
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

    def take(self, item: Item, *, currency: str) -> Self:
        """Become what was handed in."""
        for name in HANDED_IN:
            setattr(self, name, getattr(item, name))
        self.amount = amount_of(item, currency)
        return self

    @classmethod
    def of(cls, campaign_id: UUID, content: Mapping[str, Any]) -> Self:
        """The purchase of which ``content`` was kept."""
        row = msgspec.convert(content, PlannedItem)
        return cls(id=row.item_id, campaign_id=campaign_id, **{name: getattr(row, name) for name in KEPT})

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
