"""``import``: contacts from CSV into a department that has as many, against COPY of the same file.

A fifth of the file's contacts are there already. The bare side copies the file with psycopg2 into an empty
table of the same columns and the same keys as that of contacts; into one without keys is told beside it.
FANFARE_BENCH_CONTACTS sets how many there are (1,000,000). The importer runs in a process of its own, as
``fanfare work lead`` runs it, which tells what memory it took.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import make_url, text

from bench.chaos.kill_importer import ACTOR
from bench.contacts import write_file
from bench.result import Result
from chassis.database import Database
from chassis.migrate import upgrade
from fanfare.local.postgres import PostgresServer
from services.lead.imports.actions import upload_import
from services.lead.imports.importer import Importer
from services.lead.settings import LeadSettings

CONTACTS = int(os.environ.get("FANFARE_BENCH_CONTACTS", "1000000"))
KNOWN_SHARE = 5
REACH = 0.15
MOST_MEMORY = 300.0
COPIED = "given_name, family_name, company, email, phone, region, language"
_BARE = """
CREATE TABLE heap AS SELECT {columns} FROM contacts LIMIT 0;
CREATE TABLE bare (LIKE contacts INCLUDING INDEXES INCLUDING CONSTRAINTS);
ALTER TABLE bare ALTER id SET DEFAULT gen_random_uuid(), DROP match_key;
ALTER TABLE bare ADD match_key text GENERATED ALWAYS AS ('email:' || email) STORED;
ALTER TABLE bare ADD UNIQUE (department, match_key);
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT column_name FROM information_schema.columns WHERE table_name = 'bare'
        AND is_nullable = 'NO' AND column_name NOT IN ('id', 'department')
    LOOP EXECUTE format('ALTER TABLE bare ALTER %I DROP NOT NULL', name); END LOOP;
END $$;
ALTER TABLE bare ALTER department SET DEFAULT 'north';
"""


def run(*, contacts: int = CONTACTS) -> list[Result]:
    """Fill the department, copy the file, import the file."""
    with PostgresServer(durable=True) as postgres, tempfile.TemporaryDirectory() as folder:
        url = postgres.create_service_database("lead")
        upgrade("lead", url)
        there, file = Path(folder) / "there.csv", Path(folder) / "file.csv"
        write_file(there, range(contacts))
        write_file(file, range(contacts - contacts // KNOWN_SHARE, 2 * contacts - contacts // KNOWN_SHARE))
        _import(url, there)
        _settle(url)
        bare, heap = (contacts / seconds for seconds in _copied(url, file))
        seconds, memory = _import(url, file)
        _check(url, contacts)
        notes = f"{contacts} rows, {seconds:.0f} s, importer {memory:.0f} MB, COPY without keys {heap:.0f}/s"
        if memory > MOST_MEMORY:
            raise RuntimeError(f"the importer took {memory:.0f} MB")
        return [Result("import", contacts / seconds, "contacts/s", bare, REACH, notes)]


def _copied(url: str, file: Path) -> list[float]:
    """Seconds that COPY takes into the table with keys, and into the one without."""
    place = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    times = []
    with closing(psycopg2.connect(place)) as connection, connection.cursor() as cursor:
        cursor.execute(_BARE.format(columns=COPIED))
        connection.commit()
        for table in ("bare", "heap"):
            with file.open(encoding="utf-8") as source:
                began = time.monotonic()
                cursor.copy_expert(f"COPY {table} ({COPIED}) FROM STDIN WITH (FORMAT csv, HEADER)", source)
                connection.commit()
            times.append(time.monotonic() - began)
    return times


def _import(url: str, file: Path) -> tuple[float, float]:
    """Seconds from the lease to the end, and MB that the process took at most."""
    with (
        closing(Database(url, service="lead")) as database,
        file.open("rb") as source,
        database.transaction(ACTOR) as session,
    ):
        options: dict[str, Any] = {"filename": file.name, "department": "north", "phone_region": "CN"}
        upload_import(session, ACTOR, file=source, limit=2**31, **options)
    command = [sys.executable, "-m", "bench.imports", url]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory = told.splitlines()[-1].split()
    return float(seconds), float(memory)


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
    """Import what waits, and print the seconds and the most memory in MB."""
    with closing(Database(url, service="lead-worker")) as database:
        importer = Importer(LeadSettings(service="lead"), database)
        began = time.monotonic()
        while importer.step():
            pass
        print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(sys.argv[1])
