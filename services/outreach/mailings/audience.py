"""Who the deliveries of a lease are for, and whether they may be sent: one query for the batch."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, null, select

from chassis.clock import now
from chassis.database import Session
from chassis.prepared import Prepared
from services.outreach.contacts.model import contact_points
from services.outreach.mailings import leases
from services.outreach.mailings.model import LEASED, deliveries, obstacle
from services.outreach.suppressions.model import Suppression
from services.outreach.templates.model import contact_values

ADDRESSES = {"email": "email", "sms": "phone", "fax": "fax", "chat": "chat", "dm": "address"}
"""Which column of a contact point says where each channel goes."""


class Recipient(msgspec.Struct, frozen=True):
    """One delivery's addressee. ``known`` is False while the contact has not arrived here.

    ``address`` is where the channel goes; for letters it is empty, and ``postal`` holds the address.
    ``variant`` is the number of the trial's variant that it gets, None without a trial.
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
    variant: int | None = None


def recipients(session: Session, lease: UUID, *, channel: str) -> Sequence[Recipient]:
    """The recipients of a lease with consent and suppression on ``channel`` as they are now."""
    held = _about(deliveries, channel).where(deliveries.c.lease == lease, deliveries.c.state == LEASED)
    return [_recipient(row) for row in session.execute(held)]


def due(session: Session, mailing_id: UUID, *, channel: str, size: int) -> Sequence[Recipient]:
    """The recipients of up to ``size`` due deliveries, which stay as they are, as ``recipients`` does."""
    rows = _due(channel).all(session, mailing_id=mailing_id, moment=now(), size=size)
    return [_recipient(row) for row in rows]


def among(session: Session, ids: Collection[UUID], *, channel: str) -> Sequence[Recipient]:
    """The recipients of those of these deliveries that are queued, which stay as they are."""
    chosen = leases.queued(session, ids).subquery("chosen")
    return [_recipient(row) for row in session.execute(_about(chosen, channel))]


@cache
def _due(channel: str) -> Prepared:
    return Prepared(_about(leases.due().subquery("due"), channel))


def _about(held: FromClause, channel: str) -> Select[Any]:
    """Rows for ``_recipient``. ``held`` has the columns of deliveries."""
    contact, stop = contact_points.c, Suppression.__table__.c
    postal: ColumnElement[Any] = contact.address if channel == "dm" else null()
    return (
        select(
            held.c.id,
            held.c.attempts,
            held.c.variant,
            contact.id.is_not(None).label("known"),
            stop.reason,
            contact.given_name,
            contact.family_name,
            contact.company,
            contact.email,
            contact.region,
            contact.language,
            getattr(contact, ADDRESSES[channel]).label("goes_to"),
            contact.consents[channel].as_boolean().label("consent"),
            contact.country,
            contact.time_zone,
            postal.label("postal"),
        )
        .select_from(held)
        .outerjoin(contact_points, contact.id == held.c.contact_id)
        .outerjoin(Suppression.__table__, and_(stop.contact_id == held.c.contact_id, stop.channel == channel))
    )


def _recipient(row: Row[Any]) -> Recipient:
    delivery_id, attempts, variant, known, stopped, *contact = tuple(row)
    if not known:
        return Recipient(delivery_id, attempts, stopped is not None, "", stopped, {}, variant=variant)
    given, family, company, email, region, language, address, consent, country, time_zone, postal = contact
    return Recipient(
        delivery_id,
        attempts,
        True,
        address if isinstance(address, str) else "",
        obstacle(suppressed=stopped, address=address, consent=bool(consent)),
        contact_values(
            given_name=given,
            family_name=family,
            company=company,
            email=email,
            region=region,
            language=language,
        ),
        country,
        time_zone,
        postal,
        variant,
    )
