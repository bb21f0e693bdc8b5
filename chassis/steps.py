"""Lives written down as tables: which step goes from which state to which."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from chassis.errors import Conflict

State = TypeVar("State", bound=StrEnum)
Step = TypeVar("Step", bound=StrEnum)


def follow(table: Mapping[State, Mapping[Step, State]], state: State, step: Step, *, what: str) -> State:
    """Where ``step`` goes. Raises Conflict where the table has no such step, naming those it has."""
    following = table[state].get(step)
    if following is None:
        ways = ", ".join(sorted(table[state])) or "nothing"
        raise Conflict(f"The {what} is {state}, which does not allow {step}; it allows {ways}")
    return following
