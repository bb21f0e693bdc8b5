"""The life of a lead as a table: which act leads from which state to which, and who holds it there.

New → assigned → accepted → working → qualified → converted; returned → pooled → assigned; disqualified;
nurtured until a date or the contact's next answer. An open lead has exactly one holder: an owner or a pool.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

from chassis.steps import follow


class State(StrEnum):
    """Where a lead stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    WORKING = "working"
    QUALIFIED = "qualified"
    RETURNED = "returned"
    POOLED = "pooled"
    NURTURED = "nurtured"
    CONVERTED = "converted"
    DISQUALIFIED = "disqualified"


class Act(StrEnum):
    """What can be done with a lead. The last three are judgements."""

    ASSIGN = "assign"
    ACCEPT = "accept"
    RETURN = "return"
    WORK = "work"
    POOL = "pool"
    NURTURE = "nurture"
    WAKE = "wake"
    CONVERT = "convert"
    FIND_NEAR = "judge near_term"
    FIND_FAR = "judge long_term"
    DISCARD = "judge not_a_target"


OWNED: Final = (State.ASSIGNED, State.ACCEPTED, State.WORKING, State.QUALIFIED)
"""A rep holds the lead."""

LYING: Final = (State.NEW, State.RETURNED, State.POOLED, State.NURTURED)
"""A pool holds the lead."""

OPEN: Final = (*OWNED, *LYING)
CLOSED: Final = (State.CONVERTED, State.DISQUALIFIED)
STATES: Final = tuple(State)

INBOX: Final = "inbox"
RETURNS: Final = "returns"
SALES: Final = "sales"
NURTURE: Final = "nurture"
STANDING_POOLS: Final = (INBOX, RETURNS, SALES, NURTURE)
"""The pools that every department has: of new, returned, judged and laid-aside leads."""

Outcome = Literal["near_term", "long_term", "not_a_target"]
OUTCOMES: tuple[Outcome, ...] = ("near_term", "long_term", "not_a_target")
JUDGING: Mapping[Outcome, Act] = {
    "near_term": Act.FIND_NEAR,
    "long_term": Act.FIND_FAR,
    "not_a_target": Act.DISCARD,
}

_ANYWHERE = {Act.FIND_FAR: State.NURTURED, Act.DISCARD: State.DISQUALIFIED, Act.NURTURE: State.NURTURED}
_LIES = {**_ANYWHERE, Act.ASSIGN: State.ASSIGNED, Act.POOL: State.POOLED, Act.FIND_NEAR: State.POOLED}
_HELD = {**_LIES, Act.RETURN: State.RETURNED, Act.FIND_NEAR: State.QUALIFIED}

TRANSITIONS: Mapping[State, Mapping[Act, State]] = {
    State.NEW: _LIES,
    State.POOLED: _LIES,
    State.RETURNED: _LIES,
    State.NURTURED: {**_ANYWHERE, Act.WAKE: State.POOLED, Act.FIND_NEAR: State.POOLED},
    State.ASSIGNED: {**_HELD, Act.ACCEPT: State.ACCEPTED, Act.FIND_NEAR: State.ASSIGNED},
    State.ACCEPTED: {**_HELD, Act.WORK: State.WORKING, Act.CONVERT: State.CONVERTED},
    State.WORKING: {**_HELD, Act.CONVERT: State.CONVERTED},
    State.QUALIFIED: {**_HELD, Act.CONVERT: State.CONVERTED},
    State.CONVERTED: {},
    State.DISQUALIFIED: {},
}

HOLDING: Final = " OR ".join(
    (
        "(state IN ('assigned', 'accepted', 'working', 'qualified')"
        " AND assignee IS NOT NULL AND assignee <> '' AND pool IS NULL)",
        "(state IN ('new', 'returned', 'pooled', 'nurtured')"
        " AND assignee IS NULL AND pool IS NOT NULL AND pool <> '')",
        "(state IN ('converted', 'disqualified') AND pool IS NULL)",
    )
)
"""What the database itself makes sure of: one holder, and the one that the state asks for."""


def state_after(state: str, act: Act) -> State:
    """The state that ``act`` leads to. Raises Conflict where the table has no such step."""
    return follow(TRANSITIONS, State(state), act, what="lead")


def pool_of_near_term(pool: str | None) -> str:
    """Where a lead without an owner lies once it was judged near-term: one that somebody chose is kept."""
    return SALES if pool is None or pool in STANDING_POOLS else pool
