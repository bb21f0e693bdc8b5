"""Sub-campaigns that a follow-up wave opens from a template, on both databases."""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from chassis.database import Database
from chassis.ids import new_id
from chassis.work import Worker
from services.campaign.answers.actions import take_answer
from services.campaign.audience.actions import Rules, set_rules
from services.campaign.audience.feeder import AudienceFeeder
from services.campaign.planning.actions import redesign_campaign, submit_plan
from services.campaign.planning.model import Campaign, PlanVersion
from services.campaign.planning.queries import take_campaign, waves_in_order
from services.campaign.settings import CampaignSettings
from services.campaign.waves.model import Wave, WaveRecipient
from services.campaign.waves.plan import WavePlan
from services.campaign.waves.watcher import WaveWatcher
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_decision,
    a_design,
    a_draft,
    a_plan,
    a_planned_wave,
    an_answer,
    approve,
    campaign_of,
    decide,
    exclusions_of,
    hear,
    launch,
    pages_for,
    pages_of,
    published,
    release,
    resolve,
    sources_of,
    start,
    targets_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


class Family:
    """A running campaign whose second wave opens a sub-campaign for those who scored below eight."""

    def __init__(
        self,
        database: Database,
        *,
        child: str,
        contacts: int = 3,
        rules: Rules | None = None,
        **template: Any,
    ) -> None:
        self.database = database
        self.template = a_draft(database, **{"code": "SURVEY", "budget": [], "segment_id": None, **template})
        a_planned_wave(database, self.template, a_plan(release="when_due"))
        if rules is not None:
            with database.transaction(OWNER) as session:
                set_rules(session, campaign=take_campaign(session, OWNER, self.template), rules=rules)
        self.id = a_draft(database)
        self.first = a_planned_wave(database, self.id)
        plan = WavePlan(
            action="sub_campaign",
            after_id=self.first,
            score_below=Decimal(8),
            template_campaign_id=self.template,
            child=child,
        )
        self.second = a_planned_wave(database, self.id, plan)
        self.contacts = [new_id() for _ in range(contacts)]

    def run(self) -> UUID:
        """Everybody but the last scores seven; the wave opens the child. Returns its id."""
        launch(self.database, self.id, self.contacts)
        first = self.wave(self.first)
        release(self.database, first)
        targets = targets_of(self.database, self.id)
        for contact in self.contacts[:-1]:
            answer = an_answer(first, targets[contact], kind="survey", score=Decimal(7))
            hear(self.database, partial(take_answer, event=answer))
        opened = release(self.database, self.wave(self.second))
        assert opened.child_id is not None
        return opened.child_id

    def wave(self, wave_id: UUID) -> Wave:
        with self.database.reading() as session:
            return session.get_one(Wave, wave_id)

    def work(self) -> None:
        """Let the workers of the service do all there is to do."""
        settings = CampaignSettings(service="campaign")
        workers: list[Worker] = [
            AudienceFeeder(settings, self.database),
            WaveWatcher(settings, self.database),
        ]
        while any([worker.step() for worker in workers]):
            pass


def child_of(database: Database, child_id: UUID) -> tuple[Campaign, list[Wave]]:
    with database.reading() as session:
        return session.get_one(Campaign, child_id), list(waves_in_order(session, child_id))


def test_a_sub_campaign_is_a_draft_below_its_campaign(database: Database) -> None:
    family = Family(database, child="draft")
    child_id = family.run()
    child, (wave,) = child_of(database, child_id)
    above = campaign_of(database, family.id)
    assert (child.state, child.parent_id, child.owner, child.code) == (
        "draft",
        above.id,
        "mia",
        "SPRING-26-2",
    )
    assert wave.template_id is not None and wave.state == "planned"
    (designed,) = [one for one in published(database, "campaign.designed.v1") if one["code"] == child.code]
    assert designed["parent_id"] == str(above.id)


