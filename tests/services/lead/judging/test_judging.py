"""Judgements are kept with what was looked at, lead somewhere, and can be taken back for a while."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis import clock
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden
from contracts.lead import LeadJudgementUndone, LeadQualified
from contracts.roles import SALES_MANAGER
from services.lead.judging import actions
from services.lead.judging.model import Judgement
from services.lead.judging.queries import take_judged
from services.lead.leads.actions import assign_lead
from services.lead.leads.model import Lead
from tests.harness.people import person
from tests.services.lead.builders import MIA, act, events, find_lead, record, rep, timeline, worked_on

Databases = Callable[[str], Database]

RITA = rep("rita")
NEAR: dict[str, Any] = {"outcome": "near_term", "grade": "A", "value": Decimal(900), "currency": "EUR"}


@pytest.fixture
def database(fresh_database: Databases) -> Database:
    return fresh_database("lead")


@pytest.fixture(autouse=True)
def clock_is_brought_back() -> Iterator[None]:
    yield
    clock.travel(seconds=0)


def taken_back(database: Database, lead_id: UUID, who: Actor = MIA) -> Lead:
    with database.transaction(MIA) as session:
        lead = take_judged(session, who, lead_id)
        return actions.undo_judgement(session, who, lead=lead, reason="a mistake")


def test_a_judgement_is_kept_with_its_checklist(database_of: Databases) -> None:
    database = database_of("lead")
    lead_id = record(database)
    looked_at = {"budget": {"answer": "yes", "note": "30,000 this year"}}
    act(database, actions.qualify_lead, lead_id, **NEAR, checklist=looked_at)
    with database.reading() as session:
        [judgement] = session.scalars(select(Judgement))
    assert judgement.checklist == {
        "budget": {"answer": "yes", "note": "30,000 this year"},
        **{one: {"answer": "unknown", "note": ""} for one in ("authority", "need", "time")},
    }
    [told] = events(database, LeadQualified)
    assert (told.judgement_id, told.grade, told.value) == (judgement.id, "A", Decimal(900))


def test_a_long_term_lead_rests_for_the_usual_time_unless_somebody_says_until_when(
    database: Database,
) -> None:
    usual, dated = record(database), record(database)
    act(database, actions.qualify_lead, usual, outcome="long_term", rest=timedelta(days=10))
    until = clock.now() + timedelta(days=3)
    act(database, actions.qualify_lead, dated, outcome="long_term", wake_at=until)
    lead = find_lead(database, usual)
    assert lead.wake_at is not None and lead.wake_at - lead.moved_at == timedelta(days=10)
    assert find_lead(database, dated).wake_at == until


def test_a_discarded_lead_is_given_back_to_who_had_it(database_of: Databases) -> None:
    database = database_of("lead")
    lead_id = worked_on(database, "rita")
    act(database, actions.qualify_lead, lead_id, RITA, **NEAR)
    before = find_lead(database, lead_id)
    act(database, actions.disqualify, lead_id, RITA, reason="wrong company")
    lead = taken_back(database, lead_id, RITA)
    names = ("state", "assignee", "pool", "outcome", "grade", "value", "currency", "moved_at", "qualified_at")
    assert [getattr(lead, name) for name in names] == [getattr(before, name) for name in names]
    [told] = events(database, LeadJudgementUndone)
    assert (told.outcome, told.restored, told.state, told.by) == (
        "not_a_target",
        "near_term",
        "qualified",
        "rita",
    )
    assert timeline(database, lead_id)[-1] == ("undone", "rita", "not_a_target: a mistake")


def test_judgements_are_taken_back_one_after_the_other(database: Database) -> None:
    lead_id = record(database)
    act(database, actions.qualify_lead, lead_id, outcome="long_term")
    act(database, actions.disqualify, lead_id, reason="a competitor")
    assert taken_back(database, lead_id).state == "nurtured"
    lead = taken_back(database, lead_id)
    assert (lead.state, lead.pool, lead.outcome, lead.wake_at) == ("new", "inbox", None, None)
    with pytest.raises(Conflict, match="no judgement"):
        taken_back(database, lead_id)


def test_a_rep_who_laid_a_lead_aside_by_a_judgement_can_take_that_back(database: Database) -> None:
    lead_id = worked_on(database, "rita")
    act(database, actions.qualify_lead, lead_id, RITA, outcome="long_term")
    assert taken_back(database, lead_id, RITA).assignee == "rita"


def test_a_judgement_is_taken_back_only_while_nothing_else_was_done(database: Database) -> None:
    lead_id = record(database)
    act(database, actions.qualify_lead, lead_id, **NEAR)
    act(database, assign_lead, lead_id, assignee="rita", why="any")
    with pytest.raises(Conflict, match="it is assigned"):
        taken_back(database, lead_id)


def test_a_judgement_is_taken_back_only_within_its_period(database: Database) -> None:
    lead_id = record(database)
    act(database, actions.disqualify, lead_id, reason="a competitor")
    clock.travel(seconds=timedelta(days=actions.UNDO_DAYS, minutes=1).total_seconds())
    with pytest.raises(Conflict, match="older than 14 days"):
        taken_back(database, lead_id)


def test_only_who_judged_or_who_leads_takes_it_back(database: Database) -> None:
    lead_id = worked_on(database, "rita")
    act(database, actions.qualify_lead, lead_id, **NEAR)
    with pytest.raises(Forbidden):
        taken_back(database, lead_id, RITA)
    assert taken_back(database, lead_id, person("luis", SALES_MANAGER)).state == "working"


def test_who_has_no_right_does_not_judge(database: Database) -> None:
    with database.transaction(MIA) as session:
        actions.grant_right(session, MIA, department="north", subject="mia", regions=["bavaria"])
    lead_id = record(database)
    with pytest.raises(Forbidden, match="region none"):
        act(database, actions.qualify_lead, lead_id, **NEAR)
    assert find_lead(database, lead_id).outcome is None


def test_a_right_is_granted_once(database: Database) -> None:
    for refused in (False, True):
        with database.transaction(MIA) as session:
            if refused:
                with pytest.raises(Conflict, match="already"):
                    actions.grant_right(session, MIA, department="north", role="sales_rep")
            else:
                actions.grant_right(session, MIA, department="north", role="sales_rep")
