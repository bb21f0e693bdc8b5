"""An import: the uploaded file in pieces, how far it has been read, and the rows that were refused.

``position`` is the checkpoint: how many records after the header are done with. It moves in the same
transaction as the contacts of those records, so that a crash neither loses nor doubles any.
"""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate, Audited
from services.lead.base import Base

TRIES = 10
"""How often an import is taken up again without any progress before it fails."""

Mode = Literal["create", "update", "both", "ask"]
MODES: tuple[Mode, ...] = ("create", "update", "both", "ask")

WORKED_ON = ("queued", "running", "undoing")
"""States in which the importer has something to do."""

UNDOABLE = ("finished", "failed", "cancelled")
ENDED = (*UNDOABLE, "undone")
STATES = (*WORKED_ON, "waiting", *ENDED)

_COUNTS = (
    "position",
    "rows",
    "created",
    "updated",
    "rejected",
    "asked",
    "tries",
    "restored",
    "removed",
    "kept",
)


class Import(Aggregate, Base):
    """One uploaded file.

    ``state``: queued, running, waiting (for somebody to confirm how it is read), finished, failed
    (``reason`` says why), cancelled, undoing, undone. A dry run changes no contact. ``undo_after`` is the
    last contact that the undo is done with.
    """

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
    mode: Mapped[str] = mapped_column(Text)
    dry_run: Mapped[bool]
    confirm: Mapped[bool]
    format: Mapped[str | None] = mapped_column(Text)
    reading: Mapped[dict[str, Any]] = mapped_column(Document)
    headed: Mapped[bool | None]
    sample: Mapped[list[list[str]] | None] = mapped_column(Document, info=PERSONAL)
    asked: Mapped[int]
    undo_after: Mapped[UUID | None]
    restored: Mapped[int]
    removed: Mapped[int]
    kept: Mapped[int]
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None] = mapped_column(Moment)

    def __init__(self, **values: Any) -> None:
        given = {"mode": "both", "dry_run": False, "confirm": False, "reading": {}, "told": {}}
        super().__init__(**{**dict.fromkeys(_COUNTS, 0), **given, "state": "queued", "reason": "", **values})

    @property
    def mapped(self) -> dict[str, str] | None:
        """The field of each column that is read, in the order of the file, which databases do not keep."""
        if self.mapping is None:
            return None
        columns = [column.strip() for column in self.header or ()]
        return {column: self.mapping[column] for column in columns if column in self.mapping}

    def take(self, worker: UUID, *, at: datetime, seconds: float) -> None:
        """Give the import to ``worker`` for ``seconds``."""
        if self.state == "queued":
            self.state = "running"
        self.started_at = self.started_at or at
        self.leased_by, self.leased_until = worker, at + timedelta(seconds=seconds)

    def advance(self, *, records: int, created: int, updated: int, rejected: int, asked: int = 0) -> None:
        """Move the checkpoint behind ``records`` more records."""
        self.position += records
        self.rows += created + updated + rejected + asked
        self.created += created
        self.updated += updated
        self.rejected += rejected
        self.asked += asked
        self.tries = 0

    def answer(self, *, created: int, updated: int, rejected: int) -> None:
        """Count rows that waited for an answer by what it was."""
        self.asked -= created + updated + rejected
        self.created += created
        self.updated += updated
        self.rejected += rejected

    def end(self, state: str, *, at: datetime, reason: str = "") -> None:
        """Nothing is left to read: the import is finished, failed or cancelled."""
        self.state, self.reason, self.finished_at = state, reason, at
        self.release()

    def release(self) -> None:
        """No worker has it any more."""
        self.leased_by = self.leased_until = None

    def take_back(self, *, restored: int, removed: int, kept: int, after: UUID) -> None:
        """Move the undo behind the contact ``after``."""
        self.restored += restored
        self.removed += removed
        self.kept += kept
        self.undo_after = after
        self.tries = 0


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


class PlannedRow(Base):
    """What a dry run would do with a row: ``change`` is create or update, ``fields`` before and after.

    ``key`` says who the contact is, so that a later row about the same one is seen.
    """

    __tablename__ = "import_planned_rows"
    __table_args__ = (Index(None, "import_id", "key"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[str] = mapped_column(Text)
    contact_id: Mapped[UUID | None]
    key: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, list[Any]]] = mapped_column(Document)


class Question(Base):
    """A row that waits for somebody to say whether it is one of ``candidates``, the likeliest first.

    ``repeats`` are later lines about the same contact, which wait with it.

    ``answer``: create, update (``contact_id`` says whom) or refuse; None while it is open. Each candidate
    has contact_id, score, fields (how alike each is) and shown (name, company, email, phone).
    """

    __tablename__ = "import_questions"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    repeats: Mapped[list[int]] = mapped_column(Document)
    draft: Mapped[dict[str, Any]] = mapped_column(Document)
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    answer: Mapped[str | None] = mapped_column(Text)
    contact_id: Mapped[UUID | None]
    answered_by: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)


class ImportChange(Base):
    """What an import did to a contact: ``was`` are its columns from before, None for one that it created.

    ``revision`` is what the import left the contact at. ``kept`` says why an undo left it alone. There is a
    row for each contact, so the import is not a foreign key: checking it takes longer than writing the row.
    """

    __tablename__ = "import_changes"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    was: Mapped[dict[str, Any] | None] = mapped_column(Document)
    kept: Mapped[str | None] = mapped_column(Text)


class ConsentChange(Base):
    """What held for a channel before an import changed it; all None where nothing did."""

    __tablename__ = "import_consents"

    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    granted: Mapped[bool | None]
    source: Mapped[str | None] = mapped_column(Text)
    changed_at: Mapped[datetime | None] = mapped_column(Moment)


class SavedMapping(Audited, Base):
    """A mapping that a department keeps under a name, offered again for a file with the same header."""

    __tablename__ = "import_mappings"
    __table_args__ = (UniqueConstraint("department", "name"), Index(None, "department", "header_key"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    department: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    header_key: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, str]] = mapped_column(Document)
    saved_by: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(Moment)