def test_its_audience_is_those_who_were_picked(database: Database) -> None:
    family = Family(database, child="draft")
    child_id = family.run()
    approve(database, child_id)
    start(database, child_id)
    (started,) = [
        one for one in published(database, "campaign.started.v1") if one["campaign_id"] == str(child_id)
    ]
    assert started["segments"] == [] and started["resolution_id"] == str(child_id)
    family.work()
    assert campaign_of(database, child_id).state == "running"
    assert set(targets_of(database, child_id)) == set(family.contacts[:-1])


def test_a_large_audience_is_taken_step_by_step(database: Database) -> None:
    family = Family(database, child="draft", contacts=1502)
    launch(database, family.id, family.contacts)
    release(database, family.wave(family.first))
    with database.transaction() as session:
        session.execute(update(WaveRecipient).values(score=Decimal(7)))
    child_id = release(database, family.wave(family.second)).child_id
    assert child_id is not None
    approve(database, child_id)
    start(database, child_id)
    family.work()
    assert campaign_of(database, child_id).targets == 1502


def test_who_stays_off_the_template_stays_off_the_sub_campaign(database: Database) -> None:
    rivals = new_id()
    family = Family(database, child="draft", rules=Rules(excluded_segments=[rivals]))
    child_id = family.run()
    approve(database, child_id)
    start(database, child_id)
    _, against = sources_of(database, child_id)
    resolve(database, *pages_for(against, [family.contacts[0]]))
    family.work()
    assert set(targets_of(database, child_id)) == {family.contacts[1]}
    assert exclusions_of(database, child_id) == {family.contacts[0]: "segment"}


def test_one_that_spends_nothing_is_covered_by_the_approval_above_it_and_runs_at_once(
    database: Database,
) -> None:
    family = Family(database, child="started")
    child_id = family.run()
    assert campaign_of(database, child_id).state == "starting"
    family.work()
    child, (wave,) = child_of(database, child_id)
    assert (child.state, child.targets, wave.state, wave.targets) == ("running", 2, "released", 2)
    with database.reading() as session:
        above = session.get_one(PlanVersion, (family.id, 1))
        frozen = session.get_one(PlanVersion, (child_id, 1))
    assert frozen.approval_id == above.approval_id
    approved = [one["campaign_id"] for one in published(database, "campaign.approved.v1")]
    assert approved == [str(family.id), str(child_id)]


def test_a_template_that_changed_after_the_approval_makes_only_a_draft(database: Database) -> None:
    family = Family(database, child="started")
    with database.transaction(OWNER) as session:
        submit_plan(session, OWNER, campaign=take_campaign(session, OWNER, family.id))
    with database.transaction(OWNER) as session:
        template = take_campaign(session, OWNER, family.template)
        changed = a_design(code="SURVEY", budget=[], segment_id=None, message="Quite another one")
        redesign_campaign(session, OWNER, campaign=template, design=changed)
    decide(database, a_decision(campaign_of(database, family.id)))
    start(database, family.id)
    resolve(database, *pages_of(campaign_of(database, family.id), family.contacts))
    release(database, family.wave(family.first))
    child_id = release(database, family.wave(family.second)).child_id
    assert child_id is not None
    assert campaign_of(database, child_id).state == "draft"


def test_a_template_that_is_gone_is_tried_again_later_and_said_on_the_wave(database: Database) -> None:
    template = a_draft(database, code="T", budget=[])
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id, a_plan(release="when_due"))
    plan = WavePlan(action="sub_campaign", after_id=first, template_campaign_id=template, release="when_due")
    second = a_planned_wave(database, campaign_id, plan)
    launch(database, campaign_id, [])
    with database.transaction() as session:
        session.get_one(Campaign, template).department = "south"
        session.get_one(Wave, second).due_at = campaign_of(database, campaign_id).launched_at
    watcher = WaveWatcher(CampaignSettings(service="campaign"), database)
    while watcher.step():
        pass
    with database.reading() as session:
        waves = {one.number: one for one in waves_in_order(session, campaign_id)}
    assert waves[1].state == "released"
    assert waves[2].state == "planned" and "not there any more" in waves[2].problem
    assert waves[2].due_at is not None
