"""Giving leads by rules and by hand, with deadline, cool-down and limits kept in the database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from contracts.lead import LeadAssigned
from services.lead.assignment import giving
from services.lead.assignment.actions import activate_rules, change_rep
from services.lead.assignment.model import Rep, RuleSet
from services.lead.leads import actions as leads
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    a_rule,
    act,
    add_rep,
    assigned,
    events,
    find_lead,
    open_pool,
    publish_rules,
    record,
    rep,
)

DAY = 24 * 3600.0


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("lead")


def by_rules(database: Database, lead_id: UUID | None = None, **basics: Any) -> str:
    """Who gets a lead, or in brackets the pool that it goes to."""
    lead = act(database, giving.assign, lead_id or record(database, **basics), settings=SETTINGS)
    return lead.assignee or f"[{lead.pool}]"


def test_rules_send_leads_to_teams_and_pools_and_tell_why(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    add_rep(database, "rita", team="pumps")
    add_rep(database, "rolf", team="belts")
    open_pool(database, "fairs")
    publish_rules(
        database,
        a_rule("fair", sources=["fair"], pool="fairs"),
        a_rule("pumps", products=["Pumps"], team="pumps", accept_hours=2.0),
        a_rule("rest", reps=["rolf"]),
    )
    got = [by_rules(database, source="fair"), by_rules(database, products=["pumps"]), by_rules(database)]
    assert got == ["[fairs]", "rita", "rolf"]
    told = events(database, LeadAssigned)
    assert told[0].why == "rule 2 of 3, Pumps: round robin: longest without one of 1 free"
    waits = [event.accept_by - event.assigned_at for event in told if event.accept_by]
    assert [round(wait.total_seconds() / 3600) for wait in waits] == [2, 8]


def test_turns_and_daily_capacity_last_from_lead_to_lead(database_of: Callable[[str], Database]) -> None:
    database = database_of("lead")
    for name in ("rita", "rolf"):
        add_rep(database, name, capacity=2)
    assert [by_rules(database) for _ in range(4)] == ["rita", "rolf", "rita", "rolf"]
    with pytest.raises(Conflict, match="2 with a full day"):
        by_rules(database)
    clock.travel(seconds=DAY)
    assert by_rules(database) == "rita"


def test_nobody_gets_more_open_leads_than_he_takes(database: Database) -> None:
    add_rep(database, "rita", most_open=1)
    by_rules(database)
    with pytest.raises(Conflict, match="1 with enough open leads"):
        by_rules(database)


def test_who_returned_a_lead_does_not_get_it_back_before_he_has_cooled_down(database: Database) -> None:
    add_rep(database, "rita")
    lead_id = record(database)
    by_rules(database, lead_id)
    act(database, leads.return_lead, lead_id, rep("rita"), reason="not mine")
    with pytest.raises(Conflict, match="1 had it before"):
        by_rules(database, lead_id)
    add_rep(database, "rolf")
    assert by_rules(database, lead_id) == "rolf"
    act(database, leads.return_lead, lead_id, rep("rolf"), reason="nor mine")
    clock.travel(seconds=SETTINGS.cool_down_hours * 3600 + 1)
    assert by_rules(database, lead_id) in {"rita", "rolf"}


def test_a_lead_that_nobody_takes_goes_into_the_pool_of_its_product_line(database: Database) -> None:
    open_pool(database, "pumps", product="pumps")
    open_pool(database, "southern-pumps", product="pumps", region="south")
    assert by_rules(database, products=["Pumps"]) == "[pumps]"
    with pytest.raises(Conflict, match="nobody of 0 is free"):
        by_rules(database)


def test_by_hand_anybody_of_the_department_gets_it(database: Database) -> None:
    add_rep(database, "rita", capacity=0)
    add_rep(database, "sven", department="south")
    lead_id = record(database)
    given = act(database, giving.assign, lead_id, settings=SETTINGS, assignee="rita", note="knows them")
    assert given.assignee == "rita"
    assert events(database, LeadAssigned)[-1].why == "chosen by mia: knows them"
    for stranger in ("sven", "zorro"):
        with pytest.raises(Invalid, match="assignee"):
            act(database, giving.assign, lead_id, settings=SETTINGS, assignee=stranger)


def test_a_rep_with_open_leads_is_not_taken_out(database: Database) -> None:
    rita = add_rep(database, "rita")
    assigned(database, "rita")
    with pytest.raises(Conflict, match="rita has 1 open leads"), database.transaction(MIA) as session:
        change_rep(session, MIA, rep=session.get_one(Rep, rita.id), active=False)


@pytest.mark.parametrize(
    ("profile", "field"),
    [
        ({"working_hours": {"mon": [["12:00", "09:00"]]}}, "working_hours.mon"),
        ({"working_hours": {"tue": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "working_hours.tue"),
        (
            {
                "absences": [
                    {"starts_at": "2026-12-02T00:00:00+00:00", "ends_at": "2026-12-01T00:00:00+00:00"}
                ]
            },
            "absences",
        ),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    database: Database, profile: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_rep(database, "rita", **profile)
    assert [one["field"] for one in refused.value.fields] == [field]


def test_rules_name_only_what_is_there_and_each_code_once(database: Database) -> None:
    add_rep(database, "rita", team="pumps")
    with pytest.raises(Invalid) as refused:
        publish_rules(
            database,
            a_rule("a", reps=["zorro"]),
            a_rule("a", team="belts"),
            a_rule("c", pool="nowhere"),
            a_rule("d", team="pumps", reps=["rita"]),
        )
    fields = [one["field"] for one in refused.value.fields]
    assert fields == ["rules.0.reps", "rules.1.code", "rules.1.team", "rules.2.pool"]


def test_one_version_is_in_force_and_a_former_one_can_be_again(database: Database) -> None:
    add_rep(database, "rita")
    add_rep(database, "rolf")
    first = publish_rules(database, a_rule("all", reps=["rita"]))
    second = publish_rules(database, a_rule("all", reps=["rolf"]))
    assert (first.number, second.number, by_rules(database)) == (1, 2, "rolf")
    with database.transaction(MIA) as session:
        activate_rules(session, MIA, rule_set=session.get_one(RuleSet, first.id))
    with database.reading() as session:
        assert list(session.scalars(select(RuleSet.number).where(RuleSet.active))) == [1]
    assert by_rules(database) == "rita"


def test_a_missed_deadline_counts_working_time(database: Database) -> None:
    never = now() - timedelta(days=1), now() + timedelta(days=3)
    away = {"starts_at": never[0].isoformat(), "ends_at": never[1].isoformat(), "reason": "ill"}
    add_rep(database, "rita", absences=[away])
    lead_id = record(database)
    settings = replace(SETTINGS, accept_hours=1.0)
    act(database, giving.assign, lead_id, settings=settings, assignee="rita")
    accept_by = find_lead(database, lead_id).accept_by
    assert accept_by is not None and accept_by == never[1] + timedelta(hours=1)
