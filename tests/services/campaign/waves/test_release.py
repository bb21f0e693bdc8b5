"""Releasing waves as pages of targets, on both databases."""

from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from contracts.outreach import MailingFinished
from services.campaign.answers.reports import take_suppression
from services.campaign.launch.actions import steer_campaign
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.waves.actions import finish_wave, release_wave
from services.campaign.waves.model import Wave
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    T0,
    DatabaseOf,
    a_running_campaign,
    a_suppression,
    an_approved_campaign,
    published,
    targets_of,
    wave_of,
)
from tests.services.campaign.statements import count_statements


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def release(database: Database, campaign_id: UUID, actor: Actor = OWNER) -> Wave:
    wave_id = wave_of(database, campaign_id).id
    with database.transaction(actor) as session:
        return release_wave(session, actor, campaign_id=campaign_id, wave_id=wave_id)


def recipients(database: Database) -> list[str]:
    pages = published(database, "wave.targets.v1")
    return [target["contact_id"] for page in pages for target in page["targets"]]


def test_1200_targets_leave_as_three_pages_after_the_release(database: Database) -> None:
    contacts = [new_id() for _ in range(1200)]
    wave = release(database, a_running_campaign(database, contacts=contacts))
    (released,) = published(database, "wave.released.v1")
    pages = published(database, "wave.targets.v1")
    assert (released["targets"], released["pages"], wave.version) == (1200, 3, 4)
    assert [(page["page"], len(page["targets"])) for page in pages] == [(1, 500), (2, 500), (3, 200)]
    assert sorted(recipients(database)) == sorted(map(str, contacts))


def test_each_page_of_a_release_costs_one_statement(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id() for _ in range(1200)])
    with count_statements(database) as statements:
        release(database, campaign_id)
    pages = [one for one in statements if "LIMIT" in one and "wave_recipients" in one]
    assert len(pages) == 4
    assert len(statements) <= 17, statements


def test_a_target_that_opted_out_is_left_alone(database: Database) -> None:
    stays, leaves = new_id(), new_id()
    campaign_id = a_running_campaign(database, contacts=[stays, leaves])
    with database.transaction() as session:
        take_suppression(session, a_suppression(targets_of(database, campaign_id)[leaves]))
    release(database, campaign_id)
    assert recipients(database) == [str(stays)]


def test_a_wave_without_targets_has_no_pages(database: Database) -> None:
    wave = release(database, a_running_campaign(database, contacts=[]))
    assert (wave.targets, wave.pages) == (0, 0)
    assert published(database, "wave.targets.v1") == []


def test_a_wave_goes_out_once(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    release(database, campaign_id)
    with pytest.raises(Conflict, match="released already"):
        release(database, campaign_id)
    assert len(published(database, "wave.released.v1")) == 1


def test_a_paused_campaign_releases_nothing(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        steer_campaign(session, OWNER, campaign=campaign, step=Step.PAUSE)
    with pytest.raises(Conflict, match="paused"):
        release(database, campaign_id)


def test_a_wave_waits_for_the_launch(database: Database) -> None:
    with pytest.raises(Conflict, match="approved"):
        release(database, an_approved_campaign(database))


def test_a_wave_of_another_campaign_is_not_there(database: Database) -> None:
    first = a_running_campaign(database, contacts=[])
    second = a_running_campaign(database, contacts=[], code="OTHER")
    with pytest.raises(NotFound), database.transaction(OWNER) as session:
        wave_id = wave_of(database, second).id
        release_wave(session, OWNER, campaign_id=first, wave_id=wave_id)


def test_nobody_releases_for_a_foreign_department(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    with pytest.raises(NotFound):
        release(database, campaign_id, STRANGER)


def finished(wave: Wave, **changes: Any) -> MailingFinished:
    figures: dict[str, Any] = {"recipients": 10, "accepted": 4, "failed": 3, "suppressed": 1, "uncertain": 2}
    return MailingFinished(
        mailing_id=new_id(),
        wave_id=wave.id,
        campaign_id=wave.campaign_id,
        finished_at=T0,
        **(figures | changes),
    )


def figures_of(wave: Wave) -> tuple[int | None, ...]:
    return wave.accepted, wave.failed, wave.suppressed, wave.uncertain


def test_a_finished_mailing_leaves_its_figures_on_the_wave(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    wave = release(database, campaign_id)
    with database.transaction() as session:
        finish_wave(session, finished(wave))
    wave = wave_of(database, campaign_id)
    assert figures_of(wave) == (4, 3, 1, 2)
    assert (wave.state, wave.finished_at) == ("finished", T0)


@pytest.mark.parametrize("resend_first", [False, True])
def test_who_was_sent_to_again_is_no_longer_uncertain(database: Database, *, resend_first: bool) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id()])
    wave = release(database, campaign_id)
    few: dict[str, Any] = {"recipients": 2, "accepted": 1, "failed": 0, "suppressed": 0, "uncertain": 1}
    again = finished(wave, **few, resend_of=new_id())
    told = [finished(wave), again]
    for event in reversed(told) if resend_first else told:
        with database.transaction() as session:
            finish_wave(session, event)
    wave = wave_of(database, campaign_id)
    assert figures_of(wave) == (5, 3, 1, 1)
    assert (wave.state, wave.finished_at) == ("finished", T0)
