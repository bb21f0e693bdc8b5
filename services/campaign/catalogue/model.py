"""A term: one code of one of the lists, with what people read for it.

A code is never deleted, so that campaigns keep those that were retired after they were planned.
"""

from typing import Final

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Aggregate
from services.campaign.base import Base

KINDS: Final = "kinds"
PURPOSES: Final = "purposes"
METRICS: Final = "metrics"
DUTIES: Final = "duties"
PURCHASES: Final = "purchases"
LISTS = (KINDS, PURPOSES, METRICS, DUTIES, PURCHASES)
"""What campaigns are, what they are for, what goals count, what people do in them, what is bought."""

SUM: Final = "sum"
BY_CURRENCY: Final = "by_currency"
NOT: Final = "not"
ROLL_UPS = (SUM, BY_CURRENCY, NOT)
"""How goals of a metric add up over a programme; a rate does not."""


class Term(Aggregate, Base):
    """A code of a list. Only active ones may be newly used. ``roll_up`` is that of a metric."""

    __tablename__ = "terms"
    __table_args__ = (UniqueConstraint("list", "code"),)

    list: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(64))
    label: Mapped[str] = mapped_column(String(200))
    label_zh: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool]
    roll_up: Mapped[str] = mapped_column(String(16))
