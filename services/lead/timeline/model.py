"""An entry of the timeline: one thing that happened with a contact or a customer, and who did it.

Entries are only ever added; those of a person who is erased are taken away. What somebody did with a lead
is read from its own history instead, so that nothing is kept twice.
"""

import hashlib
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Index, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document, Moment
from services.lead.base import Base

CONTACT: Final = "contact"
CONSENT: Final = "consent"
MAILING: Final = "mailing"
ANSWER: Final = "answer"
FORM: Final = "form"
LEAD: Final = "lead"
AREAS = (CONTACT, CONSENT, MAILING, ANSWER, FORM, LEAD)
"""What an entry is about."""


class TimelineEntry(Base):
    """``kind`` says what happened, ``note`` why or with which words, ``actor`` who did it.

    ``reference`` is the id of what it is about: a mailing, a response, a submission, a merge. The id of
    an entry begins with the moment ``at``, so that the order of ids is the order in time.
    """

    __tablename__ = "timeline_entries"
    __table_args__ = (Index(None, "contact_id", "id"), Index(None, "customer_id", "id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID | None]
    customer_id: Mapped[UUID | None]
    area: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[UUID | None]
    reference: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(Moment)
    detail: Mapped[dict[str, Any] | None] = mapped_column(Document)


timeline_entries = cast(Table, TimelineEntry.__table__)


def entry_id(at: datetime, *parts: object) -> UUID:
    """A UUIDv7 (RFC 9562) of the moment ``at`` whose other bits follow from ``parts``.

    The same fact has the same id, so that it is entered once however often it is told.
    """
    milliseconds = int(at.timestamp() * 1000) & (2**48 - 1)
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    bits = int.from_bytes(digest[:10], "big")
    high, low = bits >> 62 & 0xFFF, bits & (2**62 - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
