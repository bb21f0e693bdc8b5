"""Two who do something with one lead at the same moment: one does it, the other is told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from services.lead.leads import actions
from services.lead.leads.capture import Capture, capture
from services.lead.leads.model import Lead
from tests.harness.databases import DatabaseFactory
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    assigned,
    find_lead,
    record,
    rep,
    worked_on,
)

CROWD = 6


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("lead", "postgresql")


def at_once(*doings: Callable[[], Any]) -> list[str]:
    """The states that each came to, or why it did not."""

    def outcome(doing: Callable[[], Any]) -> str:
        try:
            return str(doing().state)
        except Conflict as problem:
            return problem.code

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(outcome, doings))


def test_a_lead_is_accepted_once(database: Database) -> None:
    lead_id = assigned(database, "rita")
    found = at_once(*[lambda: act(database, actions.accept_lead, lead_id, rep("rita"))] * CROWD)
    assert sorted(found) == ["accepted"] + ["conflict"] * (CROWD - 1)


def test_a_lead_that_is_returned_and_laid_aside_at_once_becomes_one_of_both(database: Database) -> None:
    lead_id = worked_on(database, "rita")
    later = now() + timedelta(days=9)
    found = at_once(
        lambda: act(database, actions.nurture_lead, lead_id, wake_at=later, reason="any"),
        lambda: act(database, actions.return_lead, lead_id, reason="any"),
        lambda: act(database, actions.accept_lead, lead_id),
    )
    lead = find_lead(database, lead_id)
    assert lead.state in found and lead.assignee is None
    assert lead.version == 4 + len([one for one in found if one != "conflict"])


def test_a_contact_that_comes_through_many_doors_at_once_is_one_lead(database: Database) -> None:
    contact, campaign_id = add_contact(database), new_id()
    record(database, contact_id=contact.id, campaign_id=campaign_id)

    def come(number: int) -> UUID:
        one = Capture(
            contact_id=contact.id,
            customer_id=None,
            campaign_id=campaign_id,
            department="north",
            region="",
            source="web",
            door="form",
            captured_by="mia",
            captured_at=NOON,
        )
        with database.transaction(MIA) as session:
            return capture(session, one).lead.id

    with ThreadPoolExecutor(CROWD) as crowd:
        ids = set(crowd.map(come, range(12)))
    with database.reading() as session:
        [lead] = session.scalars(select(Lead)).all()
        assert session.scalar(select(func.count()).select_from(Lead)) == 1
    assert (ids, lead.touch_count) == ({lead.id}, 13)
