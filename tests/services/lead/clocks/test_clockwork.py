"""The clockwork begins the clocks of new leads, and takes each step that is due exactly once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select, text, update

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import (
    ClockBreached,
    ClockEscalated,
    ClockReassigned,
    ClockReminded,
    ClockRescheduled,
    ClockStarted,
    ClockStopped,
    LeadPooled,
)
from services.lead.clocks import clockwork, firing, telling
from services.lead.clocks.clockwork import Clockwork
from services.lead.clocks.model import Clock
from services.lead.judging.actions import qualify_lead
from services.lead.leads import actions
from services.lead.leads.model import Lead
from services.lead.leads.queries import take_lead
from services.lead.service_levels.actions import change_calendar
from services.lead.service_levels.model import Calendar
from tests.services.lead.builders import (
    ALL_DAY,
    MIA,
    SETTINGS,
    act,
    add_calendar,
    add_rep,
    agree_level,
    assigned,
    clocks_of,
    events,
    exhaust,
    find_lead,
    record,
    rep,
    sequences,
    timeline,
)

Databases = Callable[[str], Database]

HOUR_SECONDS = 3600.0
DUE = (
    "SELECT id FROM clocks WHERE state = 'running' AND next_at IS NOT NULL AND next_at <= '2020-01-01'"
    " ORDER BY next_at LIMIT 200"
)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What reaches the database while the block lasts."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_the_clocks_of_a_lead_begin_when_it_was_captured(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, first_response=60, ageing=600)
    lead_id = record(database)
    captured = find_lead(database, lead_id).captured_at
    clock.travel(seconds=600)
    exhaust(Clockwork(SETTINGS, database))
    found = clocks_of(database, lead_id)
    assert {kind: one.due_at for kind, one in found.items()} == {
        "first_response": captured + timedelta(hours=1),
        "ageing": captured + timedelta(hours=10),
    }
    assert len(events(database, ClockStarted)) == 2
    assert not Clockwork(SETTINGS, database).step()


def test_without_a_service_level_nothing_is_due(database_of: Databases) -> None:
    database = database_of("lead")
    lead_id = record(database)
    exhaust(Clockwork(SETTINGS, database))
    assert clocks_of(database, lead_id) == {}


def test_who_acts_before_the_clocks_begin_is_in_time_or_late_all_the_same(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    before = judged()
    agree_level(database, first_response=60)
    for hours, in_time in ((0.5, True), (2, False)):
        clock.travel(seconds=0)
        lead_id = assigned(database, "rita")
        clock.travel(seconds=hours * HOUR_SECONDS)
        act(database, actions.accept_lead, lead_id, rep("rita"))
        act(database, actions.work_on, lead_id, rep("rita"))
        assert clocks_of(database, lead_id)["first_response"].in_time is in_time
    stopped = [one for one in events(database, ClockStopped) if one.kind == "first_response"]
    assert [(one.in_time, one.reason) for one in stopped] == [(True, "done"), (False, "done")]
    assert [after - was for after, was in zip(judged(), before, strict=True)] == [1, 1, 0]


def judged() -> list[float]:
    """How many first responses were counted as in time, late, and dropped."""
    outcomes = (telling.IN_TIME, telling.LATE, telling.DROPPED)
    return [telling.judged_total.labels(clock="first_response", outcome=one)._value.get() for one in outcomes]


def test_a_lead_is_reminded_of_missed_escalated_and_taken_back(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, accept=60)
    lead_id = assigned(database, "rita", products=["Crane"])
    work = Clockwork(SETTINGS, database)
    for hours in (0.1, 0.5, 1.1, 1.6, 5):
        clock.travel(seconds=hours * HOUR_SECONDS)
        exhaust(work)
    [reminded], [breached] = events(database, ClockReminded), events(database, ClockBreached)
    [escalated], [reassigned] = events(database, ClockEscalated), events(database, ClockReassigned)
    assert (reminded.owner, reminded.title, reminded.percent) == ("rita", "Crane", 50)
    assert (breached.due_at, escalated.role) == (reminded.due_at, "sales_manager")
    assert (reassigned.owner, reassigned.assignee) == ("rita", None)
    assert [one.previous for one in events(database, LeadPooled)] == ["rita"]
    kinds = [kind for kind, *_ in timeline(database, lead_id)]
    assert kinds == ["captured", "assigned", "reminded", "breached", "escalated", "taken_back", "pooled"]
    assert find_lead(database, lead_id).state == "pooled"
    told = sequences(database)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in told.values())


def test_who_gets_a_lead_is_not_blamed_for_what_was_due_before(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    add_rep(database, "rolf")
    steps = [(100, "escalate"), (150, "reassign"), (200, "escalate")]
    agree_level(database, steps=[{"percent": one, "act": act} for one, act in steps], accept=60)
    lead_id = assigned(database, "rita")
    clock.travel(seconds=2.5 * HOUR_SECONDS)
    exhaust(Clockwork(SETTINGS, database))
    assert [one.owner for one in events(database, ClockEscalated)] == ["rita"]
    assert [one.assignee for one in events(database, ClockReassigned)] == ["rolf"]
    assert find_lead(database, lead_id).assignee == "rolf"


def test_a_lead_that_lies_in_a_pool_too_long_is_given_to_somebody(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    agree_level(database, first_response=60)
    lead_id, work = record(database), Clockwork(SETTINGS, database)
    exhaust(work)
    add_rep(database, "rita")
    clock.travel(seconds=2 * HOUR_SECONDS)
    exhaust(work)
    assert [(one.owner, one.assignee) for one in events(database, ClockReassigned)] == [(None, "rita")]
    kinds = [kind for kind, *_ in timeline(database, lead_id)]
    assert kinds == ["captured", "reminded", "breached", "escalated", "assigned"]


def test_a_miss_is_told_once_even_where_the_clockwork_comes_too_late(
    fresh_database: Databases,
) -> None:
    database = fresh_database("lead")
    agree_level(database, accept=60)
    lead_id = assigned(database, "rita")
    clock.travel(seconds=1.2 * HOUR_SECONDS)
    act(database, actions.accept_lead, lead_id, rep("rita"))
    exhaust(Clockwork(SETTINGS, database))
    assert len(events(database, ClockBreached)) == len(events(database, ClockEscalated)) == 1
    assert events(database, ClockReminded) == []
    assert clocks_of(database, lead_id)["accept"].in_time is False
    told = [(kind, who) for kind, who, _ in timeline(database, lead_id)]
    assert told == [
        *(("captured", "mia"), ("assigned", "mia")),
        *(("breached", "service:lead"), ("escalated", "service:lead")),
        ("accepted", "rita"),
    ]


def test_a_lead_that_rests_does_not_run_out_of_time(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, resolution=120)
    lead_id = record(database)
    exhaust(Clockwork(SETTINGS, database))
    clock.travel(seconds=0.5 * HOUR_SECONDS)
    until = now() + timedelta(days=30)
    act(database, qualify_lead, lead_id, outcome="long_term", grade="C", wake_at=until)
    paused = clocks_of(database, lead_id)["resolution"]
    assert (paused.state, paused.due_at) == ("paused", None) and 1800 <= paused.counted_seconds < 1810
    clock.travel(seconds=48 * HOUR_SECONDS)
    exhaust(Clockwork(SETTINGS, database))
    act(database, actions.wake_lead, lead_id, why="answered again")
    running = clocks_of(database, lead_id)["resolution"]
    assert running.due_at is not None
    assert abs(running.due_at - now() - timedelta(hours=1.5)) < timedelta(seconds=10)
    assert events(database, ClockBreached) == []


def test_a_deadline_to_accept_is_kept_where_no_level_says_otherwise(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    lead_id, accept_by = record(database), now() + timedelta(hours=4)
    act(database, actions.assign_lead, lead_id, assignee="rita", why="x", accept_by=accept_by)
    due = clocks_of(database, lead_id)["accept"].due_at
    assert due is not None and timedelta() <= due - accept_by < timedelta(seconds=1)


def test_a_changed_calendar_moves_what_runs_by_it(database_of: Databases) -> None:
    database = database_of("lead")
    agree_level(database, ageing=600)
    lead_id = record(database)
    exhaust(Clockwork(SETTINGS, database))
    before = clocks_of(database, lead_id)["ageing"].due_at
    with database.transaction(MIA) as session:
        calendar = session.scalars(select(Calendar)).one()
        change_calendar(session, MIA, calendar=calendar, week=[["00:00-00:30"]] * 7)
    exhaust(Clockwork(SETTINGS, database))
    after = clocks_of(database, lead_id)["ageing"].due_at
    assert before is not None and after is not None and after > before + timedelta(days=10)
    assert [one.due_at for one in events(database, ClockRescheduled)] == [after]
    assert events(database, ClockBreached) == []


def test_a_step_that_fails_half_way_is_taken_once(
    database_of: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_of("lead")
    agree_level(database, steps=[], ageing=60)
    for _ in range(3):
        record(database)
    work = Clockwork(SETTINGS, database)
    exhaust(work)
    clock.travel(seconds=2 * HOUR_SECONDS)
    whole = firing.fire

    def dies(*given: object, **options: object) -> int:
        whole(*given, **options)  # type: ignore[arg-type]
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(clockwork, "fire", dies)
        with pytest.raises(OSError, match="killed"):
            work.step()
    assert events(database, ClockBreached) == []
    exhaust(Clockwork(SETTINGS, database))
    assert len({one.clock_id for one in events(database, ClockBreached)}) == 3
    assert len(events(database, ClockBreached)) == 3


def test_two_clockworks_beside_each_other_take_each_step_once(
    fresh_database: Callable[..., Database],
) -> None:
    database = fresh_database("lead", "postgresql")
    agree_level(database, steps=[], ageing=60)
    held, *_ = [record(database) for _ in range(4)]
    exhaust(Clockwork(SETTINGS, database))
    clock.travel(seconds=2 * HOUR_SECONDS)
    one, other = Clockwork(SETTINGS, database), Clockwork(SETTINGS, database)
    with database.transaction(MIA) as session:
        session.get(Lead, held, with_for_update=True)
        exhaust(one)
        assert len(events(database, ClockBreached)) == 3
        assert not other.step()
    exhaust(other)
    assert len(events(database, ClockBreached)) == 4


def test_the_clocks_of_all_leads_of_a_transaction_follow_together(fresh_database: Databases) -> None:
    database = fresh_database("lead")
    agree_level(database, accept=60)
    ids = [record(database) for _ in range(20)]
    with statements(database) as seen, database.transaction(MIA) as session:
        for lead_id in ids:
            lead = take_lead(session, MIA, lead_id)
            actions.assign_lead(session, MIA, lead=lead, assignee="rita", why="x")
    assert len([one for one in seen if "FROM clocks" in one or "FROM service_levels" in one]) == 2
    assert {clocks_of(database, lead_id)["accept"].stage for lead_id in ids} == {"rita"}


def many_clocks(database: Database, leads: int, *, due: int) -> None:
    """Clocks of as many leads, a few of them due."""
    agree_level(database, steps=[], ageing=60)
    ids = [record(database) for _ in range(due)]
    exhaust(Clockwork(SETTINGS, database))
    calendar_id = add_calendar(database, week=ALL_DAY)
    later = now() + timedelta(days=10)
    with database.transaction(MIA) as session:
        model = session.scalars(select(Clock)).first()
        assert model is not None
        values = {column.name: getattr(model, column.name) for column in Clock.__table__.columns}
        rows = [
            {**values, "id": new_id(), "subject_id": new_id(), "calendar_id": calendar_id, "next_at": later}
            for _ in range(leads)
        ]
        session.execute(Clock.__table__.insert(), rows)  # type: ignore[attr-defined]
        past = now() - timedelta(seconds=1)
        theirs = update(Clock).where(Clock.subject_id.in_(ids))
        session.execute(theirs.values(next_at=past, counted_from=past - timedelta(hours=2)))


@pytest.mark.parametrize("leads", [10, 2000])
def test_a_step_costs_what_is_due_however_many_clocks_run(database_of: Databases, leads: int) -> None:
    database = database_of("lead")
    many_clocks(database, leads, due=5)
    work = Clockwork(SETTINGS, database)
    work.look()
    with statements(database) as seen:
        assert work.step()
    assert len(events(database, ClockBreached)) == 5
    assert len(seen) <= 30
    with statements(database) as seen:
        assert not work.step()
    assert len([one for one in seen if one.startswith("SELECT")]) == 2
    explain = "EXPLAIN QUERY PLAN " if database.engine.dialect.name == "sqlite" else "EXPLAIN "
    with database.transaction(MIA) as session:
        session.execute(text("ANALYZE clocks"))
        plan = " ".join(str(row) for row in session.execute(text(explain + DUE)))
    assert leads < 100 or "ix_clocks_next_at" in plan
