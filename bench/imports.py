"""``import``: contacts from CSV into a department that has as many, against COPY of the same file.

A fifth of the file's contacts are there already, from another region than the file says, so they change. The
bare side copies the file with psycopg2 into an empty table with the columns, the keys and the indexes of that
of contacts; expressions fill the match key and the name key, so that no index stays empty that the import has
to keep. COPY into a table without keys is told beside it, and so is the processor time of each, by which
figures from a busy machine can be judged. The importer runs in a process of its own, as
``fanfare work lead`` runs it, which tells what memory it took. FANFARE_BENCH_CONTACTS sets how many rows
the file has (1,000,000); a tenth of that goes in first, on a database of its own: a row of many must not cost
more than 1.2 times one of few.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import make_url, text

from bench.chaos.kill_importer import ACTOR
from bench.contacts import write_file
from bench.processes import cpu_seconds
from bench.result import Result
from chassis import collector
from chassis.database import Database
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer
from services.lead.imports.actions import upload_import
from services.lead.imports.importer import Importer
from services.lead.settings import LeadSettings

CONTACTS = int(os.environ.get("FANFARE_BENCH_CONTACTS", "1000000"))
KNOWN_SHARE = 5
REACH = 0.15
GROWTH = 1.2
MOST_MEMORY = 300.0
COPIED = "given_name, family_name, company, email, phone, region, language"
_TABLES = {
    "heap": "CREATE TABLE heap AS SELECT {columns} FROM contacts LIMIT 0",
    "bare": """
        CREATE TABLE bare (LIKE contacts INCLUDING INDEXES INCLUDING CONSTRAINTS);
        ALTER TABLE bare ALTER id SET DEFAULT gen_random_uuid(), DROP match_key, DROP name_key;
        ALTER TABLE bare ADD match_key text GENERATED ALWAYS AS ('email:' || email) STORED;
        ALTER TABLE bare ADD name_key text GENERATED ALWAYS AS
            (left(given_name, 1) || left(family_name, 1) || '|' || left(company, 3)) STORED;
        ALTER TABLE bare ADD UNIQUE (department, match_key);
        CREATE INDEX ON bare (department, name_key) INCLUDE (id, match_key, phone)
            WHERE name_key IS NOT NULL AND merged_into IS NULL AND erased_at IS NULL;
        DO $$ DECLARE name text; BEGIN
            FOR name IN SELECT column_name FROM information_schema.columns WHERE table_name = 'bare'
                AND is_nullable = 'NO' AND column_name NOT IN ('id', 'department')
            LOOP EXECUTE format('ALTER TABLE bare ALTER %I DROP NOT NULL', name); END LOOP;
        END $$;
        ALTER TABLE bare ALTER department SET DEFAULT 'north';
    """,
}


@dataclass(frozen=True)
class Run:
    """What an import of ``rows`` took: seconds, processor time of the importer and of PostgreSQL, MB."""

    rows: int
    seconds: float
    own_cpu: float
    database_cpu: float
    memory: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds

    def __str__(self) -> str:
        own, database = (1e6 * cpu / self.rows for cpu in (self.own_cpu, self.database_cpu))
        return (
            f"{self.rows} rows in {self.seconds:.1f} s, {self.rate:.0f}/s, importer {self.memory:.0f} MB, "
            f"cpu a row {own:.0f} + {database:.0f} us"
        )


def run(*, contacts: int = CONTACTS) -> list[Result]:
    """Fill the department, copy the file, import the file; with a tenth of the contacts first."""
    few, _, _ = _measured(contacts // 10)
    many, bare, heap = _measured(contacts)
    if many.memory > MOST_MEMORY:
        raise RuntimeError(f"the importer took {many.memory:.0f} MB")
    notes = f"{many}, COPY without keys {heap:.0f}/s"
    return [
        Result("import", many.rate, "contacts/s", bare, REACH, notes),
        Result("import-growth", many.rate, "contacts/s", few.rate, 1 / GROWTH, str(few)),
    ]


def _measured(contacts: int) -> tuple[Run, float, float]:
    """The import, and rows a second of COPY with keys and without."""
    with PostgresServer(durable=True) as postgres, tempfile.TemporaryDirectory() as folder:
        url = postgres.create_service_database("lead")
        upgrade("lead", url)
        there, file = Path(folder) / "there.csv", Path(folder) / "file.csv"
        write_file(there, range(contacts), region="abroad")
        write_file(file, range(contacts - contacts // KNOWN_SHARE, 2 * contacts - contacts // KNOWN_SHARE))
        _import(url, there)
        _settle(url)
        heap = contacts / _copied(url, file, table="heap")
        begun = cpu_seconds(postgres.process.pid)
        bare = contacts / _copied(url, file, table="bare")
        before = cpu_seconds(postgres.process.pid)
        seconds, own_cpu, memory = _import(url, file)
        taken = Run(contacts, seconds, own_cpu, cpu_seconds(postgres.process.pid) - before, memory)
        _check(url, contacts)
        copying = 1e6 * (before - begun) / contacts
        print(
            f"import: {taken}, COPY {bare:.0f}/s and {copying:.0f} us, ratio {taken.rate / bare:.3f}",
            flush=True,
        )
        return taken, bare, heap


def _copied(url: str, file: Path, *, table: str) -> float:
    """Seconds that COPY takes into a new table: ``bare`` with keys, or ``heap`` without."""
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg2.connect(place)) as connection, connection.cursor() as cursor:
        cursor.execute(_TABLES[table].format(columns=COPIED))
        connection.commit()
        began = time.monotonic()
        with file.open(encoding="utf-8") as source:
            cursor.copy_expert(f"COPY {table} ({COPIED}) FROM STDIN WITH (FORMAT csv, HEADER)", source)
        connection.commit()
        return time.monotonic() - began


def _import(url: str, file: Path) -> tuple[float, float, float]:
    """Seconds from the lease to the end, processor seconds, and MB that the process took at most."""
    with (
        closing(Database(url, service="lead")) as database,
        file.open("rb") as source,
        database.transaction(ACTOR) as session,
    ):
        options: dict[str, Any] = {"filename": file.name, "department": "north", "phone_region": "CN"}
        upload_import(session, ACTOR, file=source, limit=2**31, **options)
    command = [sys.executable, "-m", "bench.imports", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, cpu, memory = map(float, told.splitlines()[-1].split())
    return seconds, cpu, memory


def _settle(url: str) -> None:
    """What autovacuum would have done by the time that somebody uploads the next file."""
    with closing(Database(url, service="lead")) as database:
        options = database.engine.execution_options(isolation_level="AUTOCOMMIT")
        with options.connect() as connection:
            connection.execute(text("TRUNCATE outbox"))
            connection.execute(text("VACUUM ANALYZE"))


def _check(url: str, contacts: int) -> None:
    """Raises RuntimeError when the import did not do what it was timed for."""
    with closing(Database(url, service="lead")) as database, database.reading() as session:
        last = session.execute(
            text("SELECT state, rows, created, updated FROM imports ORDER BY id DESC LIMIT 1")
        )
        known = contacts // KNOWN_SHARE
        if tuple(last.one()) != ("finished", contacts, contacts - known, known):
            raise RuntimeError("the import came out wrong")


def main(url: str) -> None:
    """Import what waits; print the seconds, the processor time, and the most memory in MB."""
    with closing(Database(url, service="lead-worker")) as database:
        importer = Importer(LeadSettings(service="lead"), database)
        collector.settle()
        began, worked = time.monotonic(), time.process_time()
        while importer.step():
            pass
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(time.monotonic() - began, time.process_time() - worked, memory)


if __name__ == "__main__":
    main(sys.argv[1])
