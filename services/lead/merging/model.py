"""A merge, with all that is needed to undo it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base
from services.lead.customers.model import PRIVATE

CONTACT: Final = "contact"
CUSTOMER: Final = "customer"
KINDS = (CONTACT, CUSTOMER)


class Merge(Aggregate, Base):
    """That ``loser_id`` became part of ``survivor_id``, by whom and why.

    ``taken`` names what the survivor took over. The images have the values before, and those of the
    survivor after; ``moved`` has the ids of what was moved: leads (with the customers and doors that they
    had), submissions, contacts. The images of an erased person are gone.
    """

    __tablename__ = "merges"
    __table_args__ = (
        Index(None, "survivor_id"),
        Index(None, "loser_id"),
        Index(None, "department", "id"),
    )

    kind: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    survivor_id: Mapped[UUID]
    loser_id: Mapped[UUID]
    taken: Mapped[list[str]] = mapped_column(Document)
    survivor_before: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PRIVATE)
    survivor_after: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PRIVATE)
    loser_before: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PRIVATE)
    moved: Mapped[dict[str, list[str]]] = mapped_column(Document)
    reason: Mapped[str] = mapped_column(Text, info=PERSONAL)
    merged_by: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[datetime] = mapped_column(Moment)
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    def moved_ids(self, what: str) -> list[UUID]:
        """The ids of what was moved of one sort."""
        return [UUID(one) for one in self.moved.get(what, ())]
