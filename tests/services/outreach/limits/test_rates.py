"""Token buckets that all senders share, and warm-up plans."""

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from chassis.clock import now
from chassis.database import Database
from chassis.ids import new_id
from services.outreach.limits import rates
from services.outreach.limits.model import Bucket, RateLimit, WarmUp
from services.outreach.limits.rates import Granted, Way
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import DatabaseOf

WAY = Way("email", "example.com")
TODAY = date(2026, 6, 3)
NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def limit(database: Database, scope: str, key: str, *, per_second: float, burst: int) -> None:
    with database.transaction() as session:
        row = RateLimit(
            scope=scope, key=key, per_second=per_second, burst=burst, added_by="mia", added_at=now()
        )
        session.add(row)


def warm_up(database: Database, maxima: list[int], *, starts_on: date = TODAY) -> None:
    with database.transaction() as session:
        plan = WarmUp(
            sending_domain="example.com", starts_on=starts_on, maxima=maxima, added_by="mia", added_at=now()
        )
        session.add(plan)


def copies(*domains: str) -> list[tuple[UUID, str]]:
    return [(new_id(), domain) for domain in domains]


def take(
    database: Database, wanted: Sequence[tuple[UUID, str]], *, at: datetime = NOON, way: Way = WAY
) -> Granted:
    with database.transaction() as session:
        return rates.take(session, wanted, way, at=at)


def passed(database: Database, number: int, *, at: datetime = NOON, domain: str = "a.example") -> int:
    return number - len(take(database, copies(*[domain] * number), at=at).postponed)


def test_without_limits_everybody_passes_and_nothing_is_kept(database: Database) -> None:
    assert passed(database, 500) == 500
    with database.reading() as session:
        assert session.scalars(select(Bucket)).all() == []


def test_a_burst_passes_and_then_what_the_rate_lets_through(database: Database) -> None:
    limit(database, "provider", "email", per_second=10, burst=50)
    assert passed(database, 80) == 50
    assert passed(database, 80, at=NOON + SECOND) == 10
    assert passed(database, 80, at=NOON + 3 * SECOND) == 20
    assert passed(database, 80, at=NOON + 3600 * SECOND) == 50


def test_those_who_do_not_pass_are_told_when_it_is_worth_coming_back(database: Database) -> None:
    limit(database, "provider", "email", per_second=10, burst=50)
    granted = take(database, copies(*["a.example"] * 60))
    assert granted.resume_at == NOON + SECOND
    assert set(granted.postponed.values()) == {NOON + SECOND}
    assert len(granted.postponed) == 10


def test_the_narrowest_limit_on_the_way_decides(database: Database) -> None:
    limit(database, "provider", "email", per_second=100, burst=100)
    limit(database, "sending_domain", "example.com", per_second=5, burst=5)
    assert passed(database, 20) == 5


def test_a_limit_of_another_provider_or_domain_is_none_of_ours(database: Database) -> None:
    limit(database, "provider", "sms", per_second=1, burst=1)
    limit(database, "sending_domain", "other.example", per_second=1, burst=1)
    assert passed(database, 20) == 20


def test_a_busy_domain_does_not_hold_the_others_back(database: Database) -> None:
    limit(database, "recipient_domain", "slow.example", per_second=2, burst=2)
    wanted = copies(*["slow.example"] * 5, *["fast.example"] * 5)
    granted = take(database, wanted)
    assert granted.resume_at is None
    assert list(granted.postponed) == [delivery_id for delivery_id, _ in wanted[2:5]]


def test_copies_that_wait_for_a_domain_get_a_moment_each(database: Database) -> None:
    limit(database, "recipient_domain", "slow.example", per_second=2, burst=1)
    first = take(database, copies(*["slow.example"] * 4))
    second = take(database, copies(*["slow.example"] * 2))
    half = timedelta(milliseconds=500)
    assert list(first.postponed.values()) == [NOON + number * half for number in (1, 2, 3)]
    assert list(second.postponed.values()) == [NOON + number * half for number in (4, 5)]
    assert passed(database, 1, at=NOON + half, domain="slow.example") == 1


def test_no_copy_waits_for_a_domain_longer_than_a_quarter_of_an_hour_before_it_asks_again(
    database: Database,
) -> None:
    limit(database, "recipient_domain", "slow.example", per_second=0.01, burst=1)
    granted = take(database, copies(*["slow.example"] * 200))
    assert max(granted.postponed.values()) == NOON + timedelta(minutes=15)


def test_a_star_limits_every_domain_by_itself(database: Database) -> None:
    limit(database, "recipient_domain", "*", per_second=1, burst=1)
    limit(database, "recipient_domain", "big.example", per_second=3, burst=3)
    wanted = copies("a.example", "a.example", "b.example", *["big.example"] * 4)
    granted = take(database, wanted)
    assert list(granted.postponed) == [wanted[1][0], wanted[6][0]]


def test_what_surely_did_not_go_out_gives_its_token_back(database: Database) -> None:
    limit(database, "provider", "email", per_second=0.001, burst=10)
    limit(database, "recipient_domain", "a.example", per_second=0.001, burst=10)
    assert passed(database, 10) == 10
    with database.transaction() as session:
        rates.give_back(session, ["a.example"] * 4, WAY, at=NOON)
    assert passed(database, 10) == 4


def test_more_is_never_given_back_than_fits(database: Database) -> None:
    limit(database, "provider", "email", per_second=1, burst=3)
    with database.transaction() as session:
        rates.give_back(session, ["a.example"] * 100, WAY, at=NOON)
    assert passed(database, 100) == 3


def test_a_clock_that_is_behind_makes_no_tokens(database: Database) -> None:
    limit(database, "provider", "email", per_second=10, burst=10)
    assert passed(database, 10, at=NOON) == 10
    assert passed(database, 10, at=NOON - 5 * SECOND) == 0
    assert passed(database, 10, at=NOON) == 0


def test_a_domain_is_warmed_up_day_by_day(database: Database) -> None:
    warm_up(database, [5, 10])
    day = timedelta(days=1)
    assert [passed(database, 30), passed(database, 30, at=NOON + SECOND)] == [5, 0]
    assert passed(database, 30, at=NOON + day) == 10
    assert passed(database, 30, at=NOON + 2 * day) == 30


def test_whoever_comes_after_the_maximum_of_the_day_comes_back_at_midnight(database: Database) -> None:
    warm_up(database, [1, 2])
    granted = take(database, copies("a.example", "a.example"))
    assert granted.resume_at == datetime(2026, 6, 4, tzinfo=UTC)


def test_before_a_warm_up_begins_nothing_goes_out(database: Database) -> None:
    warm_up(database, [5], starts_on=TODAY + timedelta(days=1))
    assert passed(database, 3) == 0


def test_what_did_not_go_out_does_not_count_for_the_day(database: Database) -> None:
    warm_up(database, [5])
    passed(database, 5)
    with database.transaction() as session:
        rates.give_back(session, ["a.example"] * 2, WAY, at=NOON)
    assert passed(database, 5) == 2


def test_senders_that_ask_at_once_share_what_there_is(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("outreach", "postgresql")
    limit(database, "provider", "email", per_second=0.001, burst=100)
    limit(database, "recipient_domain", "*", per_second=0.001, burst=30)
    numbers: list[int] = []

    def ask(number: int) -> None:
        domains = [f"{letter}.example" for letter in "abcdefgh"]
        wanted = copies(*(domains[number % 3 :] + domains[: number % 3]) * 2)
        for _ in range(5):
            numbers.append(len(wanted) - len(take(database, wanted).postponed))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 30
    assert sum(numbers) == 100
