"""A request of a person about their own data, and what each service answered."""

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import now
from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base

EXPORT: Final = "export"
ERASURE: Final = "erasure"
Kind = Literal["export", "erasure"]
KINDS: tuple[Kind, ...] = (EXPORT, ERASURE)

OPEN: Final = "open"
CLOSED: Final = "closed"
STATES = (OPEN, CLOSED)

OTHERS = ("campaign", "finance", "outreach", "reporting")
"""The services that answer beside this one, which answers last."""

LEAD: Final = "lead"


class PrivacyRequest(Aggregate, Base):
    """Somebody asks for a copy of their data, or for its erasure.

    ``contact_ids`` are those of the person, with all that were merged. It is closed once every service has
    answered, and should be by ``due_at``. ``note`` says how the person was recognised.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (Index(None, "contact_id"), Index(None, "department", "id"))

    kind: Mapped[Kind] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    contact_ids: Mapped[list[str]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, info=PERSONAL)
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def overdue(self) -> bool:
        """Whether it should have been closed by now, or was closed too late."""
        return (self.closed_at or now()) > self.due_at

    @property
    def person(self) -> list[UUID]:
        """The contacts that the person is."""
        return [UUID(one) for one in self.contact_ids]


class PrivacyAnswer(Base):
    """A page of what a service answered. ``records`` go some time after the request was closed."""

    __tablename__ = "privacy_answers"

    request_id: Mapped[UUID] = mapped_column(ForeignKey("privacy_requests.id"), primary_key=True)
    service: Mapped[str] = mapped_column(Text, primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)
    pages: Mapped[int]
    held: Mapped[int]
    erased: Mapped[int]
    kept: Mapped[list[str]] = mapped_column(Document)
    records: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    answered_at: Mapped[datetime] = mapped_column(Moment)
