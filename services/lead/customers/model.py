"""Customers, their contacts, and what each contact has agreed to.

A contact's ``revision`` grows with every change and is the version that its card carries outside.
``version`` counts the contact's own events only: an import changes contacts in bulk and tells of
them in pages about the import.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal, Protocol, cast
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import PERSONAL, Document, Moment
from chassis.database import Aggregate
from contracts import lead as contract
from services.lead.base import Base
from services.lead.customers.naming import name_key
from services.lead.customers.reach import email_domain, match_key
from services.lead.customers.validity import ChannelState, states_of

Channel = Literal["email", "sms", "dm", "fax", "chat"]
CHANNELS: tuple[Channel, ...] = ("email", "sms", "dm", "fax", "chat")
FROM_FILE = "import"
"""The source of consent that an imported file claims."""

PRIVATE = {"secret": True}
"""Of columns that say who somebody is: the audit trail, which never forgets, does not show them."""

KINDS = ("consumer", "company", "exclusive_retailer", "nonexclusive_retailer")


class Customer(Aggregate, Base):
    """A person or company that the business deals with; it may have several contacts.

    ``attributes`` are those that the department defined. One that was merged into another keeps its row.
    """

    __tablename__ = "customers"
    __table_args__ = (Index(None, "department", "name_key"), Index(None, "merged_into"))

    name: Mapped[str] = mapped_column(Text, info=PERSONAL)
    name_key: Mapped[str] = mapped_column(Text, info=PERSONAL)
    kind: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    attributes: Mapped[dict[str, Any]] = mapped_column(Document, default=dict, info=PERSONAL)
    main_contact_id: Mapped[UUID | None]
    merged_into: Mapped[UUID | None]

    def rename(self, name: str) -> None:
        """Give the customer a name, and the key that an import finds it by."""
        self.name, self.name_key = name, name.casefold()


def _where_it_is(name: str) -> Index:
    """An index for finding duplicates, of the contacts that have ``name`` only."""
    there = text(f"{name} IS NOT NULL")
    return Index(None, "department", name, postgresql_where=there, sqlite_where=there)


def _of_like_names() -> Index:
    """The index of name keys. On PostgreSQL it has what tells most contacts of a key apart by itself."""
    there = text("name_key IS NOT NULL")
    present_there = text("name_key IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL")
    return Index(
        None,
        *("department", "name_key"),
        postgresql_include=["id", "match_key", "phone"],
        postgresql_where=present_there,
        sqlite_where=there,
    )


class Contact(Aggregate, Base):
    """A person that can be reached. Blank texts are empty strings; ``email`` and ``phone`` may be missing.

    ``country`` is an ISO 3166 code, ``time_zone`` an IANA name, ``chat`` the address of a chat service as a
    URL. ``address`` has lines (1 to 4, between name and city), postal_code, city and country. ``role`` is
    what the contact is to its customer, ``reach`` what was heard of its addresses, ``attributes`` are those
    that the department defined. One that was merged into another keeps its row, and under ``former_key``
    what it was found by; nobody is to be reached by it. Of one that was erased nothing personal is left.
    ``external_id`` is what another system calls the contact; ``name_key`` puts like names side by side.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("department", "match_key"),
        Index(None, "department", "id"),
        Index(None, "customer_id"),
        *(_where_it_is(name) for name in ("phone", "external_id")),
        _of_like_names(),
        Index(None, "merged_into"),
        Index(None, "department", "former_key"),
    )

    revision: Mapped[int] = mapped_column(default=0)
    match_key: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"))
    given_name: Mapped[str] = mapped_column(Text, info=PRIVATE)
    family_name: Mapped[str] = mapped_column(Text, info=PRIVATE)
    company: Mapped[str] = mapped_column(Text, info=PERSONAL)
    kind: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    email_domain: Mapped[str] = mapped_column(Text, info=PRIVATE)
    phone: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    region: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    country: Mapped[str] = mapped_column(Text, default="")
    time_zone: Mapped[str] = mapped_column(Text, default="")
    fax: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    chat: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    address: Mapped[dict[str, Any] | None] = mapped_column(Document, info=PRIVATE)
    role: Mapped[str] = mapped_column(Text, default="")
    attributes: Mapped[dict[str, Any]] = mapped_column(Document, default=dict, info=PRIVATE)
    reach: Mapped[dict[str, Any]] = mapped_column(Document, default=dict, info=PRIVATE)
    former_key: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    merged_into: Mapped[UUID | None]
    erased_at: Mapped[datetime | None] = mapped_column(Moment)
    external_id: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    name_key: Mapped[str | None] = mapped_column(Text, info=PRIVATE)
    consents: Mapped[list["Consent"]] = relationship(order_by="Consent.channel", lazy="raise")

    @property
    def channels(self) -> list[ChannelState]:
        """Its addresses and how good they are."""
        return states_of(self)

    @property
    def is_present(self) -> bool:
        """Whether somebody is to be reached by it: it was neither merged into another nor erased."""
        return self.merged_into is None and self.erased_at is None

    def change(self, values: dict[str, object], *, at: datetime) -> None:
        """Take over ``values`` by attribute, and renew what follows from them."""
        for name, value in values.items():
            setattr(self, name, value)
        self.email_domain = email_domain(self.email)
        self.match_key = match_key(
            email=self.email,
            phone=self.phone,
            given_name=self.given_name,
            family_name=self.family_name,
            company=self.company,
        )
        self.name_key = name_key(self.given_name, self.family_name, self.company)
        self.touch(at)

    def touch(self, at: datetime) -> None:
        """Count one more change."""
        self.revision += 1
        self.changed_at = at

    def consent_to(self, channel: Channel, *, granted: bool, at: datetime, source: str) -> bool:
        """Record what holds for ``channel`` since ``at``, as Consent.decide. True when it changed."""
        for consent in self.consents:
            if consent.channel == channel:
                return consent.decide(granted=granted, at=at, source=source)
        self.consents.append(
            Consent(contact_id=self.id, channel=channel, granted=granted, changed_at=at, source=source)
        )
        return True

    def card(self) -> contract.ContactCard:
        """The contact as other services know it; one that is not to be reached has no address there."""
        if not self.is_present:
            return contract.ContactCard(
                contact_id=self.id, version=self.revision, department=self.department, consents=[]
            )
        return card_of(self, ((consent.channel, consent.granted) for consent in self.consents))


