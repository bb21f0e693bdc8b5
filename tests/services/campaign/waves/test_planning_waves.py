"""Planning waves, and changing those that wait, on both databases."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from contracts.campaign import Schedule, SendWindow, Trial, Variant
from services.campaign.planning.actions import design_campaign
from services.campaign.planning.queries import take_campaign
from services.campaign.waves.model import Wave
from services.campaign.waves.plan import WavePlan
from services.campaign.waves.planning import change_wave, drop_wave, find_wave
from tests.services.campaign.builders import (
    ADMIN,
    OWNER,
    DatabaseOf,
    a_design,
    a_draft,
    a_follow_up,
    a_plan,
    a_planned_wave,
    a_running_campaign,
    an_approved_campaign,
    campaign_of,
    launch,
    published,
    release,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def stored(database: Database, wave_id: UUID) -> Wave:
    with database.reading() as session:
        return session.get_one(Wave, wave_id)


def change(database: Database, wave: Wave, plan: WavePlan) -> Wave:
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, wave.campaign_id)
        found = find_wave(session, campaign_id=wave.campaign_id, wave_id=wave.id)
        return change_wave(session, OWNER, campaign=campaign, wave=found, plan=plan)


def same(wave: Wave, **changes: Any) -> WavePlan:
    return a_plan(template_id=wave.template_id, **changes)


AROUND_NOW = {"starts_on": now().date(), "ends_on": now().date() + timedelta(days=60)}

A_SCHEDULE = Schedule(
    not_before=now() + timedelta(days=1),
    window=SendWindow(opens="09:00", closes="18:00", days=[1, 2, 3, 4, 5]),
    expires_at=now() + timedelta(days=30),
)


def test_schedule_and_trial_are_kept_and_go_out_with_the_release(database: Database) -> None:
    trial = Trial(
        variants=[
            Variant(name="a", template_id=new_id(), share=50),
            Variant(name="b", template_id=new_id(), share=50),
        ],
        sample_percent=10,
        metric="answers",
    )
    campaign_id = a_draft(database, **AROUND_NOW)
    wave_id = a_planned_wave(database, campaign_id, a_plan(schedule=A_SCHEDULE, trial=trial))
    wave = stored(database, wave_id)
    assert (wave.schedule, wave.trial) == (A_SCHEDULE, trial)
    launch(database, campaign_id, [new_id()])
    release(database, wave)
    (released,) = published(database, "wave.released.v1")
    assert released["schedule"]["window"]["days"] == [1, 2, 3, 4, 5]
    assert [one["share"] for one in released["trial"]["variants"]] == [50, 50]


def test_a_wave_of_a_draft_may_become_quite_another(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    second = stored(database, a_planned_wave(database, campaign_id))
    plan = WavePlan(action="leads", after_id=first, score_at_least=Decimal("7.5"))
    changed = change(database, second, plan)
    assert (changed.action, changed.channel, changed.score_at_least) == ("leads", None, Decimal("7.5"))
    assert campaign_of(database, campaign_id).version == 4


def test_after_the_submission_only_the_schedule_changes(database: Database) -> None:
    wave = wave_of(database, an_approved_campaign(database, **AROUND_NOW))
    assert change(database, wave, same(wave, schedule=A_SCHEDULE)).schedule == A_SCHEDULE
    with pytest.raises(Conflict, match="schedule"):
        change(database, wave, a_plan())


def test_a_released_wave_does_not_change(database: Database) -> None:
    wave = wave_of(database, a_running_campaign(database, contacts=[]))
    release(database, wave)
    with pytest.raises(Conflict, match="released"):
        change(database, wave, same(wave, schedule=A_SCHEDULE))


def test_a_schedule_that_has_passed_is_refused(database: Database) -> None:
    gone = Schedule(expires_at=now() - timedelta(days=1))
    with pytest.raises(Invalid, match="schedule.expires_at"):
        a_planned_wave(database, a_draft(database), a_plan(schedule=gone))


def test_a_follow_up_comes_after_a_wave_of_its_own_campaign(database: Database) -> None:
    foreign = a_planned_wave(database, a_draft(database))
    with pytest.raises(Invalid, match="after_id"):
        a_planned_wave(database, a_draft(database, code="OTHER"), a_follow_up(foreign))


def test_a_follow_up_comes_after_a_wave_that_sends_something(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    leads = a_planned_wave(database, campaign_id, WavePlan(action="leads", after_id=first))
    with pytest.raises(Invalid, match="after_id"):
        a_planned_wave(database, campaign_id, a_follow_up(leads))


def test_waves_do_not_wait_for_each_other(database: Database) -> None:
    campaign_id = a_draft(database)
    first = stored(database, a_planned_wave(database, campaign_id))
    second = a_planned_wave(database, campaign_id, a_follow_up(first.id))
    with pytest.raises(Invalid, match="after_id"):
        change(database, first, a_follow_up(second))


def test_a_wave_that_others_come_after_is_not_dropped(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    a_planned_wave(database, campaign_id, a_follow_up(first))
    with pytest.raises(Conflict, match="Wave 2"), database.transaction(OWNER) as session:
        drop_wave(session, OWNER, campaign_id=campaign_id, wave_id=first)


@pytest.mark.parametrize(
    "changes", [{"budget": [], "code": "T", "department": "south"}, {"code": "ROOM"}], ids=["foreign", "dear"]
)
def test_a_sub_campaign_starts_at_once_only_from_a_template_that_spends_nothing(
    database: Database, changes: dict[str, Any]
) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    with database.transaction(ADMIN) as session:
        template = design_campaign(session, ADMIN, a_design(**changes)).id
    plan = WavePlan(action="sub_campaign", after_id=first, template_campaign_id=template, child="started")
    with pytest.raises(Invalid, match="template_campaign_id|child"):
        a_planned_wave(database, campaign_id, plan)
