"""The relay ships what is committed, in order, and nothing that goes away stops it for long."""

from collections.abc import Callable
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import exc, func, select
from structlog.testing import capture_logs

from chassis import broker
from chassis.broker import NotConfirmed
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from chassis.relay import _takes_turn, depth, lag
from fanfare.local.postgres import PostgresServer
from fanfare.local.process import wait_until
from fanfare.local.rabbitmq import RabbitServer
from tests.chassis.toys import QUEUE, Deal, create_tables, drain, reassign, running, ship_from, write_deals
from tests.harness.databases import POSTGRESQL, SQLITE

SECONDS = 30.0


@pytest.fixture(autouse=True)
def _one_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relays declare only the queue that is looked into here: to declare one takes the broker a while."""
    monkeypatch.setattr(broker, "QUEUES", {QUEUE.name: QUEUE})


@pytest.fixture(params=["memory", "rabbitmq"])
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "memory":
        return "memory://"
    found: str = request.getfixturevalue("broker_url")
    return found


@pytest.fixture
def database(toy_database: Callable[[str], Database], backend: str) -> Database:
    return toy_database(backend)


def waiting(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(outbox)).one()


def emptied(database: Database) -> bool:
    return wait_until(lambda: waiting(database) == 0, seconds=SECONDS)


def subjects(url: str) -> list[tuple[str, int]]:
    """What is in the listener's queue: (subject, sequence) in order."""
    return [
        (message.headers["ce-subject"], int(message.headers["ce-sequence"]))
        for message in drain(url, QUEUE.name)
    ]


def sequences(url: str, deal_id: UUID) -> list[int]:
    return [sequence for subject, sequence in subjects(url) if subject == f"lead/{deal_id}"]


def test_what_is_committed_is_shipped_in_order_and_leaves_the_outbox(database: Database, url: str) -> None:
    [deal] = write_deals(database, count=1, changes=12)
    with running(ship_from(database, url, relay_batch=5)):
        assert emptied(database)
    assert sequences(url, deal) == list(range(1, 13))


def test_it_wakes_at_once_after_a_commit(toy_database: Callable[[str], Database], url: str) -> None:
    database = toy_database(SQLITE)
    with running(ship_from(database, url, relay_poll_seconds=60.0)):
        write_deals(database, count=1)
        assert emptied(database)
        write_deals(database, count=1)
        assert wait_until(lambda: waiting(database) == 0, seconds=10)


def test_it_finds_by_itself_what_another_process_committed(database: Database, url: str) -> None:
    other = Database(database.url.render_as_string(hide_password=False), service="other")
    with running(ship_from(database, url)):
        write_deals(other, count=2)
        assert emptied(database)
    other.close()


def test_writers_go_on_while_it_ships(database: Database, url: str) -> None:
    with running(ship_from(database, url, relay_batch=3)):
        deals = write_deals(database, count=4, changes=10)
        assert emptied(database)
    found = subjects(url)
    assert all(
        [sequence for subject, sequence in found if subject == f"lead/{deal}"] == list(range(1, 11))
        for deal in deals
    )


def test_when_told_to_stop_it_ships_what_is_left(database: Database, url: str) -> None:
    relay = ship_from(database, url, relay_batch=2)
    [deal] = write_deals(database, count=1, changes=9)
    relay.stop(seconds=SECONDS)
    assert waiting(database) == 0
    assert sequences(url, deal) == list(range(1, 10))


