"""An import: the uploaded file in pieces, how far it has been read, and the rows that were refused.

``position`` is the checkpoint: how many records after the header are done with. It moves in the same
transaction as the contacts of those records, so that a crash neither loses nor doubles any.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from chassis.database import Aggregate
from services.lead.base import Base

TRIES = 10
"""How often an import is taken up again without any progress before it fails."""


class Import(Aggregate, Base):
    """One uploaded file. ``state``: queued, running, finished or failed (``reason`` says why)."""

    __tablename__ = "imports"
    __table_args__ = (Index(None, "state", "leased_until"),)

    filename: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    requested_by: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    phone_region: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    consents: Mapped[list[str]] = mapped_column(Document)
    wording: Mapped[str] = mapped_column(Text)
    told: Mapped[dict[str, str]] = mapped_column(Document)
    codec: Mapped[str | None] = mapped_column(Text)
    delimiter: Mapped[str | None] = mapped_column(Text)
    header: Mapped[list[str] | None] = mapped_column(Document)
    mapping: Mapped[dict[str, str] | None] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    position: Mapped[int]
    rows: Mapped[int]
    created: Mapped[int]
    updated: Mapped[int]
    rejected: Mapped[int]
    tries: Mapped[int]
    leased_by: Mapped[UUID | None]
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        counts = dict.fromkeys(("position", "rows", "created", "updated", "rejected", "tries"), 0)
        super().__init__(**{**counts, "state": "queued", "reason": "", **values})

    @property
    def mapped(self) -> dict[str, str] | None:
        """The field of each column that is read, in the order of the file, which databases do not keep."""
        if self.mapping is None:
            return None
        columns = [column.strip() for column in self.header or ()]
        return {column: self.mapping[column] for column in columns if column in self.mapping}

    def take(self, worker: UUID, *, at: datetime, seconds: float) -> None:
        """Give the import to ``worker`` for ``seconds``."""
        self.state = "running"
        self.started_at = self.started_at or at
        self.leased_by, self.leased_until = worker, at + timedelta(seconds=seconds)

    def advance(self, *, records: int, created: int, updated: int, rejected: int) -> None:
        """Move the checkpoint behind ``records`` more records."""
        self.position += records
        self.rows += created + updated + rejected
        self.created += created
        self.updated += updated
        self.rejected += rejected
        self.tries = 0

    def finish(self, at: datetime) -> None:
        """Nothing is left to read."""
        self.state, self.finished_at = "finished", at
        self.leased_by = self.leased_until = None

    def fail(self, reason: str, *, at: datetime) -> None:
        """The file as a whole cannot be imported."""
        self.state, self.reason, self.finished_at = "failed", reason, at
        self.leased_by = self.leased_until = None


class ImportPiece(Base):
    """A piece of the uploaded file, kept until the import has ended. ``number`` counts from 0."""

    __tablename__ = "import_pieces"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Rejection(Base):
    """A row that was not imported: the line it starts on, why, and its cells as they were read."""

    __tablename__ = "import_rejections"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    cells: Mapped[list[str]] = mapped_column(Document)
