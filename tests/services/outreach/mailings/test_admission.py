"""Who of a batch may go out now, and when the others may."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from contracts.campaign import Schedule, SendWindow
from contracts.lead import Consent, ContactCard
from services.outreach.limits.model import FrequencyCap, QuietHours, RateLimit
from services.outreach.mailings import audience, course, leases, ledger
from services.outreach.mailings.admission import Admission, Terms, admit, give_back
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import Delivery, Mailing
from services.outreach.mailings.outcomes import record
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import (
    MIA,
    DatabaseOf,
    a_card,
    a_mailing,
    consents,
    deliveries_of,
    mailing_of,
)

TERMS = Terms(provider="email", sending_domain="example.com", time_zone="Etc/UTC")
WEDNESDAY = datetime(2026, 6, 3, 12, tzinfo=UTC)
TEXTS = [Consent(channel="sms", granted=True)]


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def batch(
    database: Database, mailing_id: UUID, *, at: datetime | None = None, channel: str = "email"
) -> Admission:
    """What a sender does with a batch before anything is written. What is admitted stays leased."""
    moment = at or now()
    with database.transaction() as session:
        leases.take_turns(session, mailing_id)
        people = audience.due(session, mailing_id, channel=channel, size=500)
        result = admit(session, mailing_id, people, at=moment, terms=TERMS)
        ledger.postpone(session, result.postponed)
        lease = leases.open_lease(session, mailing_id, seconds=60)
        leases.hold(session, lease, [one.delivery_id for one in result.admitted])
    return result


def contacts(database: Database, mailing_id: UUID, ids: Iterable[UUID]) -> list[UUID]:
    """The contacts of deliveries, in the order of the ids."""
    by_delivery = {one.id: one.contact_id for one in deliveries_of(database, mailing_id).values()}
    return [by_delivery[one] for one in ids]


def admitted(result: Admission) -> set[UUID]:
    return {one.delivery_id for one in result.admitted}


def reasons(result: Admission) -> list[tuple[str, str]]:
    return [(one.outcome, one.reason) for one in result.endings]


def cap(database: Database, **changes: Any) -> None:
    plain = {
        "name": "weekly",
        "department": "*",
        "channels": [],
        "copies": 1,
        "days": 7,
        "exempt_kinds": [],
        "over": "suppress",
        "added_by": "mia",
        "added_at": now(),
    }
    with database.transaction() as session:
        session.add(FrequencyCap(**{**plain, **changes}))


def of_kind(database: Database, mailing_id: UUID, kind: str) -> None:
    with database.transaction() as session:
        campaign_id = session.get_one(Mailing, mailing_id).campaign_id
        course.locked_standing(session, campaign_id).kind = kind


def end(database: Database, mailing_id: UUID, outcome: Any) -> None:
    """Let everything that is leased end."""
    with database.transaction() as session:
        for one in deliveries_of(database, mailing_id).values():
            if one.lease is not None:
                record(session, mailing_id, [Ending(one.id, outcome)], lease=one.lease)


def test_without_any_limit_everybody_goes(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card() for _ in range(5)])
    result = batch(database, mailing_id)
    assert (len(result.admitted), result.postponed, result.endings) == (5, {}, [])


def test_whoever_cannot_be_reached_anyway_takes_nobodys_place(database: Database) -> None:
    with database.transaction() as session:
        limit = RateLimit(
            scope="provider", key="email", per_second=0.01, burst=1, added_by="", added_at=now()
        )
        session.add(limit)
    stopped, fine = a_card(consents=consents(email=False)), a_card()
    unknown = Recipient(new_id(), 0, False, "", None, {})
    mailing_id = a_mailing(database, [stopped, fine])
    with database.transaction() as session:
        people = [*audience.due(session, mailing_id, channel="email", size=10), unknown]
        people.sort(key=lambda one: one.obstacle is None)
        result = admit(session, mailing_id, people, at=now(), terms=TERMS)
    assert len(result.admitted) == 3
    assert result.postponed == {}


def test_a_paused_mailing_admits_nobody_and_a_cancelled_one_ends_them(database: Database) -> None:
    mailing_id = a_mailing(database, [a_card(), a_card()])
    with database.transaction(MIA) as session:
        course.pause(session, MIA, mailing_id=mailing_id, reason="")
    paused = batch(database, mailing_id)
    assert (paused.admitted, len(paused.postponed)) == ([], 2)
    with database.transaction(MIA) as session:
        course.cancel(session, MIA, mailing_id=mailing_id, reason="")
    assert set(reasons(batch(database, mailing_id))) == {("suppressed", "cancelled")}


def test_what_has_expired_ends(database: Database) -> None:
    expiry = now() - timedelta(seconds=1)
    mailing_id = a_mailing(database, [a_card()], schedule=Schedule(expires_at=expiry))
    assert reasons(batch(database, mailing_id)) == [("suppressed", "expired")]


def test_each_contact_waits_for_their_own_morning(database: Database) -> None:
    tokyo, miami, nowhere = (
        a_card(time_zone="Asia/Tokyo", country="US"),
        a_card(country="US", region="Florida"),
        a_card(),
    )
    window = SendWindow(opens="09:00", closes="17:00", days=[1, 2, 3, 4, 5])
    mailing_id = a_mailing(
        database, [tokyo, miami, nowhere], schedule=Schedule(window=window), released_at=WEDNESDAY
    )
    result = batch(database, mailing_id, at=WEDNESDAY)
    due = dict(zip(contacts(database, mailing_id, result.postponed), result.postponed.values(), strict=True))
    assert due == {
        tokyo.contact_id: datetime(2026, 6, 4, 0, tzinfo=UTC),
        miami.contact_id: datetime(2026, 6, 3, 13, tzinfo=UTC),
    }
    assert contacts(database, mailing_id, admitted(result)) == [nowhere.contact_id]
    postponed = deliveries_of(database, mailing_id)[miami.contact_id]
    assert (postponed.state, postponed.due_at) == ("queued", datetime(2026, 6, 3, 13, tzinfo=UTC))


def test_a_text_message_keeps_the_quiet_hours_of_its_state(database: Database) -> None:
    florida, new_york = (
        a_card(phone="+13055550100", country="US", region=region, consents=TEXTS) for region in ("FL", "NY")
    )
    evening = datetime(2026, 6, 4, 0, 30, tzinfo=UTC)
    mailing_id = a_mailing(database, [florida, new_york], channel="sms", released_at=WEDNESDAY)
    result = batch(database, mailing_id, at=evening, channel="sms")
    assert contacts(database, mailing_id, admitted(result)) == [new_york.contact_id]
    assert list(result.postponed.values()) == [datetime(2026, 6, 4, 12, tzinfo=UTC)]


def test_hours_that_never_agree_end_the_copy(database: Database) -> None:
    with database.transaction() as session:
        row = QuietHours(
            department="north",
            channel="email",
            country="",
            region="",
            opens="09:00",
            closes="10:00",
            days=[7],
            source="",
            added_by="mia",
            added_at=now(),
        )
        session.add(row)
    window = SendWindow(opens="09:00", closes="17:00", days=[1])
    mailing_id = a_mailing(database, [a_card()], schedule=Schedule(window=window))
    assert reasons(batch(database, mailing_id)) == [("suppressed", "never_allowed")]


def test_a_contact_over_the_cap_is_suppressed_whatever_the_campaign(database: Database) -> None:
    cap(database)
    card, other = a_card(), a_card()
    first, second = a_mailing(database, [card]), a_mailing(database, [card, other])
    assert len(batch(database, first).admitted) == 1
    result = batch(database, second)
    assert reasons(result) == [("suppressed", "frequency_cap")]
    assert contacts(database, second, admitted(result)) == [other.contact_id]


def test_a_cap_that_postpones_says_when_there_is_room_again(database: Database) -> None:
    cap(database, copies=2, over="postpone")
    card = a_card()
    for _ in range(2):
        mailing_id = a_mailing(database, [card])
        batch(database, mailing_id)
        end(database, mailing_id, "accepted")
    first = min(one.ended_at for one in all_of(database, card) if one.ended_at)
    result = batch(database, a_mailing(database, [card]))
    assert list(result.postponed.values()) == [first + timedelta(days=7)]


def all_of(database: Database, card: ContactCard) -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(select(Delivery).where(Delivery.contact_id == card.contact_id)))


@pytest.mark.parametrize(
    ("outcome", "room"), [("failed", 1), ("suppressed", 1), ("accepted", 0), ("uncertain", 0)]
)
def test_only_what_may_have_arrived_counts(database: Database, outcome: str, room: int) -> None:
    cap(database)
    card = a_card()
    first = a_mailing(database, [card])
    batch(database, first)
    end(database, first, outcome)
    assert len(batch(database, a_mailing(database, [card])).admitted) == room


def test_what_went_back_to_the_queue_does_not_count(database: Database) -> None:
    cap(database)
    card = a_card()
    first = a_mailing(database, [card])
    batch(database, first)
    with database.transaction() as session:
        (delivery,) = deliveries_of(database, first).values()
        assert delivery.lease is not None
        leases.put_back(session, delivery.lease, [delivery.id], due_at=now(), tried=True)
    assert len(batch(database, a_mailing(database, [card])).admitted) == 1


def test_what_was_long_ago_does_not_count(database: Database) -> None:
    cap(database, days=7)
    card = a_card()
    first = a_mailing(database, [card])
    batch(database, first)
    end(database, first, "accepted")
    second = a_mailing(database, [card], released_at=now())
    assert len(batch(database, second, at=now() + timedelta(days=8)).admitted) == 1


def test_a_cap_counts_its_channels_together_and_no_others(database: Database) -> None:
    cap(database, channels=["email", "sms"])
    both = consents(email=True, sms=True)
    card = a_card(phone="+4930901820", country="DE", time_zone="Etc/UTC", consents=both)
    letter = a_mailing(database, [card], channel="dm")
    batch(database, letter, channel="dm")
    mail = a_mailing(database, [card])
    assert len(batch(database, mail).admitted) == 1
    text = a_mailing(database, [card], channel="sms", released_at=WEDNESDAY)
    assert reasons(batch(database, text, at=now().replace(hour=12), channel="sms")) == [
        ("suppressed", "frequency_cap")
    ]


def test_campaigns_of_an_exempt_kind_neither_count_nor_are_stopped(database: Database) -> None:
    cap(database, exempt_kinds=["survey"])
    card = a_card()
    survey = a_mailing(database, [card])
    of_kind(database, survey, "survey")
    assert len(batch(database, survey).admitted) == 1
    assert len(batch(database, a_mailing(database, [card])).admitted) == 1
    again = a_mailing(database, [card])
    of_kind(database, again, "survey")
    assert len(batch(database, again).admitted) == 1


def test_a_cap_of_a_department_counts_what_that_department_sends(database: Database) -> None:
    cap(database, department="south")
    card = a_card()
    for _ in range(2):
        assert len(batch(database, a_mailing(database, [card])).admitted) == 1
    southern = a_mailing(database, [card], department="south")
    assert len(batch(database, southern).admitted) == 1
    again = a_mailing(database, [card], department="south")
    assert reasons(batch(database, again)) == [("suppressed", "frequency_cap")]


def test_two_mailings_at_once_cannot_both_pass_a_cap(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    cap(database)
    cards = [a_card() for _ in range(60)]
    mailing_ids = [a_mailing(database, cards if number % 2 else cards[::-1]) for number in range(6)]
    results: list[Admission] = []
    threads = [
        threading.Thread(target=lambda one=one: results.append(batch(database, one))) for one in mailing_ids
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert sum(len(result.admitted) for result in results) == 60
    assert sum(len(result.endings) for result in results) == 300


def test_a_rate_that_is_used_up_pauses_the_mailing_for_a_moment(database: Database) -> None:
    with database.transaction() as session:
        limit = RateLimit(scope="provider", key="email", per_second=2, burst=2, added_by="", added_at=now())
        session.add(limit)
    mailing_id = a_mailing(database, [a_card() for _ in range(5)])
    at = now() + timedelta(minutes=1)
    result = batch(database, mailing_id, at=at)
    assert len(result.admitted) == 2
    assert result.resume_at == at + timedelta(seconds=1)
    assert mailing_of(database, mailing_id).next_at == result.resume_at
    with database.transaction() as session:
        assert leases.due_mailing(session, ["email"]) is None
        give_back(session, result.admitted[:1], at=at, terms=TERMS, channel="email")
    assert len(batch(database, a_mailing(database, [a_card(), a_card()]), at=at).admitted) == 1