def test_only_one_of_two_relays_ships_at_a_time(
    toy_database: Callable[[str], Database], broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = toy_database(POSTGRESQL)
    shipping, most = [0], [0]
    ship = broker.Publisher.ship

    def counted(publisher: broker.Publisher, batch: list[broker.Wire]) -> None:
        shipping[0] += 1
        most[0] = max(most[0], shipping[0])
        ship(publisher, batch)
        shipping[0] -= 1

    monkeypatch.setattr(broker.Publisher, "ship", counted)
    other = Database(database.url.render_as_string(hide_password=False), service="other")
    relays = [ship_from(one, broker_url, relay_batch=1, relay_poll_seconds=0.01) for one in (database, other)]
    with running(*relays):
        [deal] = write_deals(database, count=1, changes=40)
        assert emptied(database)
    other.close()
    assert most[0] == 1
    assert sequences(broker_url, deal) == list(range(1, 41))


def test_when_the_active_relay_dies_the_other_goes_on(
    toy_database: Callable[[str], Database], broker_url: str
) -> None:
    database = toy_database(POSTGRESQL)
    first, second = (ship_from(database, broker_url) for _ in range(2))
    write_deals(database, count=1)
    assert emptied(database)
    first.cut()
    write_deals(database, count=3)
    assert emptied(database)
    second.stop()


def test_events_that_nobody_could_take_stay_in_the_outbox_until_somebody_can(
    toy_database: Callable[[str], Database], broker_url: str
) -> None:
    database = toy_database(SQLITE)
    with running(ship_from(database, broker_url)):
        write_deals(database, count=1)
        assert emptied(database)
        with broker.connected(broker_url) as connection:
            connection.channel().queue_delete(QUEUE.name)
        [deal] = write_deals(database, count=1)
        assert emptied(database)
    assert sequences(broker_url, deal) == [1]


def test_a_batch_that_is_not_confirmed_is_sent_again(
    toy_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = toy_database(SQLITE)
    ship, failures = broker.Publisher.ship, [True, True]

    def unsure(publisher: broker.Publisher, batch: list[broker.Wire]) -> None:
        ship(publisher, batch)
        if failures:
            failures.pop()
            raise NotConfirmed("no answer")

    monkeypatch.setattr(broker.Publisher, "ship", unsure)
    with running(ship_from(database, "memory://")):
        [deal] = write_deals(database, count=1, changes=2)
        assert emptied(database)
    assert sorted(set(sequences("memory://", deal))) == [1, 2]


def test_a_broker_that_is_absent_is_waited_for_and_the_lag_is_seen_to_grow(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(SQLITE)
    write_deals(database, count=3)
    lag_of = lag.labels(service="lead")
    lag_of.set(0)
    with capture_logs() as lines, running(ship_from(database, "amqp://guest:guest@127.0.0.1:1//")):
        assert wait_until(lambda: lag_of._value.get() > 0.5, seconds=SECONDS)
    assert depth.labels(service="lead")._value.get() == 3
    assert {(line["event"], line["cause"]) for line in lines} == {("relay_waits", "broker")}
    assert waiting(database) == 3


def test_a_relay_that_is_not_the_active_one_shows_what_waits_all_the_same(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(POSTGRESQL)
    depth_of = depth.labels(service="lead")
    depth_of.set(0)
    with database.transaction() as session:
        assert _takes_turn(session.connection())
        write_deals(database, count=2)
        with running(ship_from(database, "memory://")):
            assert wait_until(lambda: depth_of._value.get() == 2, seconds=SECONDS)


def test_a_shipped_event_is_counted_with_the_time_that_it_waited(
    toy_database: Callable[[str], Database],
) -> None:
    database = toy_database(SQLITE)
    before = _waited()
    write_deals(database, count=4)
    with running(ship_from(database, "memory://")):
        assert emptied(database)
        assert wait_until(lambda: _waited() == before + 4, seconds=SECONDS)


def _waited() -> float:
    """How many events were shipped within half a minute."""
    bucket = {"service": "lead", "le": "30.0"}
    return REGISTRY.get_sample_value("fanfare_outbox_wait_seconds_bucket", bucket) or 0


def test_an_error_that_nobody_foresaw_does_not_end_it(
    toy_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = toy_database(SQLITE)
    ship, failures = broker.Publisher.ship, [ZeroDivisionError()]

    def odd(publisher: broker.Publisher, batch: list[broker.Wire]) -> None:
        if failures:
            raise failures.pop()
        ship(publisher, batch)

    monkeypatch.setattr(broker.Publisher, "ship", odd)
    with running(ship_from(database, "memory://")):
        write_deals(database, count=1)
        assert emptied(database)


def test_it_survives_a_killed_broker_and_a_killed_database() -> None:
    with PostgresServer(durable=True) as postgres, RabbitServer() as rabbit:
        database = create_tables(Database(postgres.url("postgres")))
        relay = ship_from(database, rabbit.url)
        [first] = write_deals(database, count=1)
        assert emptied(database)
        rabbit.write_out()
        rabbit.kill()
        [second] = write_deals(database, count=1)
        rabbit.start()
        assert emptied(database)
        postgres.kill()
        postgres.start()
        [third] = wait_for_deals(database)
        assert emptied(database)
        relay.stop()
        found = [subject for subject, _ in subjects(rabbit.url)]
        database.close()
    # What the broker took in the last moment before the database was killed may come once more.
    assert list(dict.fromkeys(found)) == [f"lead/{deal}" for deal in (first, second, third)]
    assert found.count(f"lead/{first}") == found.count(f"lead/{third}") == 1


def wait_for_deals(database: Database) -> list[UUID]:
    """Write one deal as soon as the database lets us."""
    deal = Deal(id=new_id(), assignee="")

    def write() -> bool:
        try:
            with database.transaction() as session:
                session.add(deal)
                reassign(session, deal, "a1")
            return True
        except exc.OperationalError:
            return False

    assert wait_until(write, seconds=SECONDS)
    return [deal.id]
