"""A mail that answers a request: queued → handed over → sent, failed or uncertain. It goes once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document
from services.outreach.base import Base
from services.outreach.singles.model import SingleMail, due_index


class AnswerMail(SingleMail, Base):
    """``cause`` is the event that it comes from, so that no answer goes out twice."""

    __tablename__ = "answer_mails"
    __table_args__ = (
        UniqueConstraint("cause"),
        Index("ix_answer_mails_department_id", "department", "id"),
        Index("ix_answer_mails_request_id", "request_id"),
        due_index("answer_mails"),
    )

    cause: Mapped[str] = mapped_column(String(100))
    request_id: Mapped[UUID] = mapped_column(Uuid)
    contact_id: Mapped[UUID] = mapped_column(Uuid)
    department: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    documents: Mapped[list[dict[str, Any]]] = mapped_column(Document)
