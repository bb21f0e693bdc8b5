"""A mailing on its course: it waits, goes, stands still, goes on, and ends, as people and campaigns say."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest

from chassis import clock
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, NotFound
from chassis.ids import new_id
from contracts.campaign import Schedule
from contracts.outreach import (
    MailingCancelled,
    MailingFinished,
    MailingOutcomes,
    MailingPaused,
    MailingResumed,
    MailingStarted,
)
from fanfare.local.process import wait_until
from services.outreach.mailings import course, leases
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.outcomes import record
from services.outreach.mailings.steward import Steward
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    MIA,
    STRANGER,
    DatabaseOf,
    a_card,
    a_mailing,
    a_wave,
    arrive,
    deliveries_of,
    mailing_of,
    pages_of,
    published,
    release,
    settings,
)
from tests.services.outreach.senders import StartSender, TroubledServer

SECONDS = 60.0


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def campaign_of(database: Database, mailing_id: UUID) -> UUID:
    return mailing_of(database, mailing_id).campaign_id


def told(database: Database, campaign_id: UUID, state: course.CampaignState) -> None:
    """Let campaign's event arrive."""
    with database.transaction() as session:
        course.follow_campaign(session, campaign_id, state, by="ada")


def pause(database: Database, mailing_id: UUID, reason: str = "wrong price") -> None:
    with database.transaction(MIA) as session:
        course.pause(session, MIA, mailing_id=mailing_id, reason=reason)


def resume(database: Database, mailing_id: UUID) -> None:
    with database.transaction(MIA) as session:
        course.resume(session, MIA, mailing_id=mailing_id)


def cancel(database: Database, mailing_id: UUID) -> None:
    with database.transaction(MIA) as session:
        course.cancel(session, MIA, mailing_id=mailing_id, reason="given up")


def rounds(database: Database, number: int = 4) -> None:
    """Let the steward go round."""
    steward = Steward(settings(), database)
    for _ in range(number):
        steward.step()


def state_of(database: Database, mailing_id: UUID) -> str:
    return mailing_of(database, mailing_id).state


def take(database: Database, mailing_id: UUID, size: int) -> UUID:
    with database.transaction() as session:
        lease = leases.take(session, mailing_id, size=size, seconds=SECONDS)
    assert lease is not None
    return lease


def handed_over(database: Database, mailing_id: UUID, size: int) -> tuple[UUID, set[UUID]]:
    """A lease with so many deliveries on their way."""
    lease = take(database, mailing_id, size)
    ids = [one.id for one in deliveries_of(database, mailing_id).values()]
    with database.transaction() as session:
        return lease, leases.hand_over(session, lease, ids)


def test_a_scheduled_mailing_starts_when_its_time_has_come(database: Database) -> None:
    tomorrow = now() + timedelta(days=1)
    mailing_id = a_mailing(database, [a_card()], schedule=Schedule(not_before=tomorrow))
    rounds(database)
    assert state_of(database, mailing_id) == "scheduled"
    assert published(database, MailingStarted) == []
    clock.travel(seconds=86_401)
    rounds(database)
    assert state_of(database, mailing_id) == "sending"
    assert len(published(database, MailingStarted)) == 1


def test_a_paused_mailing_offers_nothing_and_hands_nothing_over_until_it_is_resumed(
    database: Database,
) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(3)])
    lease = take(database, mailing_id, 2)
    pause(database, mailing_id)
    with database.transaction() as session:
        assert leases.due_mailing(session, ["email"]) is None
        assert leases.renew(session, lease, seconds=SECONDS) == "paused"
    assert [(one.by, one.reason) for one in published(database, MailingPaused)] == [("mia", "wrong price")]
    resume(database, mailing_id)
    with database.transaction() as session:
        assert leases.due_mailing(session, ["email"]) == mailing_id
    assert [one.by for one in published(database, MailingResumed)] == ["mia"]


