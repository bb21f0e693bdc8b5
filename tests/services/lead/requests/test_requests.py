"""Pre-sales requests from the question to the answer, with the time that each of them takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from contracts.lead import (
    ClockReassigned,
    ClockStopped,
    RequestAnswered,
    RequestAssigned,
    RequestChanged,
    RequestClosed,
    RequestOpened,
    RequestProgressed,
)
from services.lead.clocks.clockwork import Clockwork
from services.lead.requests import actions
from services.lead.requests.choosing import choose
from services.lead.requests.handing import hand_on
from services.lead.requests.queries import find_request, requests, take_request
from services.lead.requests.sharing import Doorway
from services.lead.requests.states import STATES, TRANSITIONS, UNANSWERED, Act, State, state_after
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    add_contact,
    add_rep,
    agree_level,
    agree_proxy,
    assigned,
    clocks_of,
    events,
    exhaust,
    on_request,
    open_request,
    rep,
    sequences,
)

Databases = Callable[[str], Database]

HERE = Doorway("https://leads.example.com", 30)
HOUR_SECONDS = 3600.0


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
@settings(max_examples=50)
def test_a_request_ends_closed_or_cancelled_and_stays_so(acts: list[Act]) -> None:
    state = State.OPEN
    for act in acts:
        try:
            state, before = state_after(state, act), state
        except Conflict:
            continue
        assert before not in (State.CLOSED, State.CANCELLED)
        assert state != State.CLOSED or before == State.ANSWERED
    assert state in STATES


def test_every_way_out_of_an_unanswered_request_leads_to_an_answer_or_none_is_wanted() -> None:
    for state in UNANSWERED:
        assert {Act.ANSWER, Act.CANCEL} <= set(TRANSITIONS[state])


def test_who_has_the_fewest_answers_and_by_name_among_equals() -> None:
    assert choose(["ann", "bob", "cyd"], {"ann": 2, "bob": 1, "cyd": 1}) is not None
    chosen = choose(["ann", "bob", "cyd"], {"ann": 2, "bob": 1, "cyd": 1})
    assert chosen is not None and chosen.subject == "bob"
    assert chosen.why == "the fewest requests, 1, of 3 reps at hand"
    passed = choose(["ann", "bob"], {"ann": 9}, without="bob")
    assert passed is not None and passed.subject == "ann"
    assert choose(["ann"], {}, without="ann") is None


def test_a_request_goes_from_question_to_answer_in_time(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, "request", first_response=60, resolution=480)
    lead_id = assigned(database, "rita")
    request_id = open_request(database, lead_id=lead_id, tasks=["Ask the works"])
    rita = rep("rita")
    on_request(database, actions.begin, request_id, rita)
    done = [{"title": "Ask the works", "done": True}]
    on_request(database, actions.change_request, request_id, rita, tasks=done)
    on_request(database, actions.answer, request_id, rita, result="Quoted", doorway=HERE)
    closed = on_request(database, actions.close, request_id, rita)
    assert (closed.state, closed.responder, closed.result) == ("closed", "rita", "Quoted")
    [opened] = events(database, RequestOpened)
    assert opened.due_at == opened.at + timedelta(hours=8)
    assert [
        (one.kind, one.in_time) for one in events(database, ClockStopped) if one.subject == "request"
    ] == [
        ("first_response", True),
        ("resolution", True),
    ]
    assert [task.done for task in events(database, RequestChanged)[0].tasks] == [True]
    assert [one.outcome for one in events(database, RequestClosed)] == ["closed"]
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences(database).values())


def test_while_it_waits_for_somebody_else_no_time_passes(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, "request", resolution=120)
    request_id = open_request(database, responder="rita")
    on_request(database, actions.begin, request_id)
    clock.travel(seconds=HOUR_SECONDS)
    waiting = on_request(database, actions.wait, request_id, waits_for="drawings of the customer")
    assert waiting.waits_for == "drawings of the customer"
    clock.travel(seconds=100 * HOUR_SECONDS)
    exhaust(Clockwork(SETTINGS, database))
    with database.reading() as session:
        assert session.execute(requests(MIA, late=True)).all() == []
        assert find_request(session, MIA, request_id).due_at is None
    on_request(database, actions.resume, request_id)
    due = clocks_of(database, request_id)["resolution"].due_at
    assert due is not None and abs(due - now() - timedelta(hours=1)) < timedelta(seconds=10)
    clock.travel(seconds=102 * HOUR_SECONDS)
    with database.reading() as session:
        assert [row[0].id for row in session.execute(requests(MIA, late=True))] == [request_id]
        assert session.execute(requests(MIA, late=False)).all() == []
        assert find_request(session, MIA, request_id).late
    assert [one.state for one in events(database, RequestProgressed)] == [
        "in_progress",
        "waiting",
        "in_progress",
    ]


def test_a_request_that_is_late_goes_to_somebody_else(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, "request", resolution=60)
    for subject in ("rita", "rolf"):
        add_rep(database, subject)
    request_id = open_request(database)
    assert events(database, RequestOpened)[0].responder == "rita"
    clock.travel(seconds=2 * HOUR_SECONDS)
    exhaust(Clockwork(SETTINGS, database))
    [assigned_], [reassigned] = events(database, RequestAssigned), events(database, ClockReassigned)
    assert (assigned_.previous, assigned_.responder) == ("rita", "rolf")
    assert "the fewest requests" in assigned_.why and "resolution: 150 %" in assigned_.why
    assert (reassigned.owner, reassigned.assignee) == ("rita", "rolf")
    with database.reading() as session:
        assert find_request(session, MIA, request_id).responder == "rolf"


def test_an_answer_that_was_not_enough_is_timed_anew(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    agree_level(database, "request", resolution=60)
    request_id = open_request(database, responder="rita")
    on_request(database, actions.answer, request_id, result="No", doorway=HERE)
    reopened = on_request(database, actions.reopen, request_id, note="They asked for more")
    assert (reopened.state, reopened.reopened, reopened.answered_at) == ("in_progress", 1, None)
    running = clocks_of(database, request_id)["resolution"]
    assert (running.state, running.stage) == ("running", "1")
    cancelled = on_request(database, actions.close, request_id, note="Not needed", cancel=True)
    assert cancelled.state == "cancelled"
    last = events(database, ClockStopped)[-1]
    assert (last.reason, last.in_time) == ("dropped", None)


def test_only_the_responder_and_those_who_lead_answer(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    for subject in ("rita", "ruth"):
        add_rep(database, subject)
    request_id = open_request(database, responder="rita")
    with pytest.raises(NotFound):
        on_request(database, actions.begin, request_id, rep("rolf"))
    mine = open_request(database, rep("rolf"), responder="rita", contact_id=add_contact(database).id)
    with pytest.raises(Forbidden):
        on_request(database, actions.begin, mine, rep("rolf"))
    assert on_request(database, actions.begin, mine, rep("rita")).state == "in_progress"
    agree_proxy(database, "rita", "ruth")
    waiting = on_request(database, actions.wait, mine, rep("ruth"), waits_for="drawings")
    assert waiting.responder == "rita"
    assert [(one.by, one.on_behalf_of) for one in events(database, RequestProgressed)] == [
        ("rita", ""),
        ("ruth", "rita"),
    ]
    with pytest.raises(NotFound), database.transaction(MIA) as session:
        take_request(session, rep("rita", "south"), request_id)


def test_all_that_waits_for_somebody_goes_to_others_evenly(database_of: Databases) -> None:
    database = database_of("lead")
    for subject in ("rita", "rolf", "ruth"):
        add_rep(database, subject)
    open_request(database, responder="rolf")
    ids = [open_request(database, responder="rita") for _ in range(5)]
    answered = open_request(database, responder="rita")
    on_request(database, actions.answer, answered, result="Yes", doorway=HERE)
    with database.transaction(MIA) as session:
        handed = hand_on(session, MIA, department="north", responder="rita", why="leaves")
        assert (handed.to, handed.more) == ({"rolf": 2, "ruth": 3}, False)
        with pytest.raises(Invalid, match="nobody else"):
            hand_on(session, MIA, department="north", responder="rita", why="x", to=["rita"])
        with pytest.raises(Forbidden):
            hand_on(session, MIA, department="south", responder="rita", why="x")
    told = {one.request_id: (one.previous, one.why[:6]) for one in events(database, RequestAssigned)}
    assert told == dict.fromkeys(ids, ("rita", "leaves"))


def test_who_takes_up_what_is_nobodys_is_its_responder(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    nobodys = open_request(database)
    assert on_request(database, actions.begin, nobodys, rep("rolf")).responder == "rolf"


@pytest.mark.parametrize(
    ("basics", "field"),
    [({"lead_id": UUID(int=1)}, "lead_id"), ({"contact_id": UUID(int=1)}, "contact_id")],
)
def test_nobody_is_asked_for_what_is_not_there(
    fresh_database: Databases, basics: dict[str, Any], field: str
) -> None:
    database = fresh_database("lead")
    with pytest.raises(Invalid) as caught:
        open_request(database, **basics)
    assert [one["field"] for one in caught.value.fields] == [field]


def test_a_message_needs_an_address_and_documents_a_message(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    silent = add_contact(database, email="", phone="+12025550123").id
    request_id = open_request(database, contact_id=silent)
    for options, field in (({"message": "Hello"}, "message"), ({"documents": [UUID(int=1)]}, "documents")):
        with pytest.raises(Invalid) as caught:
            on_request(database, actions.answer, request_id, result="x", doorway=HERE, **options)
        assert [one["field"] for one in caught.value.fields] == [field]
    assert events(database, RequestAnswered) == []
