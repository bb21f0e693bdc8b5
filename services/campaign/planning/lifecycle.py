"""The life of a campaign as a table: which step leads from which state to which.

Draft → in review → approved → starting → running ⇄ paused → completed → closed, or cancelled from any
state before closed. Starting lasts until the target list is complete; a start whose segment could not be
resolved falls back to approved. Closing belongs to the settlement of the budget and is offered by no route; a
settlement that is taken back makes a closed campaign completed again.
"""

from collections.abc import Mapping
from enum import StrEnum

from chassis.steps import follow


class State(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What can happen to a campaign as a whole."""

    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    START = "start"
    FALL_BACK = "fall_back"
    LAUNCH = "launch"
    PAUSE = "pause"
    RESUME = "resume"
    COMPLETE = "complete"
    CLOSE = "close"
    REOPEN = "reopen"
    CANCEL = "cancel"


TRANSITIONS: Mapping[State, Mapping[Step, State]] = {
    State.DRAFT: {Step.SUBMIT: State.IN_REVIEW, Step.CANCEL: State.CANCELLED},
    State.IN_REVIEW: {
        Step.APPROVE: State.APPROVED,
        Step.RETURN: State.DRAFT,
        Step.CANCEL: State.CANCELLED,
    },
    State.APPROVED: {Step.START: State.STARTING, Step.CANCEL: State.CANCELLED},
    State.STARTING: {
        Step.LAUNCH: State.RUNNING,
        Step.FALL_BACK: State.APPROVED,
        Step.CANCEL: State.CANCELLED,
    },
    State.RUNNING: {
        Step.PAUSE: State.PAUSED,
        Step.COMPLETE: State.COMPLETED,
        Step.CANCEL: State.CANCELLED,
    },
    State.PAUSED: {
        Step.RESUME: State.RUNNING,
        Step.COMPLETE: State.COMPLETED,
        Step.CANCEL: State.CANCELLED,
    },
    State.COMPLETED: {Step.CLOSE: State.CLOSED, Step.CANCEL: State.CANCELLED},
    State.CLOSED: {Step.REOPEN: State.COMPLETED},
    State.CANCELLED: {},
}


def state_after(state: State, step: Step) -> State:
    """The state that ``step`` leads to. Raises Conflict where the table has no such step."""
    return follow(TRANSITIONS, state, step, what="campaign")
