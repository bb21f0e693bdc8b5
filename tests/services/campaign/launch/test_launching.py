"""Starting, taking the snapshot of the targets, and steering, on both databases."""

import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, NotFound
from chassis.ids import new_id
from services.campaign.launch.actions import fall_back, steer_campaign
from services.campaign.launch.queries import campaign_detail
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import (
    ADMIN,
    COLLEAGUE,
    OWNER,
    STRANGER,
    DatabaseOf,
    a_failed_resolution,
    a_running_campaign,
    a_starting_campaign,
    a_submitted_campaign,
    an_approved_campaign,
    campaign_of,
    pages_of,
    published,
    resolve,
    start,
    targets_of,
)
from tests.services.campaign.statements import count_statements


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def steer(database: Database, campaign_id: object, step: Step, actor: Actor = OWNER) -> str:
    with database.transaction(actor) as session:
        campaign = take_campaign(session, actor, campaign_id)  # type: ignore[arg-type]
        return steer_campaign(session, actor, campaign=campaign, step=step).state


def test_a_started_campaign_asks_for_its_contacts(database: Database) -> None:
    campaign = campaign_of(database, a_starting_campaign(database))
    (started,) = published(database, "campaign.started.v1")
    assert started["resolution_id"] == str(campaign.resolution_id)
    assert started["segment_id"] == str(campaign.segment_id)
    assert campaign.state == "starting"


def test_what_is_not_what_was_approved_any_more_does_not_start(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    with database.transaction() as session:
        session.get_one(Campaign, campaign_id).message = "Something else"
    with pytest.raises(Conflict, match="not what was approved"):
        start(database, campaign_id)
    assert campaign_of(database, campaign_id).state == "approved"


def test_an_administrator_may_start_for_the_owner(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    start(database, campaign_id, ADMIN)
    assert campaign_of(database, campaign_id).state == "starting"


def test_a_colleague_may_not_start_what_he_does_not_own(database: Database) -> None:
    campaign_id = an_approved_campaign(database)
    with pytest.raises(Forbidden, match="mia"):
        start(database, campaign_id, COLLEAGUE)


def test_a_campaign_of_another_department_is_not_there_to_start(database: Database) -> None:
    campaign_id = an_approved_campaign(database, owner=STRANGER.subject)
    with pytest.raises(NotFound):
        start(database, campaign_id, STRANGER)


def test_a_campaign_does_not_start_before_its_approval(database: Database) -> None:
    campaign_id = a_submitted_campaign(database)
    with pytest.raises(Conflict):
        start(database, campaign_id)


def test_the_last_page_launches_the_campaign(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    first, last = pages_of(campaign_of(database, campaign_id), [new_id() for _ in range(5)], size=3)
    resolve(database, first)
    assert campaign_of(database, campaign_id).state == "starting"
    resolve(database, last)
    assert campaign_of(database, campaign_id).state == "running"
    assert [one["targets"] for one in published(database, "campaign.launched.v1")] == [5]


def test_a_contact_on_several_pages_is_one_target(database: Database) -> None:
    twice = new_id()
    campaign_id = a_starting_campaign(database)
    resolve(database, *pages_of(campaign_of(database, campaign_id), [twice, new_id(), twice, twice], size=2))
    assert campaign_of(database, campaign_id).targets == len(targets_of(database, campaign_id)) == 2


def test_an_empty_segment_launches_a_campaign_without_targets(database: Database) -> None:
    campaign = campaign_of(database, a_running_campaign(database, contacts=[]))
    assert (campaign.state, campaign.targets) == ("running", 0)


def test_a_page_of_500_contacts_costs_few_statements(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    first, _ = pages_of(campaign_of(database, campaign_id), [new_id() for _ in range(501)])
    with count_statements(database) as statements:
        resolve(database, first)
    assert len(statements) <= 6, statements


def test_a_segment_that_cannot_be_resolved_gives_the_start_back(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    with database.transaction() as session:
        fall_back(session, a_failed_resolution(campaign_of(database, campaign_id), "no such segment"))
    campaign = campaign_of(database, campaign_id)
    assert (campaign.state, campaign.start_problem) == ("approved", "no such segment")


def test_pages_of_an_earlier_start_are_ignored(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    earlier = campaign_of(database, campaign_id)
    with database.transaction() as session:
        fall_back(session, a_failed_resolution(earlier, "too slow"))
    start(database, campaign_id)
    resolve(database, *pages_of(earlier, [new_id()]))
    assert campaign_of(database, campaign_id).state == "starting"
    assert targets_of(database, campaign_id) == {}


def test_a_cancelled_campaign_is_not_launched_by_pages_that_come_late(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    steer(database, campaign_id, Step.CANCEL)
    resolve(database, *pages_of(campaign_of(database, campaign_id), [new_id()]))
    assert campaign_of(database, campaign_id).state == "cancelled"


def test_the_owner_pauses_resumes_and_completes(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    states = [steer(database, campaign_id, step) for step in (Step.PAUSE, Step.RESUME, Step.COMPLETE)]
    assert states == ["paused", "running", "completed"]


@pytest.mark.parametrize("step", [Step.PAUSE, Step.COMPLETE, Step.CANCEL])
def test_a_colleague_may_not_steer_what_he_does_not_own(database: Database, step: Step) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    with pytest.raises(Forbidden):
        steer(database, campaign_id, step, COLLEAGUE)


def test_a_campaign_is_counted_by_the_status_of_its_targets(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id(), new_id()])
    with database.reading() as session:
        detail = campaign_detail(session, OWNER, campaign_id)
    assert detail.targets_by_status["targeted"] == 2
    assert detail.targets_by_status["won"] == 0
    assert [wave.number for wave in detail.waves] == [1]
