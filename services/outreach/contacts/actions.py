"""Keeping the copy of the contact points up to date, a page at a time."""

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite

from chassis.database import Session
from contracts.lead import ContactCard
from services.outreach.contacts.model import contact_points, row_of


def save_contacts(session: Session, cards: Sequence[ContactCard]) -> None:
    """Take over each card whose version is higher than the stored one. One statement for the page."""
    newest: dict[object, ContactCard] = {}
    for card in cards:
        known = newest.get(card.contact_id)
        if known is None or known.version < card.version:
            newest[card.contact_id] = card
    if not newest:
        return
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if on_sqlite else postgresql).insert(contact_points)
    names = [column.name for column in contact_points.columns if column.name != "id"]
    columns = {name: insert.excluded[name] for name in names}
    upsert = insert.on_conflict_do_update(
        index_elements=["id"], set_=columns, where=contact_points.c.version < insert.excluded.version
    )
    rows = sorted((row_of(card) for card in newest.values()), key=lambda row: row["id"])
    session.connection().execute(upsert, rows)
