"""Looking for campaigns, on both databases."""

from datetime import date
from typing import Any

import pytest

from chassis.database import Database
from services.campaign.planning.narrowing import campaigns
from services.campaign.staffing.staff import Member
from tests.services.campaign.builders import OWNER, STRANGER, DatabaseOf, a_draft
from tests.services.campaign.plan_builders import staff


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def found(database: Database, actor: Any = OWNER, **looked_for: Any) -> set[str]:
    with database.reading() as session:
        return {one.code for one in session.scalars(campaigns(actor, **looked_for))}


def test_each_filter_keeps_what_it_names(database: Database) -> None:
    a_draft(database, code="A", regions=["north", "öst"], purposes=["brand", "retain"], message="100% new")
    b = a_draft(
        database, code="B", kind="survey", starts_on=date(2027, 3, 1), ends_on=date(2027, 4, 1), name="Ask"
    )
    a_draft(database, code="C", parent_id=b, is_template=True)
    staff(database, b, Member(person="otto", duty="lead"))
    expected: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"A", "B", "C"}),
        ({"region": "öst"}, {"A"}),
        ({"region": "ö"}, set()),
        ({"purpose": "retain"}, {"A"}),
        ({"kind": "survey"}, {"B"}),
        ({"runs_from": date(2027, 3, 1)}, {"B"}),
        ({"runs_until": date(2027, 2, 28)}, {"A", "C"}),
        ({"runs_from": date(2027, 2, 28), "runs_until": date(2027, 3, 1)}, {"A", "B", "C"}),
        ({"parent_id": b}, {"C"}),
        ({"is_template": False}, {"A", "B"}),
        ({"participant": "otto"}, {"B"}),
        ({"q": "0% N"}, {"A"}),
        ({"q": "_"}, set()),
        ({"q": "ask"}, {"B"}),
    ]
    assert [found(database, **looked_for) for looked_for, _ in expected] == [codes for _, codes in expected]


def test_nobody_finds_what_other_departments_plan(database: Database) -> None:
    a_draft(database)
    assert found(database, STRANGER) == set()
