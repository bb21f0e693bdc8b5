"""Who gets a lead hears of it once; many at once are one mail."""

from typing import Any

import pytest
from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import LeadAssigned, ReassignmentFinished, Share
from services.outreach.notices import leads
from services.outreach.notices.model import Notice
from services.outreach.notices.words import text_of
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.notices.test_notices import enter, told

TALLIES: dict[str, Any] = {"total": 13, "assigned": 13, "kept": 0, "pooled": 0, "left": 0}


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    database = fresh_database("outreach")
    enter(database, "rita")
    enter(database, "rolf", language="zh")
    return database


def assigned(to: str, **changes: Any) -> LeadAssigned:
    values: dict[str, Any] = {
        "lead_id": new_id(),
        "assignee": to,
        "assigned_by": "mia",
        "why": "rule 1 of 2, Pumps: round robin",
        "assigned_at": now(),
        "department": "north",
        "accept_by": now(),
    }
    return LeadAssigned(**values | changes)


def test_whoever_gets_a_lead_is_told_once_and_why(database: Database) -> None:
    event = assigned("rita")
    for _ in range(2):
        with database.transaction() as session:
            leads.tell_assigned(session, event)
    notice = told(database)["rita"]
    assert (notice.title, notice.department, notice.entity_id) == ("A lead for you", "north", event.lead_id)
    assert "Why you: rule 1 of 2, Pumps" in text_of(notice.kind, notice.about, language="en", url="")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_who_picked_a_lead_and_who_got_it_in_a_run_is_not_told_of_it(database: Database) -> None:
    with database.transaction() as session:
        leads.tell_assigned(session, assigned("rita", assigned_by="rita"))
        leads.tell_assigned(session, assigned("rita", run_id=new_id()))
        leads.tell_assigned(session, assigned("nobody-we-know"))
    assert told(database) == {}


def test_a_run_is_one_mail_to_each_in_his_language(database: Database) -> None:
    shares = [Share(subject="rita", leads=7), Share(subject="rolf", leads=6)]
    event = ReassignmentFinished(
        reassignment_id=new_id(),
        department="north",
        kind="transfer",
        cancelled=False,
        shares=shares,
        by="service:lead",
        at=now(),
        **TALLIES,
    )
    with database.transaction() as session:
        leads.tell_finished(session, event)
    titles = {subject: notice.title for subject, notice in told(database).items()}
    assert titles == {"rita": "7 leads for you", "rolf": "6 条线索已分配给您"}
