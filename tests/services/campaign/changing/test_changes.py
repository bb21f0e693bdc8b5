"""Changing a campaign under way: what may change directly, by whom, and that every change is kept."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import exc, update

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from contracts.campaign import Goal, Schedule
from services.campaign.changing.model import CampaignChange
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from services.campaign.waves.planning import change_wave, find_wave
from tests.services.campaign.builders import (
    ADMIN,
    COLLEAGUE,
    OWNER,
    DatabaseOf,
    a_draft,
    a_plan,
    a_running_campaign,
    a_submitted_campaign,
    an_approved_campaign,
    campaign_of,
    published,
    start,
    wave_of,
)
from tests.services.campaign.plan_builders import change, changes_of


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def reschedule(database: Database, campaign_id: Any, **changes: Any) -> None:
    wave = wave_of(database, campaign_id)
    plan = a_plan(template_id=wave.template_id, **changes)
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        found = find_wave(session, campaign_id=campaign_id, wave_id=wave.id)
        change_wave(session, OWNER, campaign=campaign, wave=found, plan=plan)


def test_each_changed_field_is_kept_with_before_and_after(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[], region="north")
    goals = [Goal(metric="valid_leads", target=Decimal(60)), Goal(metric="revenue", target=Decimal(900))]
    change(database, campaign_id, goals=goals, regions=["north", "east"], products=["X1"])
    kept = {one.field: (one.before, one.after) for one in changes_of(database, campaign_id)}
    assert kept == {
        "goals.valid_leads.target": ("40", "60"),
        "goals.revenue": (None, {"metric": "revenue", "target": "900"}),
        "products": ([], ["X1"]),
        "regions": (None, ["north", "east"]),
    }
    assert {one.by for one in changes_of(database, campaign_id)} == {"mia"}


def test_a_change_tells_what_changed_and_the_whole_plan(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    change(database, campaign_id, ADMIN, message="Come and see")
    (told,) = published(database, "campaign.changed.v1")
    assert told["changed"] == [{"field": "message", "before": '""', "after": '"Come and see"'}]
    assert (told["by"], told["reason"], told["plan_version"], told["code"]) == (
        "root",
        "as agreed",
        1,
        "SPRING-26",
    )


def test_what_changes_nothing_is_no_change(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    before = campaign_of(database, campaign_id).version
    change(database, campaign_id, name="Spring seminar")
    assert campaign_of(database, campaign_id).version == before


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ends_on", {"ends_on": date(2027, 3, 31)}),
        ("goals.0.metric", {"goals": [Goal(metric="luck", target=Decimal(1))]}),
        ("region", {"region": "west", "regions": ["north"]}),
        ("ends_on", {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 1, 1)}),
    ],
)
def test_a_change_that_breaks_a_rule_or_what_was_approved_is_refused(
    database: Database, field: str, values: dict[str, Any]
) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    with pytest.raises(Invalid, match=field):
        change(database, campaign_id, **values)
    assert changes_of(database, campaign_id) == []


def test_dates_move_within_the_approved_ones_and_back(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    change(database, campaign_id, ends_on=date(2027, 1, 31))
    change(database, campaign_id, ends_on=date(2027, 2, 28))
    assert [one.after for one in changes_of(database, campaign_id)] == ["2027-01-31", "2027-02-28"]


def test_only_the_owner_or_an_administrator_changes(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    with pytest.raises(Forbidden):
        change(database, campaign_id, COLLEAGUE, name="Mine")


@pytest.mark.parametrize("begin", [a_draft, a_submitted_campaign, an_approved_campaign])
def test_nothing_is_changed_before_the_campaign_is_under_way(database: Database, begin: Any) -> None:
    campaign_id = begin(database)
    with pytest.raises(Conflict, match=campaign_of(database, campaign_id).state):
        change(database, campaign_id, name="Other")


def test_the_database_keeps_changes_as_they_were(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    change(database, campaign_id, name="Other")
    with pytest.raises(exc.DatabaseError, match="only grows"), database.transaction() as session:
        session.execute(update(CampaignChange).values(by="nobody"))


def test_a_schedule_that_moves_after_the_approval_is_kept_and_does_not_keep_the_plan_from_starting(
    database: Database,
) -> None:
    campaign_id = an_approved_campaign(database)
    reschedule(database, campaign_id, schedule=Schedule(expires_at=now() + timedelta(days=30)))
    assert [one.field for one in changes_of(database, campaign_id)] == ["waves.1.schedule"]
    start(database, campaign_id)


def test_a_schedule_in_review_does_not_move(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    with pytest.raises(Conflict, match="review"):
        reschedule(database, campaign_id, schedule=Schedule(expires_at=now() + timedelta(days=30)))


@pytest.mark.parametrize("values", [{"message": "Something dearer"}, {"segment_id": new_id()}])
def test_what_starts_is_exactly_what_was_approved(database: Database, values: dict[str, Any]) -> None:
    campaign_id = an_approved_campaign(database)
    with database.transaction() as session:
        session.execute(update(Campaign).where(Campaign.id == campaign_id).values(**values))
    with pytest.raises(Conflict, match="not what was approved"):
        start(database, campaign_id)
    assert campaign_of(database, campaign_id).state == "approved"
