"""A notice to one person: queued → handed over → sent, failed or uncertain. It goes once."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document
from services.outreach.base import Base
from services.outreach.singles.model import SingleMail, due_index


class Notice(SingleMail, Base):
    """``cause`` is what it is about with the step that led to it, so that it is told to nobody twice."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("subject", "kind", "cause"),
        Index("ix_notices_subject_id", "subject", "id"),
        due_index("notices"),
    )

    subject: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(String(100))
    entity_id: Mapped[UUID] = mapped_column(Uuid)
    department: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(Text)
    about: Mapped[dict[str, Any]] = mapped_column(Document)
