"""Which clocks a lead or a request needs, by the state that it is in.

A first response and a resolution are counted once; the time to accept, and the time that a lead sits where
it is, begin anew each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.lead.service_levels.model import (
    ACCEPT,
    AGEING,
    FIRST_RESPONSE,
    RESOLUTION,
    ClockKind,
    SubjectKind,
)

Mode = Literal["run", "pause"]
REPEATED: frozenset[ClockKind] = frozenset({ACCEPT, AGEING})

_UNANSWERED: dict[ClockKind, Mode] = {FIRST_RESPONSE: "run", RESOLUTION: "run", AGEING: "run"}

OF_LEADS: Final[Mapping[str, Mapping[ClockKind, Mode]]] = {
    "new": _UNANSWERED,
    "pooled": _UNANSWERED,
    "returned": _UNANSWERED,
    "assigned": {**_UNANSWERED, ACCEPT: "run"},
    "accepted": _UNANSWERED,
    "working": {RESOLUTION: "run", AGEING: "run"},
    "qualified": {AGEING: "run"},
    "nurtured": {FIRST_RESPONSE: "pause", RESOLUTION: "pause"},
    "converted": {},
    "disqualified": {},
}
"""A lead is answered when a rep works on it, and resolved when it is judged by who worked on it."""

NOT_ACCEPTED: Final = ("new", "pooled", "returned", "assigned")
"""States in which the clock of a former owner ends without their word."""

OF_REQUESTS: Final[Mapping[str, Mapping[ClockKind, Mode]]] = {
    "open": {FIRST_RESPONSE: "run", RESOLUTION: "run"},
    "in_progress": {RESOLUTION: "run"},
    "waiting": {RESOLUTION: "pause"},
    "answered": {},
    "closed": {},
    "cancelled": {},
}


@dataclass(frozen=True)
class Wish:
    """Whether a clock runs or stands still. One that runs in another ``stage`` begins anew."""

    mode: Mode
    stage: str = ""


@dataclass(frozen=True)
class Subject:
    """What clocks are about: a lead or a request, as far as they need to know it.

    ``owner`` is who has it, or had it last. ``dropped``: nobody needs it any more. Clocks that are ``unmet``
    end without what they waited for.
    """

    kind: SubjectKind
    id: UUID
    department: str
    level_kind: str
    grade: str
    wishes: Mapping[ClockKind, Wish]
    title: str = ""
    owner: str | None = None
    accept_by: datetime | None = None
    dropped: bool = False
    unmet: frozenset[ClockKind] = frozenset()


def wishes_of_lead(state: str, assignee: str) -> dict[ClockKind, Wish]:
    """The clocks of a lead: that to accept counts for each rep, that of ageing for each state."""
    stages: dict[ClockKind, str] = {ACCEPT: assignee, AGEING: f"{state} {assignee}".strip()}
    return {kind: Wish(mode, stages.get(kind, "")) for kind, mode in OF_LEADS[state].items()}


def wishes_of_request(state: str, *, reopened: int) -> dict[ClockKind, Wish]:
    """The clocks of a request: what was opened again is resolved anew."""
    stages: dict[ClockKind, str] = {RESOLUTION: str(reopened)}
    return {kind: Wish(mode, stages.get(kind, "")) for kind, mode in OF_REQUESTS[state].items()}
