"""Two who do something with one lead at the same moment: one does it, the other is told so."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.lead.leads import actions
from services.lead.leads.capture import Capture, capture
from services.lead.leads.model import Lead
from services.lead.service import LeadService
from tests.harness.databases import DatabaseFactory, PostgresDatabases
from tests.harness.serving import Client, serve
from tests.services.lead.builders import (
    MIA,
    NOON,
    act,
    add_contact,
    assigned,
    find_lead,
    record,
    rep,
    timeline,
    worked_on,
)

CROWD = 6
WAITING = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'"""


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


def by_form(contact_id: UUID, campaign_id: UUID) -> Capture:
    return Capture(
        contact_id=contact_id,
        customer_id=None,
        campaign_id=campaign_id,
        department="north",
        region="",
        source="web",
        door="form",
        captured_by="mia",
        captured_at=NOON,
    )


def only_lead(database: Database, contact_id: UUID) -> Lead:
    with database.reading() as session:
        return session.scalars(select(Lead).where(Lead.contact_id == contact_id)).one()


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
        with database.transaction(MIA) as session:
            return capture(session, by_form(contact.id, campaign_id)).lead.id

    with ThreadPoolExecutor(CROWD) as crowd:
        ids = set(crowd.map(come, range(12)))
    with database.reading() as session:
        [lead] = session.scalars(select(Lead)).all()
        assert session.scalar(select(func.count()).select_from(Lead)) == 1
    assert (ids, lead.touch_count) == ({lead.id}, 13)


@pytest.fixture(scope="module")
def served(
    postgres: PostgresDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Client, Database]]:
    name = postgres.migrated("lead")
    database = Database(postgres.url(name), service="lead")
    files = tmp_path_factory.mktemp("files").as_uri()
    with serve(LeadService, postgres.url(name), files_url=files) as client:
        yield client, database
    database.close()
    postgres.give_back("lead", name)


def test_first_captures_of_the_same_instant_are_one_lead_and_nobody_is_told_to_come_again(
    served: tuple[Client, Database],
) -> None:
    client, database = served
    contact, campaign_id = add_contact(database), new_id()
    body = {"contact_id": str(contact.id), "campaign_id": str(campaign_id), "notes": "Called us"}

    def waits() -> bool:
        with database.reading() as session:
            return bool(session.scalar(text(WAITING)))

    with ThreadPoolExecutor(1) as other:
        with database.transaction(MIA) as session:
            first = capture(session, by_form(contact.id, campaign_id)).lead.id
            second = other.submit(client.post, "/leads", as_=MIA, json=body)
            assert wait_until(waits, seconds=30)
        answer = second.result()
    lead = only_lead(database, contact.id)
    assert (answer.status_code, answer.json()["id"]) == (201, str(first))
    assert (lead.id, lead.touch_count, lead.notes) == (first, 2, "Called us")
    assert len(timeline(database, first)) == 2


def test_a_crowd_that_captures_one_person_over_http_makes_one_lead_with_a_touch_each(
    served: tuple[Client, Database],
) -> None:
    client, database = served
    contact, campaign_id = add_contact(database), str(new_id())
    body = {"contact_id": str(contact.id), "campaign_id": campaign_id}

    def come(number: int) -> tuple[int, str]:
        answer = client.post("/leads", as_=MIA, json=body, headers={"Idempotency-Key": str(number)})
        return answer.status_code, answer.json().get("id")

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = set(crowd.map(come, range(2 * CROWD)))
    lead = only_lead(database, contact.id)
    assert answers == {(201, str(lead.id))}
    assert lead.touch_count == 2 * CROWD
