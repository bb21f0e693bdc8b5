"""The life of a request: open → in progress ⇄ waiting → answered → closed, or cancelled before that."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from chassis.steps import follow


class State(StrEnum):
    """Where a request stands. While it waits for somebody else, its clock stands still."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What can be done with it."""

    BEGIN = "begin"
    WAIT = "wait"
    RESUME = "resume"
    ANSWER = "answer"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"


UNANSWERED: Final = (State.OPEN, State.IN_PROGRESS, State.WAITING)
"""Somebody has to do something about it."""

STATES: Final = tuple(State)

_UNDER_WAY = {Act.ANSWER: State.ANSWERED, Act.CANCEL: State.CANCELLED}

TRANSITIONS: Mapping[State, Mapping[Act, State]] = {
    State.OPEN: {**_UNDER_WAY, Act.BEGIN: State.IN_PROGRESS},
    State.IN_PROGRESS: {**_UNDER_WAY, Act.WAIT: State.WAITING},
    State.WAITING: {**_UNDER_WAY, Act.RESUME: State.IN_PROGRESS},
    State.ANSWERED: {Act.REOPEN: State.IN_PROGRESS, Act.CLOSE: State.CLOSED},
    State.CLOSED: {},
    State.CANCELLED: {},
}


def state_after(state: str, act: Act) -> State:
    """The state that ``act`` leads to. Raises Conflict where the table has no such step."""
    return follow(TRANSITIONS, State(state), act, what="request")
