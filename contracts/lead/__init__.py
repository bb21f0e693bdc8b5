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
from contracts.lead.merging import (
    ContactMerged,
    ContactUnmerged,
    LeadMoved,
)
from contracts.lead.parts import (
    Consent,
    ContactCard,
    PostalAddress,
)
from contracts.lead.privacy import (
    PrivacyClosed,
    PrivacyProgressed,
    PrivacyRequested,
)
from contracts.lead.segments import (
    ResolutionContacts,
    ResolutionFailed,
    ResolvedContact,
)

__all__ = [
    "Consent",
    "ContactCard",
    "ContactMerged",
    "ContactSaved",
    "ContactUnmerged",
    "ImportContactsSaved",
    "ImportFinished",
    "ImportUndone",
    "LeadAccepted",
    "LeadAssigned",
    "LeadCaptured",
    "LeadChanged",
    "LeadConverted",
    "LeadJudgementUndone",
    "LeadMoved",
    "LeadNurtured",
    "LeadPooled",
    "LeadQualified",
    "LeadReturned",
    "LeadTouched",
    "LeadWoken",
    "LeadWorked",
    "PostalAddress",
    "PrivacyClosed",
    "PrivacyProgressed",
    "PrivacyRequested",
    "ResolutionContacts",
    "ResolutionFailed",
    "ResolvedContact",
]
