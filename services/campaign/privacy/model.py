"""What this service answered to requests of people about their own data."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from services.campaign.base import Base


class PrivacyAnswer(Aggregate, Base):
    """Once for each request; ``id`` is that of the request. Nobody is named."""

    __tablename__ = "privacy_answers"

    kind: Mapped[str] = mapped_column(String(16))
    held: Mapped[int]
    erased: Mapped[int]
    answered_at: Mapped[datetime] = mapped_column(Moment)
