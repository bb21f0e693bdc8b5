"""What is known of a file; its bytes are in the store, under its id."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.columns import PERSONAL, Moment
from chassis.database import Aggregate, metadata


class Base(DeclarativeBase):
    """The chassis keeps this table in every service's database."""

    metadata = metadata


class StoredFile(Aggregate, Base):
    """A file as uploaded. ``attached_to`` and ``owner_id`` name the row that it belongs to, once it does."""

    __tablename__ = "stored_files"
    __table_args__ = (
        Index("ix_stored_files_owner_id", "owner_id"),
        Index("ix_stored_files_sha256", "sha256"),
        Index("ix_stored_files_uploaded_by_id", "uploaded_by", "id"),
    )

    name: Mapped[str] = mapped_column(String(255), info=PERSONAL)
    media_type: Mapped[str] = mapped_column(String(127))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    uploaded_by: Mapped[str] = mapped_column(String(255))
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    department: Mapped[str | None] = mapped_column(String(64))
    attached_to: Mapped[str | None] = mapped_column(String(100))
    owner_id: Mapped[UUID | None]
