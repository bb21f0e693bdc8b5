"""A mailing pauses by itself when too much of it goes wrong."""

from uuid import UUID

import pytest

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from contracts.outreach import MailingPaused
from services.outreach.mailings import course, leases, tallies
from services.outreach.mailings.feedback import Heard, record_feedback
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import Ended
from services.outreach.mailings.outcomes import record
from services.outreach.mailings.steward import Steward
from services.outreach.mailings.tallies import Sums
from services.outreach.mailings.watch import too_high
from tests.services.outreach.builders import (
    MIA,
    DatabaseOf,
    a_card,
    a_mailing,
    deliveries_of,
    mailing_of,
    published,
    settings,
)

SETTINGS = settings(watch_sample=20)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def send(database: Database, mailing_id: UUID, number: int, outcome: Ended) -> list[UUID]:
    """Let so many copies end. Returns their ids."""
    with database.transaction() as session:
        lease = leases.take(session, mailing_id, size=number, seconds=60)
    assert lease is not None
    held = [one.id for one in deliveries_of(database, mailing_id).values() if one.lease == lease]
    with database.transaction() as session:
        record(session, mailing_id, [Ending(one, outcome) for one in held], lease=lease)
    return held


def a_round(database: Database) -> None:
    Steward(SETTINGS, database).step()


def state(database: Database, mailing_id: UUID) -> str:
    return mailing_of(database, mailing_id).state


def test_too_many_failures_pause_a_mailing_with_the_reason_in_words(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(60)])
    send(database, mailing_id, 15, "accepted")
    send(database, mailing_id, 15, "failed")
    a_round(database)
    assert state(database, mailing_id) == "paused"
    (paused,) = published(database, MailingPaused)
    assert paused.by == "service:outreach"
    assert paused.reason == "failures: 50.00 % (15 of 30 copies) within 60 minutes; the limit is 50 %"


def test_too_few_copies_are_no_rate(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(60)])
    send(database, mailing_id, 19, "failed")
    a_round(database)
    assert state(database, mailing_id) == "sending"


@pytest.mark.parametrize(("kind", "name"), [("bounced_hard", "bounces"), ("complained", "complaints")])
def test_bounces_and_complaints_pause_it_too(database: Database, kind: str, name: str) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(60)])
    ids = send(database, mailing_id, 30, "accepted")
    with database.transaction() as session:
        record_feedback(session, [Heard(one, kind) for one in ids[:4]])  # type: ignore[arg-type]
    a_round(database)
    assert state(database, mailing_id) == "paused"
    assert name in (mailing_of(database, mailing_id).pause_reason or "")


def test_what_was_sent_before_the_span_does_not_count(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(90)])
    send(database, mailing_id, 30, "failed")
    clock.travel(seconds=3700)
    send(database, mailing_id, 30, "accepted")
    a_round(database)
    assert state(database, mailing_id) == "sending"


def test_whoever_resumes_it_is_not_stopped_again_by_the_same_copies(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(90)])
    send(database, mailing_id, 30, "failed")
    a_round(database)
    with database.transaction(MIA) as session:
        course.resume(session, MIA, mailing_id=mailing_id)
    a_round(database)
    assert state(database, mailing_id) == "sending"
    clock.travel(seconds=120)
    send(database, mailing_id, 30, "failed")
    a_round(database)
    assert state(database, mailing_id) == "paused"


def test_one_or_two_complaints_are_an_accident_and_a_limit_of_0_is_none() -> None:
    few = Sums(accepted=300, failed=0, bounced=0, complained=2, minutes=1)
    many = Sums(accepted=300, failed=0, bounced=0, complained=200, minutes=1)
    assert too_high(few, SETTINGS) is None
    assert too_high(many, SETTINGS) is not None
    assert too_high(many, settings(pause_complaint_percent=0)) is None


def test_news_of_a_copy_counts_for_the_minute_in_which_it_was_accepted(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(9)])
    ids = send(database, mailing_id, 5, "accepted")
    clock.travel(seconds=3600)
    with database.transaction() as session:
        record_feedback(session, [Heard(ids[0], "bounced_hard"), Heard(ids[1], "bounced_soft")])
    with database.reading() as session:
        assert tallies.since(session, [mailing_id], now()) == {}
        clock.travel(seconds=0)
        found = tallies.since(session, [mailing_id], now())[mailing_id]
    assert (found.accepted, found.bounced) == (5, 1)
