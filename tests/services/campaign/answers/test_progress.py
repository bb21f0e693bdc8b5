"""Deliveries, answers, opt-outs and leads as they move targets, on both databases."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database, Session
from chassis.errors import Conflict, Invalid, NotYet
from chassis.ids import new_id
from contracts.lead import LeadConverted
from services.campaign.answers.actions import record_response, take_answer
from services.campaign.answers.model import Response
from services.campaign.answers.reports import take_conversion, take_lead, take_outcomes, take_suppression
from services.campaign.launch.model import Target
from tests.services.campaign.builders import (
    COLLEAGUE,
    DatabaseOf,
    a_captured_lead,
    a_running_campaign,
    a_starting_campaign,
    a_suppression,
    an_answer,
    minutes,
    outcomes,
    published,
    release,
    targets_of,
    wave_of,
)
from tests.services.campaign.statements import count_statements

News = Callable[[Session], None]


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


class Running:
    """A running campaign with its wave and its targets, and what arrives about them."""

    def __init__(self, database: Database, *, contacts: int = 1, click_means: str = "interested") -> None:
        self.database = database
        self.contacts = [new_id() for _ in range(contacts)]
        self.id = a_running_campaign(database, contacts=self.contacts, click_means=click_means)
        self.wave = wave_of(database, self.id)

    @property
    def target(self) -> Target:
        return targets_of(self.database, self.id)[self.contacts[0]]

    def hear(self, *news: News) -> None:
        for one in news:
            with self.database.transaction() as session:
                one(session)

    def responses(self) -> list[Response]:
        with self.database.reading() as session:
            return list(session.scalars(select(Response).order_by(Response.id)))

    def record(self, target_id: UUID, **changes: object) -> Response:
        given = {"kind": "call", "verdict": "interested", "note": "call back on Monday", **changes}
        with self.database.transaction(COLLEAGUE) as session:
            return record_response(session, COLLEAGUE, campaign_id=self.id, target_id=target_id, **given)  # type: ignore[arg-type]


def test_an_accepted_delivery_makes_a_target_contacted(database: Database) -> None:
    running = Running(database)
    target = running.target
    running.hear(lambda session: take_outcomes(session, outcomes(running.wave, [target], at=minutes(5))))
    (progressed,) = published(database, "campaign.targets_progressed.v1")
    assert [one["status"] for one in progressed["changes"]] == ["contacted"]
    assert (running.target.status, running.target.status_at) == ("contacted", minutes(5))


@pytest.mark.parametrize("outcome", ["failed", "suppressed", "uncertain"])
def test_a_delivery_that_was_not_accepted_moves_nobody(database: Database, outcome: str) -> None:
    running = Running(database)
    page = outcomes(running.wave, [running.target], outcome=outcome)  # type: ignore[arg-type]
    running.hear(lambda session: take_outcomes(session, page))
    assert running.target.status == "targeted"
    assert published(database, "campaign.targets_progressed.v1") == []


def test_a_page_of_500_outcomes_costs_few_statements(database: Database) -> None:
    running = Running(database, contacts=500)
    release(database, running.wave)
    page = outcomes(running.wave, targets_of(database, running.id).values())
    with count_statements(database) as statements:
        running.hear(lambda session: take_outcomes(session, page))
    assert len(published(database, "campaign.targets_progressed.v1")[0]["changes"]) == 500
    assert len(statements) <= 8


def test_an_answer_is_kept_judged_and_published(database: Database) -> None:
    running = Running(database)
    answer = an_answer(running.wave, running.target)
    running.hear(lambda session: take_answer(session, answer))
    (responded,) = published(database, "campaign.responded.v1")
    assert (responded["verdict"], responded["kind"], responded["department"]) == (
        "interested",
        "click",
        "north",
    )
    assert [response.id for response in running.responses()] == [answer.answer_id]
    assert running.target.status == "responded"


def test_a_click_may_mean_nothing_yet(database: Database) -> None:
    running = Running(database, click_means="undecided")
    answer = an_answer(running.wave, running.target)
    running.hear(lambda session: take_answer(session, answer))
    assert [one["verdict"] for one in published(database, "campaign.responded.v1")] == ["undecided"]


def test_every_answer_of_a_target_is_told_but_moves_it_once(database: Database) -> None:
    running = Running(database)
    click = an_answer(running.wave, running.target)
    form = an_answer(running.wave, running.target, kind="form", interested=False, received_at=minutes(31))
    running.hear(lambda session: take_answer(session, click), lambda session: take_answer(session, form))
    verdicts = [one["verdict"] for one in published(database, "campaign.responded.v1")]
    assert verdicts == ["interested", "not_interested"]
    assert len(published(database, "campaign.targets_progressed.v1")) == 1


def test_the_same_answer_is_kept_once(database: Database) -> None:
    running = Running(database)
    answer = an_answer(running.wave, running.target)
    running.hear(*[lambda session: take_answer(session, answer)] * 2)
    assert len(running.responses()) == len(published(database, "campaign.responded.v1")) == 1


def test_an_answer_of_an_unknown_target_waits(database: Database) -> None:
    running = Running(database)
    answer = an_answer(running.wave, running.target, target_id=new_id())
    with pytest.raises(NotYet):
        running.hear(lambda session: take_answer(session, answer))


def test_an_unsubscription_makes_a_target_opted_out(database: Database) -> None:
    running = Running(database)
    suppression = a_suppression(running.target)
    running.hear(lambda session: take_suppression(session, suppression))
    assert (running.target.status, running.target.status_at) == ("opted_out", minutes(40))


def test_a_bounce_is_no_opt_out(database: Database) -> None:
    running = Running(database)
    suppression = a_suppression(running.target, reason="bounced")
    running.hear(lambda session: take_suppression(session, suppression))
    assert running.target.status == "targeted"


def test_a_suppression_that_no_campaign_led_to_moves_nobody(database: Database) -> None:
    running = Running(database)
    suppression = a_suppression(running.target, campaign_id=None, target_id=None, reason="manual")
    running.hear(lambda session: take_suppression(session, suppression))
    assert running.target.status == "targeted"


def test_a_captured_lead_moves_its_target(database: Database) -> None:
    running = Running(database)
    running.hear(lambda session: take_lead(session, a_captured_lead(running.id, running.contacts[0])))
    assert running.target.status == "lead"


def a_converted_lead(campaign_id: UUID | None, contact_id: UUID) -> LeadConverted:
    """A lead that Rita made an opportunity of."""
    return LeadConverted(
        lead_id=new_id(),
        contact_id=contact_id,
        campaign_id=campaign_id,
        department="north",
        assignee="rita",
        opportunity_id=new_id(),
        name="Two cranes",
        amount=Decimal("4800.00"),
        currency="EUR",
        by="rita",
        at=minutes(90),
    )


def test_a_converted_lead_makes_its_target_an_opportunity(database: Database) -> None:
    running = Running(database)
    running.hear(
        lambda session: take_conversion(session, a_converted_lead(running.id, running.contacts[0])),
        lambda session: take_lead(session, a_captured_lead(running.id, running.contacts[0])),
        lambda session: take_conversion(session, a_converted_lead(None, running.contacts[0])),
    )
    assert running.target.status == "opportunity"


@pytest.mark.parametrize("campaign_id", [None, new_id()])
def test_a_lead_of_no_campaign_of_ours_moves_nobody(database: Database, campaign_id: UUID | None) -> None:
    running = Running(database)
    running.hear(lambda session: take_lead(session, a_captured_lead(campaign_id, running.contacts[0])))
    assert running.target.status == "targeted"


def test_a_lead_waits_while_the_target_list_is_still_being_taken(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    with pytest.raises(NotYet), database.transaction() as session:
        take_lead(session, a_captured_lead(campaign_id, new_id()))


@pytest.mark.parametrize("seed", range(6))
def test_news_in_any_order_ends_in_the_same_state(database: Database, seed: int) -> None:
    running = Running(database, contacts=3)
    led, left, clicked = (targets_of(database, running.id)[contact] for contact in running.contacts)
    early, late = (an_answer(running.wave, clicked, received_at=minutes(at)) for at in (20, 25))
    lead, suppressions = (
        a_captured_lead(running.id, led.contact_id),
        [a_suppression(led), a_suppression(left)],
    )
    news: list[News] = [
        lambda session: take_outcomes(session, outcomes(running.wave, [led, left, clicked])),
        lambda session: take_answer(session, an_answer(running.wave, left)),
        lambda session: take_answer(session, late),
        lambda session: take_answer(session, early),
        lambda session: take_suppression(session, suppressions[0]),
        lambda session: take_suppression(session, suppressions[1]),
        lambda session: take_lead(session, lead),
    ]
    random.Random(seed).shuffle(news)
    running.hear(*news)
    ends = {contact: (one.status, one.status_at) for contact, one in targets_of(database, running.id).items()}
    assert list(map(ends.get, running.contacts)) == [
        ("lead", minutes(50)),
        ("opted_out", minutes(40)),
        ("responded", minutes(20)),
    ]


def test_a_call_is_written_down_by_hand(database: Database) -> None:
    running = Running(database)
    response = running.record(running.target.id)
    (responded,) = published(database, "campaign.responded.v1")
    assert (responded["kind"], responded["note"]) == ("call", "call back on Monday")
    assert (response.recorded_by, running.target.status) == ("otto", "responded")


def test_a_call_of_somebody_who_is_not_on_the_list_is_refused(database: Database) -> None:
    running = Running(database)
    with pytest.raises(Invalid, match="target_id"):
        running.record(new_id())


@pytest.mark.parametrize("days", [-1, 1])
def test_an_answer_before_the_start_or_in_the_future_is_refused(database: Database, days: int) -> None:
    running = Running(database)
    with pytest.raises(Invalid, match="responded_at"):
        running.record(running.target.id, responded_at=now() + timedelta(days=days))


def test_no_answers_are_written_down_before_the_launch(database: Database) -> None:
    campaign_id = a_starting_campaign(database)
    with pytest.raises(Conflict), database.transaction(COLLEAGUE) as session:
        record_response(
            session, COLLEAGUE, campaign_id=campaign_id, target_id=new_id(), kind="call", verdict="interested"
        )
