"""Lives as tables of steps."""

from enum import StrEnum

import pytest

from chassis.errors import Conflict
from chassis.steps import follow


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Step(StrEnum):
    CLOSE = "close"
    REOPEN = "reopen"


TABLE = {State.OPEN: {Step.CLOSE: State.CLOSED}, State.CLOSED: {}}


def test_a_step_leads_where_the_table_says() -> None:
    assert follow(TABLE, State.OPEN, Step.CLOSE, what="door") is State.CLOSED


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (State.OPEN, "The door is open, which does not allow reopen; it allows close"),
        (State.CLOSED, "The door is closed, which does not allow reopen; it allows nothing"),
    ],
)
def test_a_step_that_is_not_there_is_refused_with_those_that_are(state: State, told: str) -> None:
    with pytest.raises(Conflict, match=told):
        follow(TABLE, state, Step.REOPEN, what="door")
