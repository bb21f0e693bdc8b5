"""``kill-importer``: kill -9 of the importer at ten random moments of an import, and at three of its undo.

A department has contacts; the file names some of them again, some new ones, some twice, and has rows that
are no contact. It must be imported with the exact counts, nobody twice, every saved contact told of, and the
undo must leave the store as it was, to the byte.
"""

import os
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import text

from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict
from bench.contacts import write_file
from chassis.auth import Actor
from chassis.database import Database
from chassis.migrate import upgrade
from contracts.roles import LEAD_ADMINISTRATOR
from fanfare.local.process import Child, wait_until
from services.lead.imports.actions import undo_import, upload_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import Import
from services.lead.imports.queries import take_import
from services.lead.settings import LeadSettings

NAME = "kill-importer"
ROWS, ROWS_WHEN_SHORT = 200_000, 4_000
KILLS, KILLS_WHEN_SHORT = (10, 3), (2, 1)
LEASE_SECONDS = 1
SECONDS = 1200.0
SEED = 5
ACTOR = Actor("mia", frozenset({LEAD_ADMINISTRATOR}), frozenset({"north"}))
SOURCE = Path(__file__).resolve().parents[2]

_STATE = {
    "contacts": ("(to_jsonb(t) - 'revision')::text", "id"),
    "consents": ("t::text", "contact_id, channel"),
    "customers": ("t::text", "id"),
}
"""How the rows of a table are written to be compared, and their order."""


@dataclass(frozen=True)
class Size:
    """How many rows the file has: known, new, repeated and unusable ones are fixed shares of them."""

    rows: int

    @property
    def bad(self) -> int:
        return self.rows // 100

    @property
    def repeated(self) -> int:
        return self.rows // 50

    @property
    def known(self) -> int:
        return self.rows // 4

    @property
    def new(self) -> int:
        return self.rows - self.known - self.repeated - self.bad


def run(stage: Stage, *, short: bool) -> Verdict:
    """A smaller file and fewer kills when ``short``."""
    rows, kills = (ROWS_WHEN_SHORT, KILLS_WHEN_SHORT) if short else (ROWS, KILLS)
    url = stage.postgres.create_service_database(f"lead{NAME.replace('-', '')}")
    upgrade("lead", url)
    return drill(url, folder=stage.fresh_folder(), size=Size(rows), kills=kills)


def drill(url: str, *, folder: Path, size: Size, kills: tuple[int, int], batch: int = 500) -> Verdict:
    """The same on the migrated database of ``url``, with so many kills of the import and of its undo."""
    with closing(Database(url, service="lead")) as database:
        show = _Show(database, folder, url=url, batch=batch)
        _fill(database, folder, size)
        before = _state(database)
        import_id = _upload(database, folder / "file.csv", size)
        import_ = show.play(import_id, "position", size.rows, kills=kills[0], ended="finished")
        verdict = _judge(database, import_, size)
        _undo(database, import_id)
        undone = show.play(
            import_id, "restored + removed", size.known + size.new, kills=kills[1], ended="undone"
        )
        if undone.kept or undone.state != "undone":
            verdict.broken.append(f"the undo is {undone.state} and kept {undone.kept} contacts")
        show.stop()
        after = _state(database)
        verdict.differences = [f"{name} is not what it was" for name in before if before[name] != after[name]]
        told = (
            f"{show.killed} kills, {size.rows} rows, {undone.removed} removed and {undone.restored} restored"
        )
        verdict.notes = told
    return verdict


