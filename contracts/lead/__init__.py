"""Events of the lead service: contacts and consent, imports, segments, leads."""

from contracts.lead.contacts import (
    ContactSaved,
)
from contracts.lead.imports import (
    ImportContactsSaved,
    ImportFinished,
)
from contracts.lead.leads import (
    LeadAccepted,
    LeadAssigned,
    LeadCaptured,
    LeadChanged,
    LeadConverted,
    LeadJudgementUndone,
    LeadNurtured,
    LeadPooled,
    LeadQualified,
    LeadReturned,
    LeadTouched,
    LeadWoken,
    LeadWorked,
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
    "LeadAccepted",
    "LeadAssigned",
    "LeadCaptured",
    "LeadChanged",
    "LeadConverted",
    "LeadJudgementUndone",
    "LeadNurtured",
    "LeadPooled",
    "LeadQualified",
    "LeadReturned",
    "LeadTouched",
    "LeadWoken",
    "LeadWorked",
    "PostalAddress",
    "ResolutionContacts",
    "ResolutionFailed",
    "ResolvedContact",
]
