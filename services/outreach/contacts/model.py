"""A contact point: what outreach must know of a person to reach them."""

from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import Index, Table, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.columns import Document
from contracts.lead import ContactCard
from services.outreach.base import Base


class ContactPoint(Base):
    """The copy of a contact. ``version`` is lead's; ``consents`` maps a channel to granted or not.

    ``address`` is the postal address as ``lines``, ``postal_code``, ``city`` and ``country``.
    """

    __tablename__ = "contact_points"
    __table_args__ = (
        Index("ix_contact_points_email", "department", text("lower(email)")),
        Index("ix_contact_points_phone", "department", text("lower(phone)")),
        Index("ix_contact_points_number", "phone"),
        Index("ix_contact_points_mailbox", "email"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    version: Mapped[int]
    department: Mapped[str] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    company: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    fax: Mapped[str | None] = mapped_column(Text)
    chat: Mapped[str | None] = mapped_column(Text)
    address: Mapped[dict[str, Any] | None] = mapped_column(Document)
    country: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    consents: Mapped[dict[str, bool]] = mapped_column(Document)


contact_points = cast(Table, ContactPoint.__table__)


def row_of(card: ContactCard) -> dict[str, Any]:
    """The columns of a contact card."""
    return {
        "id": card.contact_id,
        "version": card.version,
        "department": card.department,
        "given_name": card.given_name,
        "family_name": card.family_name,
        "company": card.company,
        "email": (card.email or "").strip() or None,
        "phone": (card.phone or "").strip() or None,
        "fax": (card.fax or "").strip() or None,
        "chat": (card.chat or "").strip() or None,
        "address": msgspec.to_builtins(card.address),
        "country": card.country or (card.address.country if card.address else ""),
        "time_zone": card.time_zone,
        "region": card.region,
        "language": card.language,
        "consents": {consent.channel: consent.granted for consent in card.consents},
    }
