"""A mailing is one wave on its way; a delivery is the copy of one target.

A delivery goes queued → leased → accepted, failed, suppressed or uncertain. Which of the leased are
handed over stands, durably and before their bytes leave, in the notes of the lease: whoever dies after
that leaves them uncertain, and whoever dies before leaves them to be leased again. Before all that a
delivery may be waiting for the end of a trial.

A mailing goes draft → scheduled → sending ⇄ paused → finished or cancelled.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base

WAITING: Final = "waiting"
QUEUED: Final = "queued"
LEASED: Final = "leased"
ACCEPTED: Final = "accepted"
FAILED: Final = "failed"
SUPPRESSED: Final = "suppressed"
UNCERTAIN: Final = "uncertain"
ENDED = (ACCEPTED, FAILED, SUPPRESSED, UNCERTAIN)
RESENT: Final = "resent"
"""The reason of an uncertain delivery that was sent again, as a delivery of another mailing."""

REACHED = text("deliveries.state IN ('leased', 'accepted', 'uncertain')")
"""Of deliveries that are on their way, or that the other side has or may have; as their index needs it."""
DELIVERY_STATES = (WAITING, QUEUED, LEASED, *ENDED)

DRAFT: Final = "draft"
SCHEDULED: Final = "scheduled"
SENDING: Final = "sending"
PAUSED: Final = "paused"
FINISHED: Final = "finished"
CANCELLED: Final = "cancelled"
MAILING_STATES = (DRAFT, SCHEDULED, SENDING, PAUSED, FINISHED, CANCELLED)

Ended = Literal["accepted", "failed", "suppressed", "uncertain"]

LONGEST_WAIT = timedelta(hours=1)


class Mailing(Aggregate, Base):
    """Gathers the pages of its wave's targets, then sends, and finishes when each has an outcome.

    The counts are those reported so far; ``recipients`` is final once all pages came. ``schedule`` and
    ``trial`` are as the wave was released with them. Nothing is sent before ``starts_at`` or, for want of
    a limited rate, before ``next_at``. ``paused_by`` is who paused it, also where its campaign stands
    still as well; ``finished_at`` is set with the last outcome, of a cancelled mailing too. A wave has one
    mailing, and beside it those that sent again, on request, what was uncertain in another.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        Index(
            "uq_mailings_wave_id",
            "wave_id",
            unique=True,
            postgresql_where=text("resend_of IS NULL"),
            sqlite_where=text("resend_of IS NULL"),
        ),
    )

    wave_id: Mapped[UUID] = mapped_column(Uuid)
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
    schedule: Mapped[dict[str, Any] | None] = mapped_column(Document)
    starts_at: Mapped[datetime | None] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_by: Mapped[str | None] = mapped_column(Text)
    pause_reason: Mapped[str | None] = mapped_column(Text)
    cancelled_by: Mapped[str | None] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    trial: Mapped[dict[str, Any] | None] = mapped_column(Document)
    sampled_at: Mapped[datetime | None] = mapped_column(Moment)
    chosen: Mapped[int | None] = mapped_column(SmallInteger)
    verdict: Mapped[dict[str, Any] | None] = mapped_column(Document)
    resumed_at: Mapped[datetime | None] = mapped_column(Moment)
    resend_of: Mapped[UUID | None] = mapped_column(Uuid)
    resend_reason: Mapped[str | None] = mapped_column(Text)

    @property
    def variants(self) -> list[dict[str, Any]]:
        """The variants of its trial, each with name, template_id and share; none without a trial."""
        return self.trial["variants"] if self.trial else []

    def template_of(self, variant: int | None) -> UUID:
        """The template of a delivery by the number of its variant."""
        return self.template_id if variant is None else UUID(self.variants[variant]["template_id"])

    def course(self, *, held: bool, at: datetime) -> str:
        """The state that one which is not over should be in; ``held`` while somebody paused it."""
        if held:
            return PAUSED
        if not self.complete:
            return DRAFT
        early = self.starts_at is not None and self.starts_at > at
        return SCHEDULED if early and self.recipients else SENDING

    @property
    def complete(self) -> bool:
        """Whether every page of targets came."""
        return self.pages_received == self.pages

    @property
    def all_ended(self) -> bool:
        """Whether every recipient is accounted for."""
        return self.recipients == self.accepted + self.failed + self.suppressed + self.uncertain

    def count(self, outcome: Ended, number: int = 1) -> None:
        """So many more recipients came to an end."""
        setattr(self, outcome, getattr(self, outcome) + number)


