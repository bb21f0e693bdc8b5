"""The state machine of campaigns, as the pure table that it is."""

import pytest

from chassis.errors import Conflict
from services.campaign.planning.lifecycle import TRANSITIONS, State, Step, state_after


def test_a_campaign_lives_from_draft_to_closed() -> None:
    life = [Step.SUBMIT, Step.APPROVE, Step.START, Step.LAUNCH, Step.PAUSE, Step.RESUME]
    state = State.DRAFT
    for step in [*life, Step.COMPLETE, Step.CLOSE]:
        state = state_after(state, step)
    assert state is State.CLOSED


def test_a_returned_plan_is_a_draft_again() -> None:
    assert state_after(State.IN_REVIEW, Step.RETURN) is State.DRAFT


def test_a_start_without_contacts_falls_back_to_approved() -> None:
    assert state_after(State.STARTING, Step.FALL_BACK) is State.APPROVED


@pytest.mark.parametrize("state", set(State) - {State.CLOSED, State.CANCELLED})
def test_every_campaign_that_is_not_closed_can_be_cancelled(state: State) -> None:
    assert state_after(state, Step.CANCEL) is State.CANCELLED


def test_nothing_leads_out_of_a_cancelled_campaign() -> None:
    assert not TRANSITIONS[State.CANCELLED]


def test_a_closed_campaign_is_only_ever_completed_again() -> None:
    assert TRANSITIONS[State.CLOSED] == {Step.REOPEN: State.COMPLETED}


@pytest.mark.parametrize("state", set(State) - {State.APPROVED})
def test_only_an_approved_campaign_starts(state: State) -> None:
    with pytest.raises(Conflict):
        state_after(state, Step.START)


def test_a_refused_step_says_what_is_possible_instead() -> None:
    with pytest.raises(Conflict, match="is draft, which does not allow start; it allows cancel, submit"):
        state_after(State.DRAFT, Step.START)


def test_every_state_can_be_reached_from_draft() -> None:
    reached, unseen = set[State](), [State.DRAFT]
    while unseen:
        state = unseen.pop()
        reached.add(state)
        unseen += set(TRANSITIONS[state].values()) - reached
    assert reached == set(State)
