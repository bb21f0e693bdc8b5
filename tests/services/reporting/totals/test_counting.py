"""Campaigns are counted again when their events went on, and by nothing else."""

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from sqlalchemy import select, update

from chassis.database import Database
from chassis.envelope import Message
from chassis.ids import new_id
from services.reporting.archive.actions import store
from services.reporting.evaluation.queries import facts_of
from services.reporting.projections.actions import fold
from services.reporting.projections.model import Campaign
from services.reporting.totals.counting import count_anew, count_due, due_campaigns
from services.reporting.totals.model import CampaignTotal
from services.reporting.totals.queries import Wanted, counted
from tests.services.reporting.builders import message, progressed, responded, story
from tests.services.reporting.people import ANNA, SAM

CAMPAIGN = new_id()


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("reporting")


def deliver(database: Database, messages: Sequence[Message]) -> None:
    with database.transaction() as session:
        fold(session, store(session, messages))


def due(database: Database) -> set[UUID]:
    with database.reading() as session:
        return set(due_campaigns(session, most=10))


def test_a_total_is_what_counting_its_rows_gives(database: Database) -> None:
    deliver(database, [*story(CAMPAIGN), message(progressed(CAMPAIGN, (new_id(), "won")), CAMPAIGN, 8)])
    assert due(database) == {CAMPAIGN}
    count_due(database)
    with database.reading() as session:
        [one] = counted(session, ANNA, Wanted())
        campaigns = session.scalars(select(Campaign)).all()
        assert one.facts == facts_of(session, campaigns)[CAMPAIGN]
        assert (one.won, one.launched) == (1, True)
        assert counted(session, SAM, Wanted()) == []


def test_only_what_went_on_is_due_again(database: Database) -> None:
    other = new_id()
    deliver(database, [*story(CAMPAIGN), *story(other)])
    count_due(database)
    assert due(database) == set()
    deliver(database, [message(responded(other, new_id()), other, 8)])
    assert due(database) == {other}
    count_due(database)
    assert due(database) == set()


def test_a_campaign_without_a_plan_waits_for_it(database: Database) -> None:
    deliver(database, story(CAMPAIGN)[1:])
    assert due(database) == set()


def test_when_their_rows_were_made_anew_all_are_counted_anew(database: Database) -> None:
    deliver(database, story(CAMPAIGN))
    count_due(database)
    with database.transaction() as session:
        count_anew(session)
    assert due(database) == {CAMPAIGN}
    assert count_due(database) == 1


def test_a_count_that_was_missed_mends_itself(database: Database) -> None:
    deliver(database, story(CAMPAIGN))
    count_due(database)
    with database.transaction() as session:
        session.execute(update(CampaignTotal).values(leads=99))
    assert due(database) == set()
    assert count_due(database) == 1
    with database.reading() as session:
        assert session.scalar(select(CampaignTotal.leads)) == 2


def test_a_later_count_of_another_process_is_not_overwritten(database: Database) -> None:
    deliver(database, story(CAMPAIGN))
    count_due(database)
    with database.transaction() as session:
        session.execute(update(CampaignTotal).values(position=10_000, leads=7))
        session.execute(update(CampaignTotal).values(counted_at=CampaignTotal.counted_at))
    count_due(database)
    with database.reading() as session:
        assert session.scalar(select(CampaignTotal.position)) == 10_000
