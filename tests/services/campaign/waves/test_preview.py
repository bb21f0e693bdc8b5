"""What a wave would do, looked at before its release, on both databases."""

from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from services.campaign.answers.actions import take_answer
from services.campaign.answers.reports import take_outcomes, take_suppression
from services.campaign.planning.queries import find_campaign
from services.campaign.waves.model import Wave
from services.campaign.waves.preview import Preview, preview
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_follow_up,
    a_planned_wave,
    a_running_campaign,
    a_suppression,
    an_answer,
    hear,
    launch,
    outcomes,
    published,
    release,
    targets_of,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def look(database: Database, campaign_id: UUID, wave_id: UUID) -> Preview:
    with database.reading(OWNER) as session:
        campaign = find_campaign(session, OWNER, campaign_id)
        return preview(session, campaign, session.get_one(Wave, wave_id))


def test_a_first_wave_goes_to_all_but_those_who_opted_out(database: Database) -> None:
    contacts = [new_id() for _ in range(3)]
    campaign_id = a_running_campaign(database, contacts=contacts)
    left = a_suppression(targets_of(database, campaign_id)[contacts[0]])
    hear(database, lambda session: take_suppression(session, left))
    seen = look(database, campaign_id, wave_of(database, campaign_id).id)
    assert (seen.recipients, seen.left_out, seen.overlapping) == (2, {"opted_out": 1}, 0)
    assert published(database, "wave.released.v1") == []


def test_recipients_who_are_targets_elsewhere_are_counted_once_and_by_campaign(database: Database) -> None:
    here, twice, once = new_id(), new_id(), new_id()
    campaign_id = a_running_campaign(database, contacts=[here, twice, once])
    second = a_running_campaign(database, contacts=[twice, once, new_id()], code="SECOND")
    third = a_running_campaign(database, contacts=[twice], code="THIRD")
    seen = look(database, campaign_id, wave_of(database, campaign_id).id)
    assert seen.overlapping == 2
    assert [(one.campaign_id, one.code, one.targets) for one in seen.overlaps] == [
        (second, "SECOND", 2),
        (third, "THIRD", 1),
    ]


def test_a_follow_up_says_why_it_leaves_whom_out(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    plan = a_follow_up(
        first, answer_classes=["no_answer", "undecided"], silent_days=7, score_below=Decimal(8)
    )
    second = a_planned_wave(database, campaign_id, plan)
    silent, scored, keen, low = contacts = [new_id() for _ in range(4)]
    launch(database, campaign_id, contacts)
    wave = release(database, stored(database, first))
    targets = targets_of(database, campaign_id)
    answers = [
        an_answer(wave, targets[scored], kind="survey", score=Decimal(9)),
        an_answer(wave, targets[keen], kind="form", interested=True),
        an_answer(wave, targets[low], kind="survey", score=Decimal(3)),
    ]
    went = outcomes(wave, targets.values(), at=targets[silent].status_at)
    hear(
        database,
        lambda session: take_outcomes(session, went),
        *(partial(take_answer, event=one) for one in answers),
    )
    seen = look(database, campaign_id, second)
    assert seen.recipients == 1
    assert seen.left_out == {"too_early": 1, "other_score": 1, "interested": 1}


def stored(database: Database, wave_id: UUID) -> Wave:
    with database.reading() as session:
        return session.get_one(Wave, wave_id)
