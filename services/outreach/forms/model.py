"""A form with its published versions, and what people sent through it.

A submission is pending until its opt-in is confirmed, where the form wants that, and expired when nobody
confirms. A mail about a submission goes queued → handed_over → sent, failed or uncertain. It is handed over
durably before its bytes leave, and what is uncertain is never sent again by itself.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, cast
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Table, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate
from services.outreach.base import Base
from services.outreach.singles.model import SingleMail, due_index

Kind = Literal["landing", "registration", "feedback", "survey"]
KINDS: tuple[Kind, ...] = ("landing", "registration", "feedback", "survey")

PENDING: Final = "pending"
CONFIRMED: Final = "confirmed"
EXPIRED: Final = "expired"
STATES = (PENDING, CONFIRMED, EXPIRED)

NO_PLACE: Final = ""
SEATED: Final = "seated"
WAITING: Final = "waiting"
REPEATED: Final = "repeated"
CANCELLED: Final = "cancelled"
PLACES = (SEATED, WAITING, REPEATED, CANCELLED)

CONFIRM: Final = "confirm"
TICKET: Final = "ticket"

PRIVATE = {"secret": True}
"""Of columns that say who somebody is: the audit trail, which never forgets, does not show them."""


class Form(Aggregate, Base):
    """What is designed, and when it is open. ``design`` is the draft; ``published`` counts its versions.

    ``capacity`` limits the places of a registration; ``taken`` of them are, and ``tickets`` counts the
    check-in codes that were given out. Of unknown visitors' submissions ``wants_lead`` makes leads.
    """

    __tablename__ = "forms"

    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text, index=True)
    campaign_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    wants_lead: Mapped[bool]
    design: Mapped[dict[str, Any]] = mapped_column(Document)
    published: Mapped[int]
    opens_at: Mapped[datetime | None] = mapped_column(Moment)
    closes_at: Mapped[datetime | None] = mapped_column(Moment)
    capacity: Mapped[int | None]
    taken: Mapped[int]
    tickets: Mapped[int]
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    def state(self, moment: datetime) -> str:
        """draft, planned, open or closed."""
        if not self.published:
            return "draft"
        if self.opens_at is not None and moment < self.opens_at:
            return "planned"
        return "closed" if self.closes_at is not None and moment >= self.closes_at else "open"


class FormVersion(Base):
    """A design as it was published. It never changes, so that a consent keeps its words."""

    __tablename__ = "form_versions"

    form_id: Mapped[UUID] = mapped_column(ForeignKey("forms.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    design: Mapped[dict[str, Any]] = mapped_column(Document)
    published_by: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(Moment)


class Submission(Aggregate, Base):
    """What somebody sent. ``nonce`` is that of the page it was filled in on: one page, one submission.

    ``sides`` is a list of {side, expectation, experience}, ``consents`` of {channel, wording}. The ids
    from ``delivery_id`` to ``contact_id`` are set when it came by a personal link. ``place`` and ``ticket``
    are those of a registration. An erased one keeps its scores and choices, and nothing of the person.
    """

    __tablename__ = "form_submissions"
    __table_args__ = (
        Index(None, "form_id", "id"),
        Index(None, "email"),
        Index(
            "uq_form_submissions_delivery",
            "form_id",
            "delivery_id",
            unique=True,
            postgresql_where=text("delivery_id IS NOT NULL"),
            sqlite_where=text("delivery_id IS NOT NULL"),
        ),
        Index(
            "ix_form_submissions_pending",
            "submitted_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
        Index(
            "ix_form_submissions_waiting",
            "form_id",
            "confirmed_at",
            postgresql_where=text("place = 'waiting'"),
            sqlite_where=text("place = 'waiting'"),
        ),
        UniqueConstraint("form_id", "ticket"),
    )

    form_id: Mapped[UUID] = mapped_column(ForeignKey("forms.id"))
    form_version: Mapped[int]
    department: Mapped[str] = mapped_column(Text)
    nonce: Mapped[UUID] = mapped_column(Uuid, unique=True)
    state: Mapped[str] = mapped_column(Text)
    opt_in: Mapped[bool]
    language: Mapped[str] = mapped_column(Text)
    campaign_id: Mapped[UUID | None] = mapped_column(Uuid)
    delivery_id: Mapped[UUID | None] = mapped_column(Uuid)
    mailing_id: Mapped[UUID | None] = mapped_column(Uuid)
    wave_id: Mapped[UUID | None] = mapped_column(Uuid)
    target_id: Mapped[UUID | None] = mapped_column(Uuid)
    contact_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    given_name: Mapped[str] = mapped_column(Text, info=PRIVATE)
    family_name: Mapped[str] = mapped_column(Text, info=PRIVATE)
    company: Mapped[str] = mapped_column(Text, info=PRIVATE)
    email: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    phone: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    answers: Mapped[dict[str, Any]] = mapped_column(Document, info=PRIVATE)
    consents: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    sides: Mapped[list[dict[str, Any]]] = mapped_column(Document)
    score: Mapped[Decimal | None] = mapped_column(Amount)
    nps: Mapped[int | None]
    origin: Mapped[str] = mapped_column(Text, info=PRIVATE)
    confirmed_origin: Mapped[str] = mapped_column(Text, info=PRIVATE)
    submitted_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    place: Mapped[str] = mapped_column(Text)
    ticket: Mapped[int | None]
    checked_in_at: Mapped[datetime | None] = mapped_column(Moment)
    checked_in_by: Mapped[str | None] = mapped_column(Text)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)

    def erase(self, at: datetime, *, private_answers: set[str]) -> None:
        """Take away what says who it was; ``private_answers`` are the questions answered in free words."""
        self.given_name = self.family_name = self.company = self.origin = self.confirmed_origin = ""
        self.email = self.phone = None
        self.answers = {name: one for name, one in self.answers.items() if name not in private_answers}
        self.erased_at = at


class Confirmation(SingleMail, Base):
    """A mail about a submission: ``confirm`` asks to confirm, ``ticket`` brings the check-in code.

    ``reason`` is why it failed or is uncertain: bad_address, too_many_mails, not_pending, no_place, erased,
    no_answer, sender_lost, or the words of the mail server.
    """

    __tablename__ = "form_confirmations"
    __table_args__ = (
        UniqueConstraint("submission_id", "purpose"),
        Index(None, "address", "created_at"),
        due_index("form_confirmations"),
    )

    submission_id: Mapped[UUID] = mapped_column(ForeignKey("form_submissions.id"))
    form_id: Mapped[UUID] = mapped_column(ForeignKey("forms.id"), index=True)
    purpose: Mapped[str] = mapped_column(Text)


forms = cast(Table, Form.__table__)
submissions = cast(Table, Submission.__table__)