def test_a_mailing_that_is_paused_before_its_pages_came_waits_for_both(database: Database) -> None:
    wave = a_wave(targets=2, pages=1)
    mailing_id = release(database, wave)
    pause(database, mailing_id)
    arrive(database, pages_of(wave, [new_id(), new_id()]))
    assert state_of(database, mailing_id) == "paused"
    assert published(database, MailingStarted) == []
    resume(database, mailing_id)
    assert state_of(database, mailing_id) == "sending"


def test_pausing_twice_is_told_once_and_resuming_what_runs_changes_nothing(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card()])
    resume(database, mailing_id)
    pause(database, mailing_id)
    pause(database, mailing_id, "again")
    assert mailing_of(database, mailing_id).pause_reason == "wrong price"
    assert len(published(database, MailingPaused)) == 1
    assert published(database, MailingResumed) == []


def test_a_paused_campaign_holds_its_mailings_and_those_that_come_later(database: Database) -> None:
    wave = a_wave(targets=1, pages=1)
    first = release(database, wave)
    arrive(database, pages_of(wave, [new_id()]))
    told(database, wave.campaign_id, "paused")
    later = a_mailing(database, [a_card()], campaign_id=wave.campaign_id)
    assert [state_of(database, one) for one in (first, later)] == ["paused", "paused"]
    assert [one.by for one in published(database, MailingPaused)] == ["ada", "ada"]
    told(database, wave.campaign_id, "running")
    assert [state_of(database, one) for one in (first, later)] == ["sending", "sending"]
    assert len(published(database, MailingResumed)) == 2


def test_a_campaign_that_is_paused_before_its_wave_comes_still_holds_it(database: Database) -> None:
    campaign_id = new_id()
    told(database, campaign_id, "paused")
    mailing_id = a_mailing(database, [a_card()], campaign_id=campaign_id)
    assert state_of(database, mailing_id) == "paused"
    assert published(database, MailingStarted) == []


def test_what_a_person_paused_does_not_go_on_with_the_campaign(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card()])
    campaign_id = campaign_of(database, mailing_id)
    told(database, campaign_id, "paused")
    pause(database, mailing_id)
    told(database, campaign_id, "running")
    assert state_of(database, mailing_id) == "paused"
    resume(database, mailing_id)
    assert state_of(database, mailing_id) == "sending"


def test_nobody_resumes_a_mailing_of_a_paused_campaign(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card()])
    told(database, campaign_of(database, mailing_id), "paused")
    with pytest.raises(Conflict, match="campaign"):
        resume(database, mailing_id)


@pytest.mark.parametrize("end", ["completed", "cancelled"])
def test_a_campaign_that_ends_takes_its_mailings_along(database: Database, end: course.CampaignState) -> None:
    mailing_id = a_mailing(database, [a_card(), a_card()])
    told(database, campaign_of(database, mailing_id), end)
    rounds(database)
    mailing = mailing_of(database, mailing_id)
    assert (mailing.state, mailing.suppressed) == ("cancelled", 2)
    assert [one.reason for one in published(database, MailingCancelled)] == [f"campaign {end}"]
    late = a_mailing(database, [a_card()], campaign_id=mailing.campaign_id)
    rounds(database)
    assert state_of(database, late) == "cancelled"


def test_a_cancelled_mailing_suppresses_who_has_no_copy_and_waits_for_what_left(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(10)])
    lease, left = handed_over(database, mailing_id, 3)
    cancel(database, mailing_id)
    rounds(database)
    mailing = mailing_of(database, mailing_id)
    assert (mailing.state, mailing.suppressed, mailing.finished_at) == ("cancelled", 7, None)
    ended = [one for one in deliveries_of(database, mailing_id).values() if one.id not in left]
    assert {(one.state, one.reason) for one in ended} == {("suppressed", "cancelled")}
    with database.transaction() as session:
        record(session, mailing_id, [Ending(one, "accepted") for one in left], lease=lease)
    (finished,) = published(database, MailingFinished)
    assert (finished.recipients, finished.accepted, finished.suppressed) == (10, 3, 7)
    assert state_of(database, mailing_id) == "cancelled"


