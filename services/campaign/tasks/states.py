"""The life of a task as a table: which step leads from which state to which.

Planned → handed over → in progress ⇄ blocked → done, or cancelled from any state before done. A task with
sub-tasks stays planned until its last sub-task has ended; it is done or cancelled from there.
"""

from collections.abc import Mapping
from enum import StrEnum

from chassis.steps import follow


class State(StrEnum):
    """Where a task stands."""

    PLANNED = "planned"
    HANDED_OVER = "handed_over"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    DONE = "done"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can happen to a task."""

    HAND_OVER = "hand over"
    START = "start"
    BLOCK = "block"
    UNBLOCK = "unblock"
    FINISH = "finish"
    CANCEL = "cancel"


STATES = tuple(state.value for state in State)
BEGUN = (State.IN_PROGRESS, State.BLOCKED)
ENDED = (State.DONE, State.CANCELLED)
HELD = (State.HANDED_OVER, *BEGUN)
"""Those that wait for their assignee to do something."""

TRANSITIONS: Mapping[State, Mapping[Step, State]] = {
    State.PLANNED: {
        Step.HAND_OVER: State.HANDED_OVER,
        Step.FINISH: State.DONE,
        Step.CANCEL: State.CANCELLED,
    },
    State.HANDED_OVER: {
        Step.START: State.IN_PROGRESS,
        Step.BLOCK: State.BLOCKED,
        Step.FINISH: State.DONE,
        Step.CANCEL: State.CANCELLED,
    },
    State.IN_PROGRESS: {
        Step.BLOCK: State.BLOCKED,
        Step.FINISH: State.DONE,
        Step.CANCEL: State.CANCELLED,
    },
    State.BLOCKED: {Step.UNBLOCK: State.IN_PROGRESS, Step.CANCEL: State.CANCELLED},
    State.DONE: {},
    State.CANCELLED: {},
}


def state_after(state: State, step: Step) -> State:
    """The state that ``step`` leads to. Raises Conflict where the table has no such step."""
    return follow(TRANSITIONS, state, step, what="task")
