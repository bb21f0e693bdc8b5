"""The states of a mail that goes alone: queued → handed over → sent, failed or uncertain."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment

QUEUED: Final = "queued"
HANDED_OVER: Final = "handed_over"
SENT: Final = "sent"
FAILED: Final = "failed"
UNCERTAIN: Final = "uncertain"
STATES = (QUEUED, HANDED_OVER, SENT, FAILED, UNCERTAIN)
ENDED = (SENT, FAILED, UNCERTAIN)


class SingleMail:
    """What the postman needs of a row. Handed over, it is so until ``due_at``.

    ``reason`` is why it failed or is uncertain: a code of ours, or the words of the mail server.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    address: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[UUID | None] = mapped_column(Uuid)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


def due_index(table: str) -> Index:
    """The index of what is still to be done in a table of such mails."""
    waiting: Any = text("state IN ('queued', 'handed_over')")
    return Index(f"ix_{table}_due", "due_at", postgresql_where=waiting, sqlite_where=waiting)