def present() -> ColumnElement[bool]:
    """A condition that leaves out contacts that were merged into others, and those that were erased."""
    return and_(Contact.merged_into.is_(None), Contact.erased_at.is_(None))


class Consent(Base):
    """What holds now: whether the contact may be reached over ``channel``."""

    __tablename__ = "consents"

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    granted: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Moment)

    def decide(self, *, granted: bool, at: datetime, source: str) -> bool:
        """Take over a word unless a later one holds. True when that changed whether it is granted.

        A file is nobody's word: a withdrawal beats what came from one, however late it arrives.
        """
        hearsay = self.granted and self.source == FROM_FILE
        if at < self.changed_at and not (hearsay and not granted):
            return False
        changed = self.granted != granted
        self.granted, self.changed_at, self.source = granted, at, source
        return changed


class ConsentProof(Base):
    """One word on consent as it was given: who recorded it, when, in which wording, from which source.

    Of one from a form, ``evidence`` has its code, version and submission, the address, and when that was
    confirmed; of one from a file, the import. Rows are only ever added, and outlive the contact.
    """

    __tablename__ = "consent_proofs"
    __table_args__ = (Index(None, "contact_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contact_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(Text)
    granted: Mapped[bool]
    wording: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    evidence: Mapped[dict[str, Any] | None] = mapped_column(Document)


class Carded(Protocol):
    """The columns of a contact that its card shows: a mapped contact, or a row of a bulk statement."""

    id: UUID
    revision: int
    customer_id: UUID | None
    given_name: str
    family_name: str
    company: str
    email: str | None
    phone: str | None
    region: str
    language: str
    department: str
    country: str
    time_zone: str
    fax: str | None
    chat: str | None
    address: dict[str, Any] | None


def card_of(contact: Carded, consents: Iterable[tuple[str, bool]]) -> contract.ContactCard:
    """The card of a contact with its consents as (channel, granted)."""
    return contract.ContactCard(
        contact_id=contact.id,
        version=contact.revision,
        customer_id=contact.customer_id,
        given_name=contact.given_name,
        family_name=contact.family_name,
        company=contact.company,
        email=contact.email,
        phone=contact.phone,
        region=contact.region,
        language=contact.language,
        department=contact.department,
        consents=[
            contract.Consent(channel=cast(Channel, channel), granted=granted)
            for channel, granted in sorted(consents)
        ],
        country=contact.country or None,
        time_zone=contact.time_zone,
        fax=contact.fax,
        chat=contact.chat,
        address=None if contact.address is None else contract.PostalAddress(**contact.address),
    )
