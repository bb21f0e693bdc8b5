"""Who works for a campaign: the rules, and what changing it does in each state."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from services.campaign.staffing.queries import participants_of
from services.campaign.staffing.staff import Company, Member, Staff, staff_problems
from tests.services.campaign.builders import (
    ADMIN,
    COLLEAGUE,
    DatabaseOf,
    a_draft,
    a_running_campaign,
    a_submitted_campaign,
    published,
)
from tests.services.campaign.plan_builders import changes_of, staff

MIA, OTTO = Member(person="mia", duty="lead"), Member(person="otto", duty="design", share_percent=40)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


@pytest.mark.parametrize(
    ("field", "rows"),
    [
        ("participants", {"participants": (MIA, MIA)}),
        ("partners", {"partners": (Company(name="Acme", duty="sponsor"),) * 2}),
        (
            "participants.1.share_percent",
            {"participants": (OTTO, Member(person="otto", duty="lead", share_percent=61))},
        ),
        (
            "partners.0.contribution",
            {"partners": (Company(name="Acme", duty="sponsor", contribution=Decimal("1.005")),)},
        ),
    ],
)
def test_a_broken_rule_is_named_by_its_field(field: str, rows: dict[str, Any]) -> None:
    assert set(staff_problems(Staff(**rows), currency="EUR")) == {field}


def test_whoever_plans_a_draft_staffs_it(database: Database) -> None:
    campaign_id = a_draft(database)
    staff(database, campaign_id, MIA, OTTO, actor=COLLEAGUE)
    staff(database, campaign_id, OTTO, actor=COLLEAGUE)
    with database.reading() as session:
        assert [one.person for one in participants_of(session, campaign_id)] == ["otto"]
    assert changes_of(database, campaign_id) == []


def test_a_change_under_way_is_kept_with_who_made_it(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    staff(database, campaign_id, OTTO, actor=ADMIN)
    (kept,) = changes_of(database, campaign_id)
    assert (kept.field, kept.before, kept.by) == ("participants.otto.design", None, "root")
    assert kept.after["share_percent"] == 40
    (told,) = published(database, "campaign.changed.v1")
    assert [one["field"] for one in told["changed"]] == ["participants.otto.design"]


def test_only_the_owner_staffs_a_campaign_under_way(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    with pytest.raises(Forbidden):
        staff(database, campaign_id, OTTO, actor=COLLEAGUE)


def test_a_plan_in_review_is_not_staffed(database: Database) -> None:
    with pytest.raises(Conflict, match="in_review"):
        staff(database, a_submitted_campaign(database), OTTO)


def test_a_duty_must_be_one_of_the_list(database: Database) -> None:
    with pytest.raises(Invalid, match="participants.0.duty"):
        staff(database, a_draft(database), Member(person="mia", duty="clown"))


def test_the_trail_says_what_was_there_before_the_staff_was_changed(database: Database) -> None:
    campaign_id = a_draft(database)
    staff(database, campaign_id, Member(person="otto", duty="sponsor", share_percent=10))
    staff(database, campaign_id, Member(person="otto", duty="sponsor", share_percent=20))
    staff(database, campaign_id)
    trail = audit_entries.c
    wanted = select(trail.action, trail.entity_id, trail.actor, trail.before, trail.after)
    with database.reading() as session:
        ours = wanted.where(trail.entity == "participants").order_by(trail.id)
        made, changed, gone = session.execute(ours).all()
    assert (made.action, made.entity_id, made.actor) == ("insert", campaign_id, "mia")
    assert (changed.before, changed.after) == ({"share_percent": 10}, {"share_percent": 20})
    assert (gone.action, gone.before["person"], gone.after) == ("delete", "otto", None)
