"""A clock by itself: what it counts, what is due, and what a pause keeps."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.clocks.model import Clock
from services.lead.clocks.wishes import OF_LEADS, OF_REQUESTS, REPEATED, wishes_of_lead
from services.lead.leads import states
from services.lead.requests.states import STATES as REQUEST_STATES
from services.lead.service_levels.business import ALWAYS, WorkingTime, business_time_between
from services.lead.service_levels.model import ACTS, Target
from tests.services.lead.builders import OFFICE

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
WORK = WorkingTime.of("UTC", OFFICE, {})
HOUR = timedelta(hours=1)


def clock(*steps: tuple[int, Any], hours: int = 8, at: datetime = MONDAY) -> Clock:
    target = Target.of("resolution", hours * 3600, steps)
    return Clock.start(target, WORK, at=at, subject="lead", department="north", calendar_id=None)


def test_it_is_due_in_business_time() -> None:
    one = clock((50, "remind"), (200, "reassign"))
    assert one.due_at == MONDAY + 9 * HOUR  # with an hour of lunch
    assert one.next_at == MONDAY + 5 * HOUR


def test_each_step_is_due_once_and_in_order() -> None:
    one = clock((50, "remind"), (100, "escalate"), (200, "reassign"))
    assert one.take_due(WORK, at=MONDAY + 4 * HOUR) == []
    assert one.take_due(WORK, at=MONDAY + 5 * HOUR) == [(50, "remind")]
    assert one.take_due(WORK, at=MONDAY + 24 * HOUR) == [(100, "breach"), (100, "escalate")]
    assert one.take_due(WORK, at=MONDAY + 48 * HOUR) == [(200, "reassign")]
    assert one.next_at is None and one.take_due(WORK, at=MONDAY + 96 * HOUR) == []


def test_a_pause_keeps_what_is_left() -> None:
    one = clock()
    one.pause(WORK, at=MONDAY + 2 * HOUR)
    assert (one.due_at, one.next_at, one.counted_seconds) == (None, None, 7200)
    assert one.take_due(WORK, at=MONDAY + 48 * HOUR) == []
    one.resume(WORK, at=MONDAY + 24 * HOUR)
    assert one.due_at == MONDAY + 31 * HOUR


def test_it_is_in_time_to_the_second() -> None:
    for late, in_time in ((timedelta(), True), (timedelta(microseconds=1), False)):
        one = clock()
        one.stop(WORK, at=MONDAY + 9 * HOUR + late, done=True)
        assert one.in_time is in_time


def test_what_nobody_needs_any_more_is_neither_in_time_nor_late() -> None:
    one = clock()
    one.stop(WORK, at=MONDAY + 48 * HOUR, done=False)
    assert (one.state, one.in_time, one.due_at) == ("stopped", None, None)


@given(
    st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 40_000)), max_size=5), st.integers(0, 200_000)
)
@settings(max_examples=50)
def test_only_the_time_that_it_ran_counts(runs: list[tuple[int, int]], last: int) -> None:
    one, at, ran = clock(hours=120), MONDAY, timedelta()
    for running, pausing in runs:
        begin, at = at, at + timedelta(seconds=running)
        ran += business_time_between(begin, at, WORK)
        one.pause(WORK, at=at)
        at += timedelta(seconds=pausing)
        one.resume(WORK, at=at)
    end = at + timedelta(seconds=last)
    ran += business_time_between(at, end, WORK)
    one.stop(WORK, at=end, done=True)
    assert one.counted_seconds == ran.total_seconds()


def test_a_changed_calendar_moves_what_is_due_and_fires_nothing() -> None:
    one = clock((50, "remind"))
    assert one.take_due(ALWAYS, at=MONDAY + HOUR) == []
    assert (one.next_at, one.due_at) == (MONDAY + 4 * HOUR, MONDAY + 8 * HOUR)


def test_every_state_of_leads_and_requests_says_which_clocks_it_needs() -> None:
    assert set(OF_LEADS) == {state.value for state in states.STATES}
    assert set(OF_REQUESTS) == {state.value for state in REQUEST_STATES}
    assert all(not OF_LEADS[state] for state in states.CLOSED)
    assert {"accept", "ageing"} == REPEATED and ACTS[1] == "breach"


def test_a_lead_ages_anew_in_each_state_and_with_each_owner() -> None:
    stages = {
        wishes_of_lead(*one)["ageing"].stage for one in (("assigned", "a"), ("assigned", "b"), ("new", ""))
    }
    assert len(stages) == 3
