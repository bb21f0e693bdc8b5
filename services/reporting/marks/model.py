"""A mark that a reader of the feed asked for."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from services.reporting.base import Base


class FeedMark(Aggregate, Base):
    """It goes the way of all events, through the broker and the queue of the archive, and never changes."""

    __tablename__ = "feed_marks"

    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(Moment)
