"""What answers and reports come to for the recipients of a wave, on both databases."""

import random
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from uuid import UUID

import pytest

from chassis.database import Database, Session
from chassis.errors import Forbidden, Invalid, NotFound
from chassis.ids import new_id
from contracts.outreach import SideScore
from services.campaign.answers.actions import judge_response, record_response, take_answer
from services.campaign.answers.model import Response
from services.campaign.answers.reports import take_feedback, take_outcomes
from services.campaign.launch.model import Target
from services.campaign.sharing.actions import share_targets
from services.campaign.sharing.dealing import Rule
from services.campaign.waves.model import Wave, WaveRecipient
from tests.services.campaign.builders import (
    COLLEAGUE,
    OWNER,
    DatabaseOf,
    a_draft,
    a_feedback,
    a_follow_up,
    a_planned_wave,
    a_running_campaign,
    an_answer,
    hear,
    launch,
    minutes,
    outcomes,
    published,
    recipients_of,
    release,
    targets_of,
    wave_of,
)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


class Sent:
    """A campaign whose wave went to one contact."""

    def __init__(self, database: Database, **changes: object) -> None:
        self.database = database
        self.contact = new_id()
        self.id = a_running_campaign(database, contacts=[self.contact], **changes)
        self.wave = release(database, wave_of(database, self.id))

    @property
    def target(self) -> Target:
        return targets_of(self.database, self.id)[self.contact]

    @property
    def recipient(self) -> WaveRecipient:
        return recipients_of(self.database, self.wave.id)[self.contact]


@pytest.mark.parametrize("seed", range(6))
def test_reports_and_answers_in_any_order_come_to_the_same(database: Database, seed: int) -> None:
    sent = Sent(database)
    wave, target = sent.wave, sent.target
    answers = [
        an_answer(wave, target, received_at=minutes(50)),
        an_answer(wave, target, kind="form", interested=False, received_at=minutes(40)),
        an_answer(wave, target, kind="survey", score=Decimal(4), received_at=minutes(30)),
        an_answer(wave, target, kind="survey", score=Decimal(9), received_at=minutes(20)),
    ]
    heard = [
        a_feedback(wave, target, kind="bounced_soft", at=minutes(5)),
        a_feedback(wave, target, kind="bounced_hard", at=minutes(9)),
        a_feedback(wave, target, kind="bounced_hard", at=minutes(7)),
        a_feedback(wave, target, kind="delivered", at=minutes(3)),
        a_feedback(wave, target, kind="delivered", at=minutes(2)),
        a_feedback(wave, target, kind="complained", at=minutes(8)),
    ]
    went = outcomes(wave, [target], at=minutes(1))
    news: list[Callable[[Session], object]] = [lambda session: take_outcomes(session, went)]
    news += [partial(take_answer, event=one) for one in answers]
    news += [partial(take_feedback, event=one) for one in heard]
    random.Random(seed).shuffle(news)
    hear(database, *news)
    row = sent.recipient
    assert (row.outcome, row.outcome_at) == ("accepted", minutes(1))
    assert (row.bounce, row.bounced_at, row.bounce_reason) == ("hard", minutes(7), "5.1.1")
    assert (row.delivered_at, row.complained_at) == (minutes(2), minutes(8))
    assert (row.verdict, row.verdict_at, row.score) == ("not_interested", minutes(40), Decimal(4))


def test_what_a_machine_clicked_is_nobodys_interest(database: Database) -> None:
    sent = Sent(database)
    clicked = an_answer(sent.wave, sent.target, machine=True)
    hear(database, lambda session: take_answer(session, clicked))
    assert sent.recipient.verdict == "" and sent.target.status == "targeted"
    assert published(database, "campaign.responded.v1") == []


def test_a_machine_is_ignored_even_before_its_target_is_known(database: Database) -> None:
    sent = Sent(database)
    clicked = an_answer(sent.wave, sent.target, machine=True, target_id=new_id())
    hear(database, lambda session: take_answer(session, clicked))
    assert published(database, "campaign.responded.v1") == []


def test_a_survey_is_kept_with_its_score_and_sides(database: Database) -> None:
    sent = Sent(database, interested_from=Decimal(8))
    sides = [SideScore(side="price", expectation=Decimal(7), experience=Decimal("8.5"))]
    survey = an_answer(sent.wave, sent.target, kind="survey", score=Decimal("8.25"), sides=sides)
    hear(database, lambda session: take_answer(session, survey))
    with database.reading() as session:
        kept = session.get_one(Response, survey.answer_id)
    assert (kept.score, kept.verdict) == (Decimal("8.25"), "interested")
    assert kept.sides == [{"side": "price", "expectation": "7", "experience": "8.5"}]
    (told,) = published(database, "campaign.responded.v1")
    assert (told["kind"], Decimal(told["score"])) == ("survey", Decimal("8.25"))


