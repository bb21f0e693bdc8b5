"""An answer: what a recipient told us through a link or a form of ours."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Moment
from chassis.database import Aggregate
from services.outreach.base import Base

CLICK: Final = "click"
FORM: Final = "form"


class Answer(Aggregate, Base):
    """A form that was sent, or the first click of a delivery on one address; ``clicks`` counts them all.

    Clicks of machines are answers of their own, marked so by our verdict; ``rule`` is what decided.
    """

    __tablename__ = "answers"
    __table_args__ = (
        Index(
            "uq_answers_click",
            "delivery_id",
            "link_number",
            "machine",
            unique=True,
            postgresql_where=text("kind = 'click'"),
            sqlite_where=text("kind = 'click'"),
        ),
        Index("ix_answers_delivery_id", "delivery_id"),
    )

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    mailing_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_id: Mapped[UUID] = mapped_column(Uuid)
    wave_id: Mapped[UUID] = mapped_column(Uuid)
    target_id: Mapped[UUID] = mapped_column(Uuid)
    contact_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Text)
    link_number: Mapped[int | None]
    url: Mapped[str] = mapped_column(Text)
    interested: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, info=PERSONAL)
    clicks: Mapped[int]
    machine: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = mapped_column(Moment)
    rule: Mapped[str] = mapped_column(Text, default="")
