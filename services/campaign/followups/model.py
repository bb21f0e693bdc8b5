"""A follow-up: one thing to do about a response, with an owner and a due date."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import PERSONAL, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.campaign.base import Base

OPEN: Final = "open"
DONE: Final = "done"
DROPPED: Final = "dropped"
STATES = (OPEN, DONE, DROPPED)


class FollowUp(Aggregate, Base):
    """Open until its owner says that it is done or dropped, with ``result``.

    No event tells of follow-ups, so their version is counted here.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (Index(None, "campaign_id", "id"), Index(None, "owner", "state", "id"))

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaigns.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("targets.id"), index=True)
    response_id: Mapped[UUID] = mapped_column(ForeignKey("responses.id"))
    what: Mapped[str] = mapped_column(Text, info=PERSONAL)
    owner: Mapped[str] = mapped_column(String(255))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16))
    result: Mapped[str] = mapped_column(Text, info=PERSONAL)
    created_by: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def overdue(self) -> bool:
        """Whether it should have been done before today (in UTC)."""
        return self.state == OPEN and self.due_on < now().date()

    def end(self, state: str, *, result: str, by: str, at: datetime) -> None:
        """Say what came of it. Raises Conflict when that was said before."""
        self.require_open()
        self.state, self.result, self.ended_by, self.ended_at = state, result, by, at
        self.version += 1

    def require_open(self) -> None:
        """Raises Conflict once it is done or dropped."""
        if self.state != OPEN:
            raise Conflict(f"The follow-up is {self.state}")
