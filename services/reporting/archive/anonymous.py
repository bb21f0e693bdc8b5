"""Taking out of the body of an event who somebody was, so that it still keeps to its contract.

Who it is about stands in it as an id: of a contact, or of a form, lead or request of theirs. What names a
person stands beside that id, under the same few words in every event, or under those of its type.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from contracts.event import Event
from contracts.lead import PrivacyRequested
from contracts.privacy import DataAnswered

IDS: Final = (
    *("contact_id", "submission_id", "lead_id", "request_id"),
    *("survivor_id", "loser_id", "subject_id"),
)
"""The words under which it stands whom a piece of a body is about."""

PERSONAL: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("given_name", "family_name", "company", "note", "answer", "time_zone", "title", "details"), ""
    ),
    **dict.fromkeys(("email", "phone", "fax", "chat", "address")),
    "answers": {},
}
"""What says who somebody is or what they said, with what stands in its place."""

_REASON: Final = {"reason": ""}
_WHY: Final = {"why": ""}

WORDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "lead.qualified.v1": _REASON,
    "lead.judgement_undone.v1": _REASON,
    "lead.assigned.v1": _WHY,
    "lead.returned.v1": _REASON,
    "lead.pooled.v1": _WHY,
    "lead.nurtured.v1": _REASON,
    "lead.woken.v1": _WHY,
    "lead.converted.v1": {"name": ""},
    "lead.moved.v1": _WHY,
    "contact.merged.v1": _REASON,
    "contact.unmerged.v1": _REASON,
    "mailing.outcomes.v1": _REASON,
    "mailing.feedback.v1": _REASON,
    "request.changed.v1": {"tasks": []},
    "request.assigned.v1": _WHY,
    "request.answered.v1": {"result": "", "message": "", "documents": []},
}
"""What people write about somebody, in events where the same word means something else in others."""

TYPES: Final = (
    *("contact.saved.v1", "import.contacts_saved.v1", "submission.confirmed.v1"),
    *("answer.received.v1", "campaign.responded.v1"),
    *("request.opened.v1", "request.progressed.v1", "request.closed.v1"),
    *("clock.reminded.v1", "clock.breached.v1", "clock.escalated.v1", "clock.reassigned.v1"),
    *WORDS,
)
"""The events that may hold anything of that beside such an id."""

LISTS: Final = "campaign.contacts_listed.v1"
"""The event that names people by their mail addresses alone."""


def kept_body(event: Event) -> str | None:
    """What is archived of an event in the place of its body; None for all but a few.

    A copy of somebody's data passes by on its way to them, and is not kept a second time.
    """
    if isinstance(event, DataAnswered):
        return msgspec.json.encode(msgspec.structs.replace(event, records=[])).decode()
    if isinstance(event, PrivacyRequested):
        return msgspec.json.encode(msgspec.structs.replace(event, address_digests=[])).decode()
    return None


def about(document: Any, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """The pieces of a body that are about one of these contacts, submissions, leads or requests."""
    if isinstance(document, dict):
        if any(isinstance(one := document.get(name), str) and one in ids for name in IDS):
            yield document
        for value in document.values():
            yield from about(value, ids)
    elif isinstance(document, list):
        for value in document:
            yield from about(value, ids)


def make_anonymous(document: Any, ids: Collection[str], *, wire_type: str = "") -> bool:
    """Take out of a body who somebody is, and what is said of them. Whether that changed anything."""
    words = {**PERSONAL, **WORDS.get(wire_type, {})}
    changed = False
    for piece in list(about(document, ids)):
        for name, blank in words.items():
            if name in piece and piece[name] != blank:
                piece[name], changed = blank, True
    return changed
