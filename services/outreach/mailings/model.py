"""A mailing is one wave on its way; a delivery is the copy of one target.

A delivery goes queued → leased → handed_over → accepted, failed, suppressed or uncertain. It is
handed over durably before its bytes leave, so whoever dies after that leaves it uncertain, and
whoever dies before leaves it to be leased again.
"""

from datetime import datetime, timedelta
from typing import Final, Literal, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Moment
from chassis.database import Aggregate
from services.outreach.base import Base

QUEUED: Final = "queued"
LEASED: Final = "leased"
HANDED_OVER: Final = "handed_over"
ACCEPTED: Final = "accepted"
FAILED: Final = "failed"
SUPPRESSED: Final = "suppressed"
UNCERTAIN: Final = "uncertain"
ENDED = (ACCEPTED, FAILED, SUPPRESSED, UNCERTAIN)
DELIVERY_STATES = (QUEUED, LEASED, HANDED_OVER, *ENDED)
GATHERING, SENDING, FINISHED = "gathering", "sending", "finished"

Ended = Literal["accepted", "failed", "suppressed", "uncertain"]

LONGEST_WAIT = timedelta(hours=1)


class Mailing(Aggregate, Base):
    """Gathers the pages of its wave's targets, then sends, and finishes when each has an outcome.

    The counts are those reported so far; ``recipients`` is final once the mailing has started.
    """

    __tablename__ = "mailings"

    wave_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    campaign_code: Mapped[str] = mapped_column(Text)
    campaign_name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    template_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text, index=True)
    pages: Mapped[int]
    pages_received: Mapped[int]
    recipients: Mapped[int]
    accepted: Mapped[int]
    failed: Mapped[int]
    suppressed: Mapped[int]
    uncertain: Mapped[int]
    released_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)

    @property
    def complete(self) -> bool:
        """Whether every page of targets came."""
        return self.pages_received == self.pages

    @property
    def all_ended(self) -> bool:
        """Whether every recipient is accounted for."""
        return self.recipients == self.accepted + self.failed + self.suppressed + self.uncertain

    def count(self, outcome: Ended) -> None:
        """One more recipient came to an end."""
        setattr(self, outcome, getattr(self, outcome) + 1)


class MailingPage(Base):
    """A page of targets that a mailing has taken in."""

    __tablename__ = "mailing_pages"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)


class Delivery(Base):
    """One target's copy. ``lease`` names the batch that holds it, until ``leased_until``.

    ``answer`` is what the mail server said last, ``reason`` why the delivery ended as it did: a
    suppression's reason, no_address, no_consent, bad_address, unknown_contact, unknown_template,
    channel_unavailable, no_answer, sender_lost, or the words of the mail server or the renderer.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("mailing_id", "target_id"),
        Index(
            "ix_deliveries_queue",
            "mailing_id",
            "due_at",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "ix_deliveries_held",
            "leased_until",
            postgresql_where=text("state IN ('leased', 'handed_over')"),
            sqlite_where=text("state IN ('leased', 'handed_over')"),
        ),
        Index(
            "ix_deliveries_lease",
            "lease",
            postgresql_where=text("lease IS NOT NULL"),
            sqlite_where=text("lease IS NOT NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"))
    target_id: Mapped[UUID] = mapped_column(Uuid)
    contact_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Moment)
    lease: Mapped[UUID | None] = mapped_column(Uuid)
    leased_until: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)


deliveries = cast(Table, Delivery.__table__)


def retry_wait(attempts: int, *, base: float, limit: int) -> timedelta | None:
    """How long to wait after ``attempts`` tries, doubling from ``base`` seconds; None after the last."""
    if attempts >= limit:
        return None
    return min(LONGEST_WAIT, timedelta(seconds=base * 2.0 ** (attempts - 1)))


def obstacle(*, suppressed: str | None, address: object, consent: bool) -> str | None:
    """Why a contact must not be mailed, as a reason code; None when they may be.

    ``suppressed`` is the reason of a suppression on this channel, if there is one.
    """
    if suppressed:
        return suppressed
    if not address:
        return "no_address"
    return None if consent else "no_consent"
