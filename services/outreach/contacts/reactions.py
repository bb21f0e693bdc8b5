"""What lead tells about contacts."""

from collections.abc import Sequence

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.lead import ContactCard, ContactSaved, ImportContactsSaved
from services.outreach.contacts import actions
from services.outreach.suppressions.arrivals import stop_listed


class ContactReactions:
    """Follows lead's contacts."""

    @subscribe("outreach.contacts", ContactSaved)
    def on_contact_saved(self, session: Session, event: ContactSaved) -> None:
        _take(session, [event.contact])

    @subscribe("outreach.contacts", ImportContactsSaved)
    def on_import_contacts_saved(self, session: Session, event: ImportContactsSaved) -> None:
        _take(session, event.contacts)


def _take(session: Session, cards: Sequence[ContactCard]) -> None:
    actions.save_contacts(session, cards)
    stop_listed(session, cards)
