"""Events of the lead service: contacts and consent, imports, segments, leads."""

from contracts.lead.contacts import (
    ContactSaved,
)
from contracts.lead.imports import (
    ImportContactsSaved,
    ImportFinished,
    ImportUndone,
)
from contracts.lead.leads import (
    LeadAssigned,
    LeadCaptured,
    LeadQualified,
)
from contracts.lead.parts import (
    Consent,
    ContactCard,
    PostalAddress,
)
from contracts.lead.segments import (
    ResolutionContacts,
    ResolutionFailed,
    ResolvedContact,
)

__all__ = [
    "Consent",
    "ContactCard",
    "ContactSaved",
    "ImportContactsSaved",
    "ImportFinished",
    "ImportUndone",
    "LeadAssigned",
    "LeadCaptured",
    "LeadQualified",
    "PostalAddress",
    "ResolutionContacts",
    "ResolutionFailed",
    "ResolvedContact",
]