def test_pages_that_come_after_a_cancellation_are_accounted_for_too(database: Database) -> None:
    wave = a_wave(targets=4, pages=2)
    mailing_id = release(database, wave)
    first, second = pages_of(wave, [new_id() for _ in range(4)])
    arrive(database, [first])
    cancel(database, mailing_id)
    rounds(database)
    assert published(database, MailingFinished) == []
    arrive(database, [second])
    rounds(database)
    assert [one.suppressed for one in published(database, MailingFinished)] == [4]


def test_a_large_rest_ends_in_pages(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    mailing_id = a_mailing(database, [a_card() for _ in range(1200)])
    cancel(database, mailing_id)
    rounds(database)
    assert [len(page.outcomes) for page in published(database, MailingOutcomes)] == [500, 500, 200]


@pytest.mark.parametrize("act", [pause, resume, cancel])
def test_what_is_finished_stays_as_it_is(database: Database, act: Callable[[Database, UUID], None]) -> None:
    mailing_id = release(database, a_wave(targets=0, pages=0))
    with pytest.raises(Conflict):
        act(database, mailing_id)


def test_what_belongs_to_another_department_cannot_be_steered(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card()])
    with pytest.raises(NotFound), database.transaction(STRANGER) as session:
        course.pause(session, STRANGER, mailing_id=mailing_id, reason="")


def test_what_is_not_out_when_a_mailing_expires_is_suppressed(database: Database) -> None:
    expiry = now() + timedelta(hours=1)
    mailing_id = a_mailing(database, [a_card() for _ in range(3)], schedule=Schedule(expires_at=expiry))
    pause(database, mailing_id)
    rounds(database)
    assert mailing_of(database, mailing_id).suppressed == 0
    clock.travel(seconds=3601)
    rounds(database)
    assert {one.reason for one in deliveries_of(database, mailing_id).values()} == {"expired"}
    assert state_of(database, mailing_id) == "finished"


def test_a_running_sender_stops_within_two_seconds_of_a_pause_and_goes_on_afterwards(
    fresh_database: DatabaseFactory, start_sender: StartSender, slow: TroubledServer
) -> None:
    database = fresh_database("outreach")
    cards = [a_card() for _ in range(400)]
    mailing_id = a_mailing(database, cards)
    sender = start_sender(database, smtp_url=slow.url, smtp_connections=2, send_batch=20)
    assert wait_until(partial(slow.took, 30), seconds=40, pause=0.003), sender.tail()
    pause(database, mailing_id)
    paused_at = datetime.now()
    assert wait_until(lambda: in_the_air(database, mailing_id) == 0, seconds=10), sender.tail()
    assert (datetime.now() - paused_at).total_seconds() < 2
    stood_still_at = slow.arrived.total()
    assert stood_still_at < 400
    assert not wait_until(partial(slow.took, stood_still_at + 1), seconds=1)
    resume(database, mailing_id)
    assert wait_until(lambda: state_of(database, mailing_id) == "finished", seconds=40), sender.tail()
    assert slow.arrived == {card.email: 1 for card in cards}


def in_the_air(database: Database, mailing_id: UUID) -> int:
    states = [one.state for one in deliveries_of(database, mailing_id).values()]
    return states.count("leased")


def test_a_wave_and_the_pause_of_its_campaign_that_come_at_once_end_in_a_pause(
    fresh_database: DatabaseFactory,
) -> None:
    database = fresh_database("outreach", "postgresql")
    for _ in range(20):
        wave = a_wave(targets=0, pages=1)
        threads = [
            threading.Thread(target=release, args=(database, wave)),
            threading.Thread(target=told, args=(database, wave.campaign_id, "paused")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert state_of(database, release(database, wave)) == "paused"
