"""Segments, and their resolutions: the contacts of a segment streamed to a campaign in pages.

A resolution's checkpoint is the last contact it has told of (``after``) and the number of the last
page. Contacts made after it began (``ceiling``) are not part of it, so that it comes to an end.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base

LOOKED_UP = "looked_up"
"""The state of a resolution whose contacts are named by a list, which the resolver has no part in."""


class Segment(Aggregate, Base):
    """The contacts of a department that a rule holds for."""

    __tablename__ = "segments"

    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    rule: Mapped[dict[str, Any]] = mapped_column(Document)
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Resolution(Aggregate, Base):
    """One stream of the contacts of a segment, or of a list that stands in its place.

    ``state``: running (or looked_up, for a list), finished or failed (``reason`` says why).
    """

    __tablename__ = "resolutions"
    __table_args__ = (Index(None, "state"),)

    segment_id: Mapped[UUID]
    campaign_id: Mapped[UUID]
    department: Mapped[str] = mapped_column(Text)
    rule: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    page: Mapped[int]
    contacts: Mapped[int]
    after: Mapped[UUID | None]
    ceiling: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        blank = {"state": "running", "reason": "", "page": 0, "contacts": 0, "rule": {}}
        super().__init__(**{**blank, **values})

    def turn_page(self, contact_ids: list[UUID]) -> int:
        """Move the checkpoint behind these contacts. Returns the number of the page they are on."""
        self.page += 1
        self.contacts += len(contact_ids)
        self.after = contact_ids[-1] if contact_ids else self.after
        return self.page

    def end(self, state: str, *, at: datetime, reason: str = "") -> None:
        """Nothing more will be told."""
        self.state, self.reason, self.finished_at = state, reason, at
