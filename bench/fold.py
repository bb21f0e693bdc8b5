"""``fold``: all projections rebuilt from 1,000,000 archived events, against COPY of the archive to a client.

FANFARE_BENCH_ARCHIVED sets how many there are. The rebuild runs in a process of its own, as ``fanfare
projections rebuild all`` and the worker of reporting run it, which tells what memory it took.
"""

import os
import resource
import subprocess
import sys
import time
from contextlib import closing

import psycopg2
from sqlalchemy import func, make_url, select

from bench.archived import EVENTS_A_CAMPAIGN, LEADS, TARGETS, fill
from bench.result import Result
from chassis.auth import Actor
from chassis.database import Database
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer
from services.reporting.projections.model import Lead, Response, Target
from services.reporting.rebuilds.builder import rebuild_now

EVENTS = int(os.environ.get("FANFARE_BENCH_ARCHIVED", "1000000"))
REACH = 0.1
MOST_MEMORY = 600.0


class Nowhere:
    """Takes what COPY gives, and counts the bytes."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, piece: bytes) -> int:
        """Forget ``piece``."""
        self.size += len(piece)
        return len(piece)


def run(*, events: int = EVENTS) -> list[Result]:
    """Fill an archive, read it, rebuild from it."""
    with PostgresServer(durable=True) as postgres:
        url = postgres.create_service_database("reporting")
        upgrade("reporting", url)
        fill(url, events)
        _read(url)
        seconds_read, size = _read(url)
        seconds, memory = _rebuild(url)
        _check(url, events)
        if memory > MOST_MEMORY:
            raise RuntimeError(f"the rebuild took {memory:.0f} MB")
        notes = f"{events} events, {size / 1e6:.0f} MB, {seconds:.1f} s, {memory:.0f} MB of memory"
        return [Result("fold", events / seconds, "events/s", events / seconds_read, REACH, notes)]


def _read(url: str) -> tuple[float, int]:
    """Seconds that COPY takes, and the bytes that come."""
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(place)) as connection, connection.cursor() as cursor:
        sink = Nowhere()
        began = time.monotonic()
        cursor.copy_expert("COPY (SELECT * FROM archived_events) TO STDOUT", sink)
        return time.monotonic() - began, sink.size


def _rebuild(url: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.fold", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory = told.splitlines()[-1].split()
    return float(seconds), float(memory)


def _check(url: str, events: int) -> None:
    """Raises RuntimeError when the rows are not those of the campaigns that are whole."""
    campaigns = events // EVENTS_A_CAMPAIGN
    least = (campaigns * TARGETS, campaigns * LEADS, campaigns)
    with closing(Database(url, service="reporting")) as database, database.reading() as session:
        found = [
            session.scalars(select(func.count()).select_from(table)).one()
            for table in (Target, Lead, Response)
        ]
    if any(count < wanted for count, wanted in zip(found, least, strict=True)):
        raise RuntimeError(f"the rebuild came out wrong: {found}")


def main(url: str) -> None:
    """Rebuild everything, and print the seconds and the most memory in MB."""
    with closing(Database(url, service="reporting")) as database:
        began = time.monotonic()
        if rebuild_now(database, Actor.system("reporting"), ["all"]).state != "switched":
            raise RuntimeError("the rebuild did not come to its end")
        print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
