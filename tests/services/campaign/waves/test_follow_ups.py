"""Follow-up waves: whom they pick of an earlier wave's recipients, and when, on both databases."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from contracts.outreach import MailingFinished
from services.campaign.answers.actions import take_answer
from services.campaign.answers.reports import take_feedback, take_outcomes, take_suppression
from services.campaign.launch.actions import steer_campaign
from services.campaign.launch.model import Target
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.settings import CampaignSettings
from services.campaign.waves.actions import finish_wave
from services.campaign.waves.model import Wave
from services.campaign.waves.plan import WavePlan
from services.campaign.waves.watcher import WaveWatcher
from tests.services.campaign.builders import (
    OWNER,
    DatabaseOf,
    a_draft,
    a_feedback,
    a_follow_up,
    a_planned_wave,
    a_suppression,
    an_answer,
    hear,
    launch,
    outcomes,
    published,
    recipients_of,
    release,
    targets_of,
)

PEOPLE = ("yes", "no", "maybe", "silent", "bounced", "failed", "suppressed", "uncertain", "waiting")
DAY = 86_400


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


class Campaign:
    """A campaign whose first wave went to one contact of each fate; ``plan`` is what comes after it."""

    def __init__(self, database: Database, **follow_up: Any) -> None:
        self.database = database
        self.id = a_draft(database)
        self.first = a_planned_wave(database, self.id)
        plan = follow_up.pop("plan", None) or a_follow_up(self.first, **follow_up)
        self.second = a_planned_wave(database, self.id, plan)
        self.contacts = {name: new_id() for name in PEOPLE}
        launch(database, self.id, list(self.contacts.values()))
        release(database, self.wave(self.first))

    def wave(self, wave_id: UUID) -> Wave:
        with self.database.reading() as session:
            return session.get_one(Wave, wave_id)

    def target(self, name: str) -> Target:
        return targets_of(self.database, self.id)[self.contacts[name]]

    def goes_out(self, *, at: datetime | None = None) -> None:
        """Every fate but the answers comes true at ``at``, and the first wave is finished then."""
        first, at = self.wave(self.first), at or now()
        accepted = [self.target(name) for name in ("yes", "no", "maybe", "silent", "bounced")]
        news = [outcomes(first, accepted, at=at)]
        for outcome in ("failed", "suppressed", "uncertain"):
            news.append(outcomes(first, [self.target(outcome)], outcome=outcome, at=at))
        hear(self.database, *(partial(take_outcomes, event=one) for one in news))
        bounce = a_feedback(first, self.target("bounced"), kind="bounced_hard", at=at)
        hear(self.database, lambda session: take_feedback(session, bounce))
        done = MailingFinished(
            mailing_id=new_id(),
            wave_id=self.first,
            campaign_id=self.id,
            recipients=9,
            accepted=5,
            failed=1,
            suppressed=1,
            uncertain=1,
            finished_at=at,
        )
        hear(self.database, lambda session: finish_wave(session, done))

    def answers(self, name: str, **changes: Any) -> None:
        answer = an_answer(self.wave(self.first), self.target(name), **{"received_at": now(), **changes})
        hear(self.database, lambda session: take_answer(session, answer))

    def everybody_answers(self) -> None:
        self.answers("yes", kind="form", interested=True)
        self.answers("no", kind="form", interested=False)
        self.answers("maybe", kind="reply")

    def release(self) -> Wave:
        return release(self.database, self.wave(self.second))

    def picked(self) -> set[str]:
        picked = recipients_of(self.database, self.second)
        return {name for name, contact in self.contacts.items() if contact in picked}


def watch(database: Database) -> int:
    """How many waves the watcher released, or tried to."""
    watcher = WaveWatcher(CampaignSettings(service="campaign"), database)
    steps = 0
    while watcher.step():
        steps += 1
    return steps


@pytest.mark.parametrize(
    ("answer_class", "who"),
    [
        ("interested", "yes"),
        ("not_interested", "no"),
        ("undecided", "maybe"),
        ("no_answer", "silent"),
        ("suppressed", "suppressed"),
        ("uncertain", "uncertain"),
    ],
)
def test_a_wave_picks_by_the_class_of_the_earlier_answer(
    database: Database, answer_class: str, who: str
) -> None:
    campaign = Campaign(database, answer_classes=[answer_class])
    campaign.goes_out()
    campaign.everybody_answers()
    wave = campaign.release()
    assert campaign.picked() == {who}
    assert (wave.targets, wave.pages) == (1, 1)


def test_what_failed_and_what_came_back_is_bounced(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["bounced"])
    campaign.goes_out()
    campaign.release()
    assert campaign.picked() == {"failed", "bounced"}


def test_several_classes_are_picked_together_and_no_class_means_everybody(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["interested", "undecided"])
    campaign.goes_out()
    campaign.everybody_answers()
    campaign.release()
    assert campaign.picked() == {"yes", "maybe"}


def test_without_a_class_everybody_is_picked(database: Database) -> None:
    campaign = Campaign(database)
    campaign.release()
    assert campaign.picked() == set(PEOPLE)


def test_who_bounced_and_then_answers_has_answered(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["interested"])
    campaign.goes_out()
    campaign.answers("bounced", kind="form", interested=True)
    campaign.release()
    assert campaign.picked() == {"bounced"}


def test_silence_counts_from_when_the_copy_went_out(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["no_answer"], silent_days=14)
    campaign.goes_out()
    clock.travel(seconds=14 * DAY - 60)
    assert campaign.release().targets == 0


def test_who_was_silent_long_enough_is_picked(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["no_answer"], silent_days=14)
    campaign.goes_out(at=now() - timedelta(days=14))
    campaign.everybody_answers()
    campaign.release()
    assert campaign.picked() == {"silent"}


def test_an_answer_that_comes_later_does_not_change_what_has_gone(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["no_answer"])
    campaign.goes_out()
    campaign.release()
    before = campaign.picked()
    campaign.answers("silent", kind="form", interested=True)
    assert campaign.picked() == before >= {"silent"}
    with pytest.raises(Conflict, match="released already"):
        campaign.release()


def test_who_asked_to_be_left_alone_is_not_picked_even_as_a_lead(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["interested"])
    campaign.goes_out()
    campaign.everybody_answers()
    left = a_suppression(campaign.target("yes"))
    hear(database, lambda session: take_suppression(session, left))
    campaign.release()
    assert campaign.picked() == set()


def test_a_follow_up_waits_for_the_release_of_the_wave_before(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    second = a_planned_wave(database, campaign_id, a_follow_up(first))
    launch(database, campaign_id, [new_id()])
    with database.reading() as session:
        wave = session.get_one(Wave, second)
    with pytest.raises(Conflict, match="Wave 1"):
        release(database, wave)


@pytest.mark.parametrize(("bound", "who"), [({"score_at_least": 8}, {"yes"}), ({"score_below": 8}, {"no"})])
def test_a_wave_picks_by_the_score_of_a_survey(
    database: Database, bound: dict[str, int], who: set[str]
) -> None:
    campaign = Campaign(database, **{name: Decimal(value) for name, value in bound.items()})
    campaign.goes_out()
    campaign.answers("yes", kind="survey", score=Decimal(8))
    campaign.answers("no", kind="survey", score=Decimal("7.9"))
    campaign.answers("maybe", kind="form", interested=True)
    campaign.release()
    assert campaign.picked() == who


def leads_of_eight(first: UUID, **changes: Any) -> WavePlan:
    return WavePlan(**{"action": "leads", "after_id": first, "score_at_least": Decimal(8), **changes})


@pytest.mark.parametrize(("action", "kind"), [("leads", "lead"), ("opportunities", "opportunity")])
def test_those_with_a_high_score_are_wanted_as_leads_each_once(
    database: Database, action: str, kind: str
) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    second = a_planned_wave(database, campaign_id, leads_of_eight(first, action=action))
    contacts = [new_id() for _ in range(3)]
    launch(database, campaign_id, contacts)
    with database.reading() as session:
        early, late = session.get_one(Wave, first), session.get_one(Wave, second)
    release(database, early)
    targets = targets_of(database, campaign_id)

    def scores(contact: UUID, score: str) -> None:
        answer = an_answer(early, targets[contact], kind="survey", score=Decimal(score))
        hear(database, lambda session: take_answer(session, answer))

    scores(contacts[0], "9.5")
    scores(contacts[1], "7")
    release(database, late)
    scores(contacts[2], "8")
    release(database, late)
    wanted = published(database, "campaign.leads_wanted.v1")
    assert [[(one["contact_id"], one["score"]) for one in page["contacts"]] for page in wanted] == [
        [(str(contacts[0]), "9.5000")],
        [(str(contacts[2]), "8.0000")],
    ]
    assert {page["kind"] for page in wanted} == {kind}
    assert wanted[0]["reason"] == "wave 2: score of 8 or more"
    assert published(database, "wave.released.v1")[1:] == []


def test_a_wave_goes_by_itself_when_it_is_due(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["no_answer"], silent_days=14, release="when_due")
    assert watch(database) == 0
    campaign.goes_out()
    campaign.everybody_answers()
    assert campaign.wave(campaign.second).due_at is not None
    clock.travel(seconds=13 * DAY)
    assert watch(database) == 0
    clock.travel(seconds=14 * DAY + 1)
    assert watch(database) == 1
    assert campaign.picked() == {"silent"}
    assert watch(database) == 0


def test_a_first_wave_goes_by_itself_with_the_launch(database: Database) -> None:
    campaign_id = a_draft(database)
    a_planned_wave(database, campaign_id, WavePlan(channel="email", template_id=new_id(), release="when_due"))
    launch(database, campaign_id, [new_id()])
    assert watch(database) == 1
    assert len(published(database, "wave.released.v1")) == 1


def test_a_wave_that_makes_leads_looks_again_and_again(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    a_planned_wave(database, campaign_id, leads_of_eight(first, release="when_due"))
    contact = new_id()
    launch(database, campaign_id, [contact])
    with database.reading() as session:
        early = session.get_one(Wave, first)
    release(database, early)
    assert watch(database) == 1
    assert watch(database) == 0
    answer = an_answer(early, targets_of(database, campaign_id)[contact], kind="survey", score=Decimal(9))
    hear(database, lambda session: take_answer(session, answer))
    clock.travel(seconds=61)
    assert watch(database) == 1
    clock.travel(seconds=122)
    assert watch(database) == 1
    assert len(published(database, "campaign.leads_wanted.v1")) == 1


def test_a_paused_campaign_holds_its_due_waves_back(database: Database) -> None:
    campaign = Campaign(database, answer_classes=["no_answer"], release="when_due")
    campaign.goes_out()

    def steer(step: Step) -> None:
        with database.transaction(OWNER) as session:
            found = take_campaign(session, OWNER, campaign.id)
            steer_campaign(session, OWNER, campaign=found, step=step)

    steer(Step.PAUSE)
    assert watch(database) == 0
    steer(Step.RESUME)
    assert watch(database) == 1
