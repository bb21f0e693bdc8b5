"""The ladder that targets climb, on both databases."""

from datetime import datetime

import pytest

from chassis.database import Database
from chassis.ids import new_id
from services.campaign.answers.progress import progress_targets
from services.campaign.launch.model import (
    CONTACTED,
    LEAD,
    OPTED_OUT,
    RESPONDED,
    STATUSES,
    TARGETED,
    WON,
)
from services.campaign.planning.queries import lock_campaign
from tests.services.campaign.builders import DatabaseOf, a_running_campaign, minutes, targets_of


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def climbed(database: Database, *news: tuple[str, float]) -> tuple[str, datetime]:
    """Where a target stands, and since when, after it was told of statuses at minutes from the beginning."""
    contact = new_id()
    campaign_id = a_running_campaign(database, contacts=[contact])
    target_id = targets_of(database, campaign_id)[contact].id
    for status, at in news:
        with database.transaction() as session:
            campaign = lock_campaign(session, campaign_id)
            assert campaign is not None
            progress_targets(session, campaign, status=status, at_by_target={target_id: minutes(at)})
    target = targets_of(database, campaign_id)[contact]
    return target.status, target.status_at


def test_the_ladder_has_its_rungs_in_order() -> None:
    ladder = ("targeted", "contacted", "responded", "opted_out", "lead", "opportunity", "won")
    assert ladder == STATUSES


def test_a_target_moves_up_and_never_down(database: Database) -> None:
    assert climbed(database, (RESPONDED, 2), (CONTACTED, 3)) == (RESPONDED, minutes(2))


def test_a_target_may_skip_rungs(database: Database) -> None:
    assert climbed(database, (WON, 1)) == (WON, minutes(1))


def test_a_lead_that_opts_out_stays_a_lead(database: Database) -> None:
    assert climbed(database, (OPTED_OUT, 1), (LEAD, 2), (OPTED_OUT, 3)) == (LEAD, minutes(2))


@pytest.mark.parametrize("moments", [(2, 1, 3), (1, 2, 3), (3, 2, 1)])
def test_of_the_same_news_the_earliest_counts(database: Database, moments: tuple[float, ...]) -> None:
    assert climbed(database, *((RESPONDED, at) for at in moments)) == (RESPONDED, minutes(1))


def test_nobody_falls_back_to_the_beginning(database: Database) -> None:
    assert climbed(database, (CONTACTED, 1), (TARGETED, 0)) == (CONTACTED, minutes(1))
