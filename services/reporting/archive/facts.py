"""Facts: archived events as the projections read them, and what the archive reads from a body itself."""

from typing import NamedTuple, cast
from uuid import UUID

import msgspec

from contracts import finance, lead
from contracts.event import Event
from contracts.schemas import declared

_decoders: dict[str, msgspec.json.Decoder[Event]] = {
    declaration.type: msgspec.json.Decoder(declaration.body) for declaration in declared()
}


_APPROVALS = (finance.ApprovalOpened, finance.ApprovalDecided)


class Fact(NamedTuple):
    """An archived event: its ``position`` in the archive and its ``sequence`` within its aggregate."""

    position: int
    sequence: int
    type: str
    campaign_id: UUID | None
    event: Event


def decode_body(wire_type: str, data: str) -> Event:
    """The event in a JSON body that was checked against its contract when it was archived."""
    return _decoders[wire_type].decode(data)


def campaign_of(event: Event) -> UUID | None:
    """The campaign that an event is about, where it is about one."""
    if isinstance(event, _APPROVALS):
        return event.subject_id if event.kind == "plan" else None
    return cast(UUID | None, getattr(event, "campaign_id", None))


def department_of(event: Event) -> str | None:
    """The department that an event is about; none where it does not tell, or tells several."""
    if isinstance(event, lead.ContactSaved):
        return event.contact.department
    if isinstance(event, lead.ImportContactsSaved):
        departments = {contact.department for contact in event.contacts}
        return departments.pop() if len(departments) == 1 else None
    return cast(str | None, getattr(event, "department", None))
