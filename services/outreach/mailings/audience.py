"""Who the deliveries of a lease are for, and whether they may be sent: one query for the batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from chassis.database import Session
from services.outreach.contacts.model import contact_points
from services.outreach.mailings.model import LEASED, deliveries, obstacle
from services.outreach.suppressions.model import Suppression
from services.outreach.templates.model import contact_values

ADDRESSES = {"email": "email", "sms": "phone", "fax": "fax", "chat": "chat", "dm": "address"}
"""Which column of a contact point says where each channel goes."""


@dataclass(frozen=True)
class Recipient:
    """One delivery's addressee. ``known`` is False while the contact has not arrived here.

    ``address`` is where the channel goes; for letters it is empty, and ``postal`` holds the address.
    """

    delivery_id: UUID
    attempts: int
    known: bool
    address: str
    obstacle: str | None
    values: dict[str, str]
    country: str = ""
    time_zone: str = ""
    postal: dict[str, Any] | None = None


def recipients(session: Session, lease: UUID, *, channel: str) -> Sequence[Recipient]:
    """The recipients of a lease with consent and suppression on ``channel`` as they are now."""
    return [_recipient(row, channel) for row in session.execute(_held(lease, channel))]


def _held(lease: UUID, channel: str) -> Select[Any]:
    contact, stop = contact_points.c, Suppression.__table__.c
    return (
        select(
            deliveries.c.id.label("delivery_id"),
            deliveries.c.attempts,
            contact.id.label("contact_id"),
            contact.given_name,
            contact.family_name,
            contact.company,
            contact.email,
            getattr(contact, ADDRESSES[channel]).label("address"),
            contact.region,
            contact.language,
            contact.consents,
            contact.country,
            contact.time_zone,
            contact.address.label("postal"),
            stop.reason.label("suppressed"),
        )
        .select_from(deliveries)
        .outerjoin(contact_points, contact.id == deliveries.c.contact_id)
        .outerjoin(
            Suppression.__table__, and_(stop.contact_id == deliveries.c.contact_id, stop.channel == channel)
        )
        .where(deliveries.c.lease == lease, deliveries.c.state == LEASED)
    )


def _recipient(row: Row[Any], channel: str) -> Recipient:
    if row.contact_id is None:
        stopped = row.suppressed is not None
        return Recipient(row.delivery_id, row.attempts, stopped, "", row.suppressed, {})
    consent = row.consents.get(channel, False)
    return Recipient(
        delivery_id=row.delivery_id,
        attempts=row.attempts,
        known=True,
        address=row.address if isinstance(row.address, str) else "",
        obstacle=obstacle(suppressed=row.suppressed, address=row.address, consent=consent),
        values=contact_values(
            given_name=row.given_name,
            family_name=row.family_name,
            company=row.company,
            email=row.email,
            region=row.region,
            language=row.language,
        ),
        country=row.country,
        time_zone=row.time_zone,
        postal=row.postal,
    )