class _Show:
    """The importer as a process of its own, killed at moments that a seed draws."""

    def __init__(self, database: Database, folder: Path, *, url: str, batch: int) -> None:
        self.killed = 0
        self._database = database
        self._chance = Random(SEED)
        self._worker = Child(
            "importer",
            [sys.executable, "-m", "fanfare", "work", "lead", "--probe-port", "0"],
            log=folder / "importer.log",
            environment=_settings(url, batch=batch),
            folder=SOURCE,
        )

    def play(self, import_id: UUID, counted: str, whole: int, *, kills: int, ended: str) -> Import:
        """Let the importer work, and kill it whenever ``counted`` passes the next moment."""
        moments = sorted(int(whole * self._chance.uniform(0.02, 0.9)) for _ in range(kills))
        self._worker.start()
        for moment in moments:
            if not self._wait(import_id, f"{counted} >= {moment} OR state IN ('failed', '{ended}')"):
                break
            self._worker.kill()
            self.killed += 1
            self._worker.start()
        self._wait(import_id, f"state IN ('failed', '{ended}')")
        with self._database.reading() as session:
            return session.get_one(Import, import_id)

    def stop(self) -> None:
        """The last act."""
        self._worker.kill()

    def _wait(self, import_id: UUID, condition: str) -> bool:
        question = text(f"SELECT {condition} FROM imports WHERE id = :id")

        def met() -> bool:
            with self._database.reading() as session:
                return bool(session.scalar(question, {"id": import_id}))

        return wait_until(met, seconds=SECONDS, pause=0.01)


def _fill(database: Database, folder: Path, size: Size) -> None:
    """Contacts that are there already, half of them with a consent."""
    write_file(folder / "known.csv", range(size.known))
    import_id = _upload(database, folder / "known.csv", size, company="Before")
    importer = Importer(LeadSettings(service="lead"), database)
    while importer.step():
        pass
    with database.transaction() as session:
        session.execute(text("UPDATE contacts SET company = '', phone = NULL, name_key = NULL"))
        session.execute(text("DELETE FROM import_changes WHERE import_id = :id"), {"id": import_id})


def _upload(database: Database, path: Path, size: Size, *, company: str = "") -> UUID:
    if not company:
        _write(path, size)
    with path.open("rb") as file, database.transaction(ACTOR) as session:
        options: dict[str, Any] = {"filename": path.name, "department": "north", "phone_region": "CN"}
        return upload_import(session, ACTOR, file=file, limit=2**30, **options).id


def _write(path: Path, size: Size) -> None:
    """Known, new and repeated rows in one random order, and rows that are no contact."""
    numbers = list(range(size.known + size.new))
    numbers += Random(SEED).sample(numbers, size.repeated)
    Random(SEED).shuffle(numbers)
    write_file(
        path, numbers, extra=[["No", "Address", "", f"broken{one}", "", "", ""] for one in range(size.bad)]
    )


def _undo(database: Database, import_id: UUID) -> None:
    with database.transaction(ACTOR) as session:
        undo_import(ACTOR, import_=take_import(session, ACTOR, import_id))


def _state(database: Database) -> dict[str, str | None]:
    with database.reading() as session:
        return {name: session.scalar(text(_digest(name, *how))) for name, how in _STATE.items()}


def _digest(table: str, row: str, order: str) -> str:
    return f"SELECT md5(string_agg(md5({row}), '' ORDER BY {order})) FROM {table} t"


def _judge(database: Database, import_: Import, size: Size) -> Verdict:
    with database.reading() as session:
        count = session.scalar(text("SELECT count(*) FROM contacts")) or 0
        people = session.scalar(text("SELECT count(DISTINCT lower(email)) FROM contacts")) or 0
        pages = text("SELECT data FROM outbox WHERE type = 'import.contacts_saved.v1' AND subject = :subject")
        bodies = list(session.scalars(pages, {"subject": f"import/{import_.id}"}))
    told = Counter(card["contact_id"] for body in bodies for card in msgspec.json.decode(body)["contacts"])
    expected = size.known + size.new
    verdict = Verdict(NAME, lost=expected - people, duplicated=count - people, uncertain=0, differences=[])
    counts = import_.rows, import_.created, import_.updated, import_.rejected
    right = size.rows, size.new, size.known + size.repeated, size.bad
    if import_.state != "finished" or counts != right:
        verdict.broken.append(
            f"{import_.state} {import_.reason}: rows, created, updated, refused {counts}, not {right}"
        )
    if len(told) != expected:
        verdict.broken.append(f"the pages tell of {len(told)} contacts, not of {expected}")
    return verdict


def _settings(url: str, *, batch: int) -> dict[str, str]:
    """What the importer is told, who works alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FANFARE_")}
    given = {
        "DATABASE_URL": url,
        "WORKERS": "importer",
        "LEASE_SECONDS": LEASE_SECONDS,
        "IMPORT_BATCH": batch,
    }
    return kept | {f"FANFARE_LEAD_{name}": str(value) for name, value in given.items()}
