"""Everything that happened to a target, in order, on both databases."""

from datetime import date
from decimal import Decimal

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import NotFound
from chassis.ids import new_id
from contracts.roles import SALES_REP
from services.campaign.answers.actions import take_answer
from services.campaign.answers.reports import take_feedback, take_lead, take_outcomes, take_suppression
from services.campaign.followups.actions import end_follow_up, plan_follow_up
from services.campaign.planning.queries import take_campaign
from services.campaign.sharing.actions import share_targets
from services.campaign.sharing.dealing import Rule
from services.campaign.timeline.queries import Timeline, timeline
from tests.harness.people import person
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    DatabaseOf,
    a_captured_lead,
    a_feedback,
    a_running_campaign,
    a_suppression,
    an_answer,
    hear,
    outcomes,
    release,
    targets_of,
    wave_of,
)

REX = person("rex", SALES_REP)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


class Way:
    """A target that went through everything that can happen to one."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.contact = new_id()
        self.campaign_id = a_running_campaign(database, contacts=[self.contact])
        self.wave = release(database, wave_of(database, self.campaign_id))
        self.target = targets_of(database, self.campaign_id)[self.contact]
        self.survey = an_answer(
            self.wave, self.target, kind="survey", score=Decimal(9), note="Good.", received_at=now()
        )
        self.lead = a_captured_lead(self.campaign_id, self.contact)
        self._report()
        self._work()

    def _report(self) -> None:
        went = outcomes(self.wave, [self.target], at=now())
        came_back = a_feedback(self.wave, self.target, kind="bounced_soft", at=now())
        left = a_suppression(self.target, added_at=now())
        hear(
            self.database,
            lambda session: take_outcomes(session, went),
            lambda session: take_feedback(session, came_back),
            lambda session: take_answer(session, self.survey),
            lambda session: take_suppression(session, left),
            lambda session: take_lead(session, self.lead),
        )

    def _work(self) -> None:
        rule = Rule(by="round_robin", staff=["rex"])
        with self.database.transaction(OWNER) as session:
            share_targets(session, OWNER, campaign_id=self.campaign_id, rule=rule)
        with self.database.transaction(OWNER) as session:
            campaign = take_campaign(session, OWNER, self.campaign_id)
            planned = plan_follow_up(
                session,
                OWNER,
                campaign=campaign,
                response_id=self.survey.answer_id,
                what="thank them",
                due_on=date(2026, 12, 1),
            )
            done = {"state": "done", "result": "thanked"}
            end_follow_up(session, OWNER, campaign=campaign, follow_up=planned, **done)


EVERYTHING = [
    ("status", "targeted"),
    ("wave", "outreach"),
    ("delivery", "accepted"),
    ("status", "contacted"),
    ("feedback", "bounced_soft"),
    ("answer", "survey"),
    ("status", "responded"),
    ("status", "opted_out"),
    ("status", "lead"),
    ("share", "shared"),
    ("follow_up", "planned"),
    ("follow_up", "done"),
]


def test_a_timeline_tells_the_whole_way_of_a_target(database: Database) -> None:
    way = Way(database)
    seen = look(database, way.campaign_id, way.target.id)
    assert sorted((one.kind, one.what) for one in seen.entries) == sorted(EVERYTHING)
    moments = [one.at for one in seen.entries]
    assert moments == sorted(moments)
    details = {(one.kind, one.what): one for one in seen.entries}
    assert details["answer", "survey"].detail == "score 9; Good.; https://example.com/seminar"
    assert details["status", "lead"].reference == way.lead.lead_id
    assert details["wave", "outreach"].wave_number == 1


def look(database: Database, campaign_id: object, target_id: object, actor: object = OWNER) -> Timeline:
    with database.reading() as session:
        return timeline(session, actor, campaign_id=campaign_id, target_id=target_id)  # type: ignore[arg-type]


@pytest.mark.parametrize("actor", [STRANGER, REX], ids=["foreign department", "not shared out to him"])
def test_who_may_not_see_a_target_does_not_find_its_timeline(database: Database, actor: object) -> None:
    contact = new_id()
    campaign_id = a_running_campaign(database, contacts=[contact])
    with pytest.raises(NotFound):
        look(database, campaign_id, targets_of(database, campaign_id)[contact].id, actor)


def test_a_target_of_another_campaign_is_not_there(database: Database) -> None:
    contact = new_id()
    campaign_id = a_running_campaign(database, contacts=[contact])
    other = a_running_campaign(database, contacts=[], code="OTHER")
    with pytest.raises(NotFound):
        look(database, other, targets_of(database, campaign_id)[contact].id)
