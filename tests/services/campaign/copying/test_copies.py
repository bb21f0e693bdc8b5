"""A copy of a campaign: everything of its plan is there again, moved to its own dates."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.campaign import Schedule
from services.campaign.audience.actions import pick_contacts
from services.campaign.audience.model import INCLUDE
from services.campaign.planning.design import DraftLine
from services.campaign.planning.parts import Parts, parts_of
from services.campaign.planning.queries import take_campaign
from services.campaign.staffing.staff import Member
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_plan,
    a_planned_wave,
    a_running_campaign,
    campaign_of,
    submit,
)
from tests.services.campaign.plan_builders import an_item, buy, copy, staff

LINE = DraftLine(
    name="venue", amount=Decimal(1000), kind="venue", responsible="otto", starts_on=date(2026, 12, 5)
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def parts(database: Database, campaign_id: UUID) -> Parts:
    with database.reading() as session:
        return parts_of(session, campaign_of(database, campaign_id))


def test_everything_is_taken_over_and_moves_by_as_many_days_as_the_start(database: Database) -> None:
    source = a_draft(database, budget=[LINE])
    staff(database, source, Member(person="otto", duty="lead", share_percent=50))
    line_id = campaign_of(database, source).budget[0].line_id
    buy(database, source, an_item(line_id, needed_on=date(2026, 12, 3)))
    schedule = Schedule(not_before=datetime(2026, 12, 2, 8, tzinfo=UTC), local_time="2026-12-02T09:00")
    first = a_planned_wave(database, source, a_plan(schedule=schedule))
    a_planned_wave(database, source, a_plan(after_id=first))
    made = copy(database, source)
    campaign, copied = campaign_of(database, made), parts(database, made)
    assert (campaign.state, campaign.starts_on, campaign.ends_on) == (
        "draft",
        date(2027, 12, 1),
        date(2028, 2, 28),
    )
    line = campaign.budget[0]
    assert line.line_id != line_id
    assert (line.starts_on, line.responsible, line.kind) == (date(2027, 12, 5), "otto", "venue")
    assert [one.person for one in copied.participants] == ["otto"]
    assert [(one.line_id, one.needed_on) for one in copied.purchases] == [(line.line_id, date(2027, 12, 3))]
    moved = copied.waves[0].schedule
    assert moved == Schedule(not_before=datetime(2027, 12, 2, 8, tzinfo=UTC), local_time="2027-12-02T09:00")
    assert copied.waves[1].after_id == copied.waves[0].id != first


def test_lists_of_a_draft_are_taken_over_with_their_lines(database: Database) -> None:
    source = a_draft(database)
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, source)
        pick_contacts(session, campaign=campaign, role=INCLUDE, contacts=[new_id(), new_id()])
    (list_,) = parts(database, copy(database, source)).audience
    assert (list_.kind, list_.entries, list_.campaign_id != source) == ("picked", 2, True)


def test_what_a_launched_campaign_had_picked_is_not_taken_over(database: Database) -> None:
    source = a_running_campaign(database, contacts=[new_id()])
    made = copy(database, source)
    assert parts(database, made).audience == []
    assert campaign_of(database, made).segment_id == campaign_of(database, source).segment_id


def test_a_template_is_copied_and_never_submitted(database: Database) -> None:
    template = a_draft(database, is_template=True)
    a_planned_wave(database, template)
    with pytest.raises(Conflict, match="template"):
        submit(database, template)
    made = copy(database, template)
    submit(database, made)
    assert campaign_of(database, made).state == "in_review"


def test_a_copy_needs_a_code_of_its_own_and_dates_that_exist(database: Database) -> None:
    source = a_draft(database)
    with pytest.raises(Conflict, match="SPRING-26"):
        copy(database, source, code="SPRING-26")
    with pytest.raises(Invalid, match="starts_on"):
        copy(database, source, starts_on=date(9999, 12, 1))
