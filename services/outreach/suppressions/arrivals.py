"""Stops contacts who come with an address that was suppressed before anybody knew them."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import exists, select

from chassis.clock import now
from chassis.database import Session
from contracts.lead import ContactCard
from services.outreach.suppressions.files import insert_new
from services.outreach.suppressions.model import COLUMNS, SuppressedAddress, Suppression, normal


def stop_listed(session: Session, cards: Iterable[ContactCard]) -> int:
    """Suppress those of ``cards`` whose address is on the list of their department. Returns how many."""
    if not session.scalar(select(exists(select(SuppressedAddress.address)))):
        return 0
    wanted: dict[tuple[str, str, str], set[UUID]] = {}
    for card in cards:
        for channel, name in COLUMNS.items():
            if address := normal(channel, getattr(card, name) or ""):
                wanted.setdefault((card.department, channel, address), set()).add(card.contact_id)
    listed = session.scalars(
        select(SuppressedAddress).where(
            SuppressedAddress.address.in_(sorted({address for _, _, address in wanted}))
        )
    )
    rows = [
        Suppression(
            contact_id=contact_id,
            channel=one.channel,
            department=one.department,
            reason="imported",
            note=one.note,
            added_by=one.added_by,
            added_at=now(),
            version=1,
        )
        for one in listed
        for contact_id in wanted.get((one.department, one.channel, one.address), ())
    ]
    return len(insert_new(session, rows))
