"""What the settlement of its budget makes of a campaign."""

from decimal import Decimal
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Conflict, NotFound, NotYet
from chassis.ids import new_id
from contracts.finance import BudgetReopened, BudgetSettled
from services.campaign.closing.actions import close_campaign, reopen_campaign
from services.campaign.launch.actions import steer_campaign
from services.campaign.planning.design import DraftLine
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.tasks.lists import overview
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_running_campaign,
    a_starting_campaign,
    campaign_of,
    minutes,
    published,
)
from tests.services.campaign.closing.builders import a_settled_budget
from tests.services.campaign.plan_builders import amendment_of, propose
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row, task_of


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def steer(database: Database, campaign_id: UUID, *steps: Step) -> None:
    for step in steps:
        with database.transaction(OWNER) as session:
            campaign = take_campaign(session, OWNER, campaign_id)
            steer_campaign(session, OWNER, campaign=campaign, step=step)


def settled(database: Database, event: BudgetSettled) -> None:
    with database.transaction() as session:
        close_campaign(session, event)


def reopened(database: Database, event: BudgetSettled) -> None:
    told = BudgetReopened(
        budget_id=event.budget_id,
        campaign_id=event.campaign_id,
        settlement_id=event.settlement_id,
        reason="A late invoice",
        reopened_by="ada",
        reopened_at=minutes(9),
    )
    with database.transaction() as session:
        reopen_campaign(session, told)


def test_a_completed_campaign_is_closed_once_its_budget_is_settled(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    steer(database, campaign_id, Step.COMPLETE)
    event = a_settled_budget(campaign_id)
    settled(database, event)
    assert campaign_of(database, campaign_id).state == "closed"
    (closed,) = published(database, "campaign.closed.v1")
    assert (closed["budget_id"], closed["by"]) == (str(event.budget_id), "clara")


def test_a_closed_campaign_leaves_no_task_open(database: Database) -> None:
    campaign_id, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    steer(database, campaign_id, Step.COMPLETE)
    assert task_of(database, task_id).state == "handed_over"
    event = a_settled_budget(campaign_id)
    settled(database, event)
    task = task_of(database, task_id)
    assert (task.state, task.reason) == ("cancelled", "the campaign was closed")
    (told,) = published(database, "task.cancelled.v1")
    assert (told["task_id"], told["reason"], told["by"]) == (str(task_id), task.reason, "clara")
    with database.reading(OWNER) as session:
        (standing,) = overview(session, OWNER).campaigns
    assert (standing.state, dict(standing.states)) == ("closed", {"cancelled": 1})
    reopened(database, event)
    assert task_of(database, task_id).state == "cancelled"


def test_the_amendment_of_a_closed_campaign_lapses(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    amendment = propose(database, campaign_id, budget=[DraftLine(name="venue", amount=Decimal(9))])
    steer(database, campaign_id, Step.COMPLETE)
    settled(database, a_settled_budget(campaign_id))
    assert amendment_of(database, amendment).state == "lapsed"


def test_a_closed_campaign_is_not_cancelled(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    steer(database, campaign_id, Step.COMPLETE)
    settled(database, a_settled_budget(campaign_id))
    with pytest.raises(Conflict, match="is closed, which does not allow cancel"):
        steer(database, campaign_id, Step.CANCEL)


def test_a_cancelled_campaign_stays_cancelled(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    steer(database, campaign_id, Step.CANCEL)
    event = a_settled_budget(campaign_id)
    settled(database, event)
    reopened(database, event)
    assert campaign_of(database, campaign_id).state == "cancelled"
    assert published(database, "campaign.closed.v1") == []
    assert published(database, "campaign.reopened.v1") == []


def test_the_settlement_of_a_campaign_that_runs_waits_for_its_end(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    event = a_settled_budget(campaign_id)
    with pytest.raises(NotYet, match="is settled, but it is running"):
        settled(database, event)
    steer(database, campaign_id, Step.COMPLETE)
    settled(database, event)
    assert campaign_of(database, campaign_id).state == "closed"


def test_a_reopened_budget_makes_its_campaign_completed_again(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[])
    steer(database, campaign_id, Step.COMPLETE)
    event = a_settled_budget(campaign_id)
    settled(database, event)
    reopened(database, event)
    assert campaign_of(database, campaign_id).state == "completed"
    (told,) = published(database, "campaign.reopened.v1")
    assert (told["reason"], told["by"]) == ("A late invoice", "ada")
    settled(database, a_settled_budget(campaign_id))
    assert campaign_of(database, campaign_id).state == "closed"


def test_the_settlement_of_a_campaign_that_is_not_there_is_set_aside(database: Database) -> None:
    with pytest.raises(NotFound):
        settled(database, a_settled_budget(new_id()))
