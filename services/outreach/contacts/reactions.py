"""What lead tells about contacts."""

from collections.abc import Sequence
from typing import cast

from chassis.database import Session
from chassis.service import Service
from chassis.subscribe import subscribe
from contracts.lead import ContactCard, ContactSaved, ImportContactsSaved
from services.outreach.contacts import actions
from services.outreach.privacy.erasing import stop_erased
from services.outreach.settings import OutreachSettings
from services.outreach.suppressions.arrivals import stop_listed


class ContactReactions:
    """Follows lead's contacts."""

    @subscribe("outreach.contacts", ContactSaved)
    def on_contact_saved(self, session: Session, event: ContactSaved) -> None:
        self._take(session, [event.contact])

    @subscribe("outreach.contacts", ImportContactsSaved)
    def on_import_contacts_saved(self, session: Session, event: ImportContactsSaved) -> None:
        self._take(session, event.contacts)

    def _take(self, session: Session, cards: Sequence[ContactCard]) -> None:
        actions.save_contacts(session, cards)
        stop_listed(session, cards)
        settings = cast(OutreachSettings, cast(Service, self).settings)
        stop_erased(session, cards, key=settings.digest_key)
