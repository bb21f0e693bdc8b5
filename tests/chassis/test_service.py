"""A service waits for what it needs, tells its probes how it is, and stops without leaving work behind."""

from collections.abc import Callable

import kombu
import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from chassis import broker, migrate
from chassis.database import Database
from chassis.ids import new_id
from chassis.outbox import outbox
from chassis.service import Service
from fanfare.local.process import wait_until
from tests.chassis.toy_service import ToyService
from tests.chassis.toys import Base, body, drain, headers, notes
from tests.harness import serving
from tests.harness.databases import SQLITE, DatabaseFactory, SqliteFiles
from tests.harness.serving import Client, serve

SECONDS = 30.0


@pytest.fixture
def database(fresh_database: DatabaseFactory, backend: str) -> Database:
    database = fresh_database("campaign", backend)
    Base.metadata.create_all(database.engine)
    return database


def assign(url: str, assignee: str, count: int = 1) -> None:
    with broker.connected(url) as connection:
        channel = connection.channel()
        broker.declare_producer(channel, "lead")
        for _ in range(count):
            deal = new_id()
            kombu.Producer(channel).publish(
                body(deal, assignee),
                exchange="lead.events",
                routing_key="lead.assigned.v1",
                headers=headers(deal, 1),
                content_type="application/json",
                content_encoding="utf-8",
            )
        broker.declare_producer(channel, "lead")  # answered after everything before it was taken


def reasons(client: Client) -> list[str]:
    found: list[str] = client.get(f"{client.probe_url}/readyz").json()
    return found


def shown(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


def test_an_event_goes_in_and_what_follows_from_it_goes_out(database: Database, broker_url: str) -> None:
    with serve(ToyService, shown(database), broker_url):
        assign(broker_url, "ada", 3)
        assert wait_until(lambda: len(notes(database)) == 3, seconds=SECONDS)
    assert [message.headers["ce-type"] for message in drain(broker_url, "finance.plans")] == [
        "campaign.launched.v1"
    ] * 3


def test_stopping_finishes_the_batch_in_hand_and_ships_the_outbox(
    fresh_database: DatabaseFactory, broker_url: str
) -> None:
    database = fresh_database("campaign", SQLITE)
    Base.metadata.create_all(database.engine)
    with serve(ToyService, shown(database), broker_url):
        assign(broker_url, "slow")
        assert wait_until(lambda: unread(broker_url) == 0, seconds=SECONDS)
    assert notes(database) == ["slow"]
    with database.reading() as session:
        assert session.scalars(select(func.count()).select_from(outbox)).one() == 0
    assert len(drain(broker_url, "finance.plans")) == 1


def unread(url: str) -> int:
    with broker.connected(url) as connection:
        return int(connection.channel().queue_declare("campaign.leads", passive=True).message_count)


def test_a_service_is_ready_once_its_queues_are_read(database: Database, broker_url: str) -> None:
    with serve(ToyService, shown(database), broker_url) as client:
        assert reasons(client) == []
        assert client.get(f"{client.probe_url}/livez").ok


def test_a_service_waits_for_its_migrations_and_says_so(
    sqlite_files: SqliteFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{sqlite_files.empty()}"
    seen: list[list[str]] = []

    def wait(ready: Callable[[], bool], *, seconds: float) -> bool:
        assert not ready()
        seen.append(["not ready"])
        migrate.upgrade("campaign", url)
        return wait_until(ready, seconds=seconds)

    monkeypatch.setattr(serving, "wait_until", wait)
    with capture_logs() as lines, serve(ToyService, url) as client:
        assert reasons(client) == []
    assert seen
    assert "database away or not migrated" in {
        line["cause"] for line in lines if line["event"] == "service_waits"
    }


def test_slices_that_would_hide_a_route_of_each_other_make_no_service() -> None:
    class First:
        def fetch(self) -> int:
            return 1

    class Second:
        def fetch(self) -> int:
            return 2

    with pytest.raises(TypeError, match=r"Both: Second\.fetch is hidden by another fetch"):
        type("Both", (Service, First, Second), {})
