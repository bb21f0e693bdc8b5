"""Runs give many leads anew: each once, whatever crashes, with a result for each."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.lead import LeadAssigned, ReassignmentFinished, ReassignmentProgressed
from services.lead.assignment.model import Rotation
from services.lead.leads.model import Lead
from services.lead.reassignment.actions import cancel, preview, request_reassignment
from services.lead.reassignment.model import ReassignedLead, Reassignment
from services.lead.reassignment.schemas import Chosen, Target
from services.lead.reassignment.worker import Reassigner
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    SETTINGS,
    a_rule,
    add_rep,
    assigned,
    events,
    exhaust,
    open_pool,
    publish_rules,
    record,
    sequences,
)

SMALL = replace(SETTINGS, reassignment_batch=4)


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("lead")


def asked(chosen: dict[str, Any], target: dict[str, Any]) -> dict[str, Any]:
    return {
        "department": "north",
        "chosen": Chosen().load(chosen),
        "target": Target().load(target),
        "reason": "too many lie there",
    }


def request(database: Database, chosen: dict[str, Any], target: dict[str, Any]) -> UUID:
    with database.transaction(MIA) as session:
        return request_reassignment(session, MIA, **asked(chosen, target)).id


def run_of(database: Database, run_id: UUID) -> Reassignment:
    with database.reading() as session:
        return session.get_one(Reassignment, run_id)


def owners(database: Database) -> Counter[str]:
    with database.reading() as session:
        return Counter(session.scalars(select(Lead.assignee).where(Lead.assignee.is_not(None))))


def test_a_run_shares_out_what_lies_there_and_tells_of_each(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    for name in ("rita", "rolf", "rosa"):
        add_rep(database, name)
    leads = [record(database) for _ in range(10)]
    run_id = request(database, {"pool": "inbox"}, {"reps": ["rita", "rolf"]})
    exhaust(Reassigner(SMALL, database))
    run = run_of(database, run_id)
    assert (run.state, run.total, run.done, run.assigned) == ("finished", 10, 10, 10)
    assert owners(database) == {"rita": 5, "rolf": 5}
    with database.reading() as session:
        results = session.scalars(select(ReassignedLead).order_by(ReassignedLead.lead_id)).all()
        assert session.scalars(select(Rotation)).all() == []
    assert [(one.lead_id, one.before, one.outcome) for one in results] == [
        (lead_id, "[inbox]", "assigned") for lead_id in leads
    ]
    told = events(database, LeadAssigned)
    assert {event.run_id for event in told} == {run_id}
    assert told[0].why.startswith("too many lie there (mia); rule 1 of 1, given anew: round robin")
    [finished] = events(database, ReassignmentFinished)
    assert [(one.subject, one.leads) for one in finished.shares] == [("rita", 5), ("rolf", 5)]
    assert len(events(database, ReassignmentProgressed)) == 2
    assert sequences(database)[f"reassignment/{run_id}"] == [1, 2, 3, 4]


def test_by_rules_the_state_of_each_lead_decides_and_hours_do_not(database: Database) -> None:
    add_rep(database, "rita", team="pumps", capacity=2, working_hours={"mon": [["03:00", "03:01"]]})
    open_pool(database, "rest")
    publish_rules(
        database,
        a_rule("pumps", products=["pumps"], team="pumps"),
        a_rule("rest", regions=["r"], pool="rest"),
    )
    for _ in range(3):
        record(database, products=["pumps"])
    record(database)
    run_id = request(database, {"pool": "inbox"}, {})
    exhaust(Reassigner(SMALL, database))
    run = run_of(database, run_id)
    assert (run.assigned, run.pooled, run.left, run.kept) == (2, 0, 2, 0)
    with database.reading() as session:
        whys = [one.why for one in session.scalars(select(ReassignedLead)) if one.outcome == "left"]
    assert any("with a full day" in why for why in whys) and any("none of 2 rules" in why for why in whys)


def test_a_crash_in_the_middle_repeats_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rita", "rolf"):
        add_rep(database, name)
    for _ in range(9):
        record(database)
    run_id = request(database, {}, {"reps": ["rita", "rolf"]})
    worker = Reassigner(SMALL, database)
    worker.step()
    with monkeypatch.context() as broken:

        def crash(*_: object, **__: object) -> None:
            raise RuntimeError("gone")

        broken.setattr("services.lead.reassignment.worker._holder", crash)
        with pytest.raises(RuntimeError):
            worker.step()
    exhaust(Reassigner(SMALL, database))
    assert run_of(database, run_id).assigned == 9
    assert sorted(owners(database).values()) == [4, 5]
    assert len(events(database, LeadAssigned)) == 9


def test_whoever_has_a_lead_already_keeps_it_and_closed_runs_stay_closed(database: Database) -> None:
    add_rep(database, "rita")
    lead_id = assigned(database, "rita")
    run_id = request(database, {"lead_ids": [str(lead_id)], "states": ["assigned"]}, {"reps": ["rita"]})
    exhaust(Reassigner(SMALL, database))
    run = run_of(database, run_id)
    assert (run.kept, run.assigned) == (1, 0)
    with pytest.raises(Conflict, match="finished"), database.transaction(MIA) as session:
        cancel(session, MIA, run=session.get_one(Reassignment, run_id))


def test_a_run_that_is_called_off_gives_no_more(database: Database) -> None:
    add_rep(database, "rita")
    for _ in range(6):
        record(database)
    run_id = request(database, {}, {"reps": ["rita"]})
    worker = Reassigner(SMALL, database)
    worker.step()
    with database.transaction(MIA) as session:
        cancel(session, MIA, run=session.get_one(Reassignment, run_id))
    assert not worker.step()
    assert owners(database) == {"rita": 4}
    assert events(database, ReassignmentFinished)[0].cancelled


def test_a_preview_tells_who_would_get_how_many_and_gives_nothing(database: Database) -> None:
    for name in ("rita", "rolf"):
        add_rep(database, name)
    for _ in range(5):
        record(database)
    with database.transaction(MIA) as session:
        shown = preview(session, MIA, settings=SETTINGS, **asked({}, {"reps": ["rita", "rolf"]}))
    assert (shown.leads, shown.tried, shown.reps, shown.left) == (5, 5, {"rita": 3, "rolf": 2}, 0)
    assert owners(database) == {}


def test_what_cannot_be_run_is_refused(database: Database) -> None:
    add_rep(database, "rita")
    with pytest.raises(Conflict, match="No open lead"):
        request(database, {"pool": "inbox"}, {"reps": ["rita"]})
    with pytest.raises(Invalid, match="zorro"):
        request(database, {}, {"reps": ["zorro"]})
    with pytest.raises(Invalid, match="rule_set_id"):
        request(database, {}, {"rule_set_id": str(new_id())})
