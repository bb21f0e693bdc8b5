"""What is not accepted in time goes to somebody else, and the first does not get it back."""

from collections.abc import Callable
from datetime import timedelta

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from contracts.lead import ClockStopped, LeadAssigned, LeadPooled
from services.lead.assignment import giving
from services.lead.assignment.overdue import OverdueAccepter
from services.lead.leads import actions as leads
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    SETTINGS,
    act,
    add_rep,
    assigned,
    clocks_of,
    events,
    exhaust,
    find_lead,
    record,
    rep,
    timeline,
)

LATE = SETTINGS.accept_hours * 3600 + 1


def test_a_lead_that_is_not_accepted_in_time_goes_to_another(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    add_rep(database, "rita")
    add_rep(database, "rolf")
    late, taken = record(database), record(database)
    for lead_id, who in ((late, "rita"), (taken, "rolf")):
        act(database, giving.assign, lead_id, settings=SETTINGS, assignee=who)
    act(database, leads.accept_lead, taken, rep("rolf"))
    worker = OverdueAccepter(SETTINGS, database)
    assert not worker.step()
    clock.travel(seconds=LATE)
    exhaust(worker)
    assert (find_lead(database, late).assignee, find_lead(database, taken).assignee) == ("rolf", "rolf")
    assert find_lead(database, taken).state == "accepted"
    [pooled] = events(database, LeadPooled)
    assert (pooled.previous, pooled.by) == ("rita", "service:lead")
    assert events(database, LeadAssigned)[-1].why.startswith("not accepted in time; rule 1 of 1")
    kinds = [kind for kind, _, _ in timeline(database, late)]
    assert kinds == ["captured", "assigned", "breached", "escalated", "pooled", "assigned"]


def test_where_nobody_else_is_left_it_lies_with_the_returned(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead")
    add_rep(database, "rita")
    lead_id = record(database)
    act(database, giving.assign, lead_id, settings=SETTINGS)
    clock.travel(seconds=LATE)
    exhaust(OverdueAccepter(SETTINGS, database))
    lead = find_lead(database, lead_id)
    assert (lead.state, lead.pool, lead.assignee) == ("pooled", "returns", None)


def test_a_lead_without_a_deadline_is_left_alone(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("lead")
    add_rep(database, "rita")
    lead_id = assigned(database, "rita")
    clock.travel(seconds=LATE * 100)
    assert not OverdueAccepter(SETTINGS, database).step()
    assert find_lead(database, lead_id).assignee == "rita"


def test_the_deadline_is_told_as_missed_before_the_lead_is_taken_back(
    fresh_database: DatabaseFactory,
) -> None:
    database = fresh_database("lead")
    lead_id, soon = record(database), timedelta(hours=4, milliseconds=100)
    act(database, leads.assign_lead, lead_id, assignee="rita", why="x", accept_by=now() + soon)
    for seconds in (0.2, 1.2):
        clock.travel(seconds=soon.total_seconds() + seconds)
        exhaust(OverdueAccepter(SETTINGS, database))
    kinds = [kind for kind, _, _ in timeline(database, lead_id)]
    assert kinds == ["captured", "assigned", "breached", "escalated", "pooled"]
    assert clocks_of(database, lead_id)["accept"].in_time is False


def test_a_lead_that_goes_to_another_in_time_was_neither_accepted_nor_missed(
    fresh_database: DatabaseFactory,
) -> None:
    database = fresh_database("lead")
    lead_id, later = record(database), now() + timedelta(hours=4)
    for who in ("rita", "rolf"):
        act(database, leads.assign_lead, lead_id, assignee=who, why="x", accept_by=later)
    act(database, leads.accept_lead, lead_id, rep("rolf"))
    ended = {one.clock_id: (one.in_time, one.reason) for one in events(database, ClockStopped)}
    assert list(ended.values()) == [(None, "dropped"), (True, "done")]