class MailingPage(Base):
    """A page of targets that a mailing has taken in."""

    __tablename__ = "mailing_pages"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    page: Mapped[int] = mapped_column(primary_key=True)


class Tally(Base):
    """What became of the copies that were accepted or failed in one minute.

    ``bounced`` (for good) and ``complained`` stand with the minute in which the copy was accepted.
    """

    __tablename__ = "mailing_tallies"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    minute: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    accepted: Mapped[int]
    failed: Mapped[int]
    bounced: Mapped[int]
    complained: Mapped[int]


class Standing(Base):
    """What campaign last told of a campaign: its kind, and whether its mailings may go out.

    ``state`` is running, paused, completed or cancelled; ``by`` is who brought it there.
    """

    __tablename__ = "campaign_standings"

    campaign_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)


class Delivery(Base):
    """One target's copy. ``lease`` names the hold of a sender on it.

    ``answer`` is what the mail server said last, ``reason`` why the delivery ended as it did: a
    suppression's reason, no_address, no_consent, bad_address, unknown_contact, unknown_template,
    unpublished_template, other_channel, channel_unavailable, frequency_cap, never_allowed, expired,
    cancelled, no_answer, sender_lost, or the words of the mail server or the renderer. ``variant`` counts
    the variants of the mailing's trial from 0. ``feedback`` is what was heard of the copy afterwards.
    ``provider_id`` is the other side's id for it.
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
            "ix_deliveries_lease",
            "lease",
            postgresql_where=text("lease IS NOT NULL"),
            sqlite_where=text("lease IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_waiting",
            "mailing_id",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_deliveries_reached",
            "contact_id",
            "ended_at",
            postgresql_where=text("state IN ('leased', 'accepted', 'uncertain')"),
            sqlite_where=text("state IN ('leased', 'accepted', 'uncertain')"),
        ),
        Index(
            "ix_deliveries_provider_id",
            "provider_id",
            postgresql_where=text("provider_id IS NOT NULL"),
            sqlite_where=text("provider_id IS NOT NULL"),
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
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    variant: Mapped[int | None] = mapped_column(SmallInteger)
    feedback: Mapped[str | None] = mapped_column(Text)
    feedback_reason: Mapped[str | None] = mapped_column(Text)
    feedback_at: Mapped[datetime | None] = mapped_column(Moment)
    provider_id: Mapped[str | None] = mapped_column(Text)
    price: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(Text)


class SeedSend(Aggregate, Base):
    """A template sent to addresses of our own, to be looked at. It is marked as a test and counted nowhere.

    ``state`` is queued, sending or done; ``results`` has what became of each address.
    """

    __tablename__ = "test_sends"

    department: Mapped[str] = mapped_column(Text)
    template_id: Mapped[UUID] = mapped_column(Uuid)
    mailing_id: Mapped[UUID | None] = mapped_column(Uuid)
    contact_id: Mapped[UUID | None] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(Text)
    addresses: Mapped[list[str]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(Text, index=True)
    results: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    begun_at: Mapped[datetime | None] = mapped_column(Moment)
    done_at: Mapped[datetime | None] = mapped_column(Moment)


class Lease(Base):
    """A sender's hold on deliveries of one mailing. Past ``until`` others take over what it held."""

    __tablename__ = "leases"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"))
    until: Mapped[datetime] = mapped_column(Moment, index=True)


class LeaseNote(Base):
    """A sender's note: which copies of a lease it hands over now, and what it has heard of others.

    Both are JSON as text, a list of ids and one of verdicts. Notes are kept until all that they say is
    recorded on the deliveries.
    """

    __tablename__ = "lease_notes"

    lease_id: Mapped[UUID] = mapped_column(ForeignKey("leases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    leaving: Mapped[str] = mapped_column(Text)
    verdicts: Mapped[str] = mapped_column(Text)


mailings = cast(Table, Mailing.__table__)
deliveries = cast(Table, Delivery.__table__)
leases = cast(Table, Lease.__table__)
lease_notes = cast(Table, LeaseNote.__table__)
tallies = cast(Table, Tally.__table__)
standings = cast(Table, Standing.__table__)


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
