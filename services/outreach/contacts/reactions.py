"""What lead tells about contacts."""

from chassis.database import Session
from chassis.subscribe import subscribe
from contracts.lead import ContactSaved, ImportContactsSaved
from services.outreach.contacts import actions


class ContactReactions:
    """Follows lead's contacts."""

    @subscribe("outreach.contacts", ContactSaved)
    def on_contact_saved(self, session: Session, event: ContactSaved) -> None:
        actions.save_contacts(session, [event.contact])

    @subscribe("outreach.contacts", ImportContactsSaved)
    def on_import_contacts_saved(self, session: Session, event: ImportContactsSaved) -> None:
        actions.save_contacts(session, event.contacts)
