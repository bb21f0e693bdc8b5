"""A pre-sales request: who asks for what, who answers it, what is to be done for it, and what came of it."""

from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate
from chassis.errors import Conflict
from services.lead.base import Base
from services.lead.requests.states import UNANSWERED, Act, State, state_after

RequestKind = Literal["material", "sample", "quotation", "technical_advice", "other"]
KINDS: tuple[RequestKind, ...] = get_args(RequestKind)
RequestState = Literal["open", "in_progress", "waiting", "answered", "closed", "cancelled"]

_UNANSWERED: Any = text("state IN ('open', 'in_progress', 'waiting')")


class PreSalesRequest(Aggregate, Base):
    """``tasks`` are titles, each done or not. By ``grade``, the lead's when it was opened, goes its level.

    ``reopened`` counts how often an answer was not enough; each time it is resolved anew.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index("ix_requests_department_id", "department", "id"),
        Index("ix_requests_lead_id", "lead_id"),
        Index("ix_requests_contact_id", "contact_id"),
        Index(
            "ix_requests_responder",
            "responder",
            "department",
            postgresql_where=_UNANSWERED,
            sqlite_where=_UNANSWERED,
        ),
    )

    department: Mapped[str] = mapped_column(Text)
    kind: Mapped[RequestKind] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text, info=PERSONAL)
    details: Mapped[str] = mapped_column(Text, info=PERSONAL)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("leads.id"))
    grade: Mapped[str] = mapped_column(Text)
    responder: Mapped[str | None] = mapped_column(Text)
    state: Mapped[RequestState] = mapped_column(Text)
    waits_for: Mapped[str] = mapped_column(Text, info=PERSONAL)
    result: Mapped[str] = mapped_column(Text, info=PERSONAL)
    tasks: Mapped[list[dict[str, Any]]] = mapped_column(Document, info=PERSONAL)
    documents: Mapped[list[str]] = mapped_column(Document)
    reopened: Mapped[int]
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        blank: dict[str, Any] = {"state": "open", "waits_for": "", "result": "", "details": "", "reopened": 0}
        super().__init__(**{**blank, "tasks": [], "documents": [], **values})

    @property
    def is_unanswered(self) -> bool:
        return self.state in UNANSWERED

    def require_unanswered(self) -> None:
        """Raises Conflict when there is nothing left to do."""
        if not self.is_unanswered:
            raise Conflict(f"The request is {self.state}")

    def move(self, act: Act, *, at: datetime, waits_for: str = "") -> RequestState:
        """Go where ``act`` leads. Returns where it came from. Raises Conflict by its state."""
        before = self.state
        after = state_after(before, act)
        self.state = after.value
        self.waits_for = waits_for
        if act == Act.REOPEN:
            self.reopened += 1
            self.answered_at = None
        if after == State.ANSWERED:
            self.answered_at = at
        if after in (State.CLOSED, State.CANCELLED):
            self.closed_at = at
        return before


class SharedDocument(Base):
    """A document of a request under a link that needs no sign-in. Of its token only a digest is kept."""

    __tablename__ = "shared_documents"
    __table_args__ = (Index("ix_shared_documents_request_id", "request_id"),)

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("requests.id"))
    file_id: Mapped[UUID]
    shared_by: Mapped[str] = mapped_column(Text)
    shared_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
