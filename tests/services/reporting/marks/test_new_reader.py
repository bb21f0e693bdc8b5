"""On the real servers: a new reader of feed and queue misses nothing, and a rebuild goes on meanwhile."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from chassis.database import Database
from chassis.ids import new_id
from fanfare.local.process import wait_until
from services.reporting.archive.holding import hold_archive
from services.reporting.service import ReportingService
from tests.harness.databases import POSTGRESQL, DatabaseFactory
from tests.harness.serving import Client, serve
from tests.services.reporting.builders import story
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
    url = database.url.render_as_string(hide_password=False)
    with serve(ReportingService, url, broker_url, link_key=KEY) as client:
        yield client


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