@pytest.mark.parametrize(("leads_from", "wanted"), [("answers", True), ("follow_ups", False)])
def test_a_campaign_says_whether_interest_is_a_lead_at_once(
    database: Database, leads_from: str, wanted: bool
) -> None:
    sent = Sent(database, leads_from=leads_from)
    clicked = an_answer(sent.wave, sent.target)
    hear(database, lambda session: take_answer(session, clicked))
    assert [one["wants_lead"] for one in published(database, "campaign.responded.v1")] == [wanted]


def record(sent: Sent, **changes: object) -> Response:
    given = {"target_id": sent.target.id, "kind": "call", "verdict": "interested", **changes}
    with sent.database.transaction(OWNER) as session:
        return record_response(session, OWNER, campaign_id=sent.id, **given)  # type: ignore[arg-type]


def test_an_answer_by_hand_is_one_to_the_wave_that_went_out_last(database: Database) -> None:
    campaign_id = a_draft(database)
    first = a_planned_wave(database, campaign_id)
    second = a_planned_wave(database, campaign_id, a_follow_up(first))
    contact = new_id()
    launch(database, campaign_id, [contact])
    for wave_id in (first, second):
        with database.reading() as session:
            wave = session.get_one(Wave, wave_id)
        release(database, wave)
    target_id = targets_of(database, campaign_id)[contact].id
    with database.transaction(OWNER) as session:
        record_response(
            session, OWNER, campaign_id=campaign_id, target_id=target_id, kind="call", verdict="interested"
        )
    verdicts = {wave_id: recipients_of(database, wave_id)[contact].verdict for wave_id in (first, second)}
    assert verdicts == {first: "", second: "interested"}


def test_an_answer_by_hand_may_name_its_wave_but_no_foreign_one(database: Database) -> None:
    sent = Sent(database)
    assert record(sent, wave_id=sent.wave.id).wave_id == sent.wave.id
    other = wave_of(database, a_running_campaign(database, contacts=[], code="OTHER"))
    with pytest.raises(Invalid, match="wave_id"):
        record(sent, wave_id=other.id)


def judge(database: Database, campaign_id: UUID, response_id: UUID, verdict: str) -> Response:
    with database.transaction(COLLEAGUE) as session:
        return judge_response(
            session,
            COLLEAGUE,
            campaign_id=campaign_id,
            response_id=response_id,
            verdict=verdict,
            note="wants a price list",
        )


def test_a_verdict_by_hand_replaces_that_of_the_rules_and_is_told_again(database: Database) -> None:
    sent = Sent(database)
    reply = an_answer(sent.wave, sent.target, kind="reply", note="Hm.")
    hear(database, lambda session: take_answer(session, reply))
    judged = judge(database, sent.id, reply.answer_id, "interested")
    assert (judged.judged_by, judged.note) == ("otto", "Hm.\nwants a price list")
    told = published(database, "campaign.responded.v1")
    assert [(one["response_id"], one["verdict"]) for one in told] == [
        (str(reply.answer_id), "undecided"),
        (str(reply.answer_id), "interested"),
    ]
    assert sent.recipient.verdict == "interested"


def test_a_response_of_another_campaign_is_not_there_to_judge(database: Database) -> None:
    sent = Sent(database)
    reply = an_answer(sent.wave, sent.target, kind="reply")
    hear(database, lambda session: take_answer(session, reply))
    other = a_running_campaign(database, contacts=[], code="OTHER")
    with pytest.raises(NotFound):
        judge(database, other, reply.answer_id, "interested")


def test_nobody_works_a_target_that_was_given_to_another(database: Database) -> None:
    sent = Sent(database)
    with database.transaction(OWNER) as session:
        share_targets(session, OWNER, campaign_id=sent.id, rule=Rule(by="round_robin", staff=["rex"]))
    with pytest.raises(Forbidden, match="rex"), database.transaction(COLLEAGUE) as session:
        record_response(
            session,
            COLLEAGUE,
            campaign_id=sent.id,
            target_id=sent.target.id,
            kind="call",
            verdict="interested",
        )
    assert record(sent).recorded_by == OWNER.subject
