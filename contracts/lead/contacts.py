"""Events of contacts."""

from contracts.event import Event, event
from contracts.lead.parts import ContactCard


@event("contact.saved.v1", producer="lead")
class ContactSaved(Event, kw_only=True):
    """One contact was created or changed."""

    contact: ContactCard
