"""The table of a lead's life, without a database."""

import itertools

import pytest

from chassis.errors import Conflict
from services.lead.leads.states import CLOSED, LYING, OPEN, OWNED, TRANSITIONS, Act, State, state_after


def test_every_state_is_in_the_table_and_held_one_way() -> None:
    assert set(TRANSITIONS) == set(State) == {*OWNED, *LYING, *CLOSED}
    assert len(OPEN) + len(CLOSED) == len(State)


def test_a_closed_lead_allows_nothing() -> None:
    assert [TRANSITIONS[state] for state in CLOSED] == [{}, {}]


def test_every_state_but_the_first_is_reached_from_the_first() -> None:
    reached, seen = {State.NEW}, set[State]()
    while reached - seen:
        state = (reached - seen).pop()
        seen.add(state)
        reached |= set(TRANSITIONS[state].values())
    assert reached == set(State)


@pytest.mark.parametrize("state", [*OWNED, State.NEW, State.POOLED, State.RETURNED])
def test_whoever_has_it_a_lead_can_be_given_to_somebody(state: State) -> None:
    assert state_after(state, Act.ASSIGN) == State.ASSIGNED


def test_only_an_owned_lead_is_returned_and_only_a_resting_one_is_woken() -> None:
    allowed = {(act, state) for act, state in itertools.product(Act, State) if act in TRANSITIONS[state]}
    assert {state for act, state in allowed if act is Act.RETURN} == set(OWNED)
    assert {state for act, state in allowed if act is Act.WAKE} == {State.NURTURED}
    assert {state for act, state in allowed if act is Act.CONVERT} == {*OWNED} - {State.ASSIGNED}


def test_a_step_that_is_not_in_the_table_is_refused_with_the_state_and_what_it_allows() -> None:
    with pytest.raises(Conflict, match="The lead is new, which does not allow accept; it allows assign"):
        state_after("new", Act.ACCEPT)
