"""On the real servers: a new reader of feed and queue misses nothing, and a rebuild goes on meanwhile."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import text

from chassis import dead
from chassis.database import Database
from chassis.ids import new_id
from chassis.inbox import State
from fanfare.local.process import wait_until
from services.reporting.archive.holding import hold_archive
from services.reporting.service import ReportingService
from tests.harness.databases import POSTGRESQL, DatabaseFactory
from tests.harness.serving import Client, serve
from tests.services.reporting.builders import message, responded, story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.marks.reader import NewReader
from tests.services.reporting.people import ANNA, FEED
from tests.services.reporting.publishing import publish
from tests.services.reporting.rows import folded, rows_of

SECONDS = 30


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("reporting", POSTGRESQL)


@pytest.fixture
def client(database: Database, broker_url: str) -> Iterator[Client]:
    with served(database, broker_url) as client:
        yield client


def served(database: Database, broker_url: str, **settings: float) -> AbstractContextManager[Client]:
    url = database.url.render_as_string(hide_password=False)
    return serve(ReportingService, url, broker_url, link_key=KEY, **settings)


def change(database: Database, how: str) -> None:
    """Change the table of the archive."""
    with database.transaction() as session:
        session.execute(text(f"ALTER TABLE archived_events {how}"))


def held(database: Database, state: State) -> list[dead.HeldEvent]:
    with database.reading() as session:
        return dead.held(session, states=(state,))


def archived(client: Client) -> int:
    states = client.get("/projections", as_=ANNA).json()
    return int(states["last_position"])


def test_a_new_reader_ends_with_each_event_exactly_once(
    client: Client, database: Database, broker_url: str
) -> None:
    early, stuck, later = story(new_id()), story(new_id()), story(new_id())
    publish(broker_url, early)
    assert wait_until(lambda: archived(client) == len(early), seconds=SECONDS)
    reader = NewReader(client, broker_url)
    with database.transaction() as session:
        # Published before the queue is bound, and archived long after it was.
        hold_archive(session)
        publish(broker_url, stuck)
        mark = reader.bind()
        publish(broker_url, later[:8])
        reader.read_feed()
        assert reader.applied == [one.id for one in early]
        assert client.get(mark, as_=FEED).json()["position"] is None
    flowing = threading.Thread(target=publish, args=(broker_url, later[8:]))
    flowing.start()
    reader.read_to(mark)
    assert {one.id for one in stuck} <= set(reader.applied)
    flowing.join()
    every = [one.id for one in (*early, *stuck, *later)]
    reader.take_queue(until=lambda: len(reader.applied) > len(every))
    marks = set(reader.applied) - set(every)
    assert len(marks) == 1
    assert sorted(one for one in reader.applied if one not in marks) == sorted(every)
    assert not reader.gaps and not reader.aside


@pytest.mark.parametrize("decision", ["replay", "discard"])
def test_a_dead_event_keeps_back_its_own_stream_alone_until_somebody_decides(
    database: Database, broker_url: str, decision: str
) -> None:
    campaign_id = new_id()
    early, later = story(campaign_id), story(new_id())
    refused, last = early[3], message(responded(campaign_id, new_id()), campaign_id, 8)
    stuck = {one.id for one in (*early, last) if one.stream == refused.stream and one.position >= 3}
    change(database, f"ADD CONSTRAINT fault CHECK (event_id <> '{refused.id}')")
    with served(database, broker_url, attempts=2, retry_base_seconds=0.05) as client:
        publish(broker_url, early)
        assert wait_until(lambda: len(held(database, State.DEAD)) == 1, seconds=SECONDS)
        reader = NewReader(client, broker_url)
        mark = reader.bind()
        publish(broker_url, [*later, last])
        reader.read_to(mark)
        some = len(early) + len(later) + 2 - len(stuck)
        reader.take_queue(until=lambda: len(reader.applied) == some and bool(reader.aside))
        assert stuck.isdisjoint(reader.applied)
        assert list(reader.aside.values()) == [last.id]
        assert wait_until(lambda: client.get(mark, as_=FEED).json()["blocked"] == len(stuck), seconds=SECONDS)
        change(database, "DROP CONSTRAINT fault")
        with database.transaction() as session:
            [event] = dead.held(session)
            (dead.replay if decision == "replay" else dead.discard)(session, event.id)
        reader.catch_up(mark)
    given_up = {refused.id} if decision == "discard" else set()
    every = {one.id for one in (*early, *later, last)} - given_up
    assert every <= set(reader.applied) and len(reader.applied) == len(every) + 1
    assert reader.gaps == ([(refused.stream, 2, 4)] if given_up else [])


def test_a_rebuild_in_its_own_process_ends_while_events_flow(
    client: Client, database: Database, broker_url: str
) -> None:
    stories = [story(new_id()) for _ in range(8)]
    publish(broker_url, [one for told in stories[:3] for one in told])
    command = [sys.executable, "-m", "fanfare", "projections", "rebuild", "all"]
    url = database.url.render_as_string(hide_password=False)
    settings = {"FANFARE_REPORTING_DATABASE_URL": url, "FANFARE_REPORTING_LINK_KEY": KEY}
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | settings)
    for told in stories[3:]:
        publish(broker_url, told)
    output, _ = running.communicate(timeout=60)
    assert (running.returncode, output.split(":")[0]) == (0, "switched")
    assert wait_until(lambda: archived(client) == 8 * 16, seconds=SECONDS)
    assert rows_of(database) == folded(database)
    shown = client.get("/rebuilds", as_=ANNA).json()["items"]
    assert [one["state"] for one in shown] == ["switched"]
