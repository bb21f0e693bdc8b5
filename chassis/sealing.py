"""Seals the audit trail, so that nobody can change it without being seen.

Every few seconds what has been entered is sealed: a digest over the entries and over the seal before makes
a chain. Whoever changes, removes or slips in an entry must remake every seal after it, and the numbers and
digests of seals are logged, where the database's owner cannot reach them. Words about people stand apart from
entries and may be forgotten; of them a seal covers the digest that the entry has.

A seal covers the entries whose mark lies in a range that nothing can be added to any more. On PostgreSQL the
mark is when the entry's transaction began, and the range ends before the oldest transaction that runs. On
SQLite it is the row's number: there is one writer at a time.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    String,
    Table,
    event,
    exists,
    func,
    insert,
    literal_column,
    select,
    text,
)

from chassis.audit import audit_entries
from chassis.audit_words import audit_words, digest_of
from chassis.backoff import Backoff
from chassis.clock import now
from chassis.columns import Moment
from chassis.database import LOST_DATABASE, Database, metadata
from chassis.guards import append_only
from chassis.logs import get_logger
from chassis.metrics import counter, gauge

log = get_logger(__name__)

audit_seals = Table(
    "audit_seals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("until_mark", BigInteger, nullable=False),
    Column("entries", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sealed_at", Moment, nullable=False),
)

LATER = ("on_behalf_of", "words_digest")
"""Columns that older entries were sealed without: a seal covers them where there is something in them."""

START = "0" * 64
"""What the first seal follows."""

MOST_ENTRIES = 5_000
FEW_ENTRIES = 500
"""Who seals fewer has caught up with those who write, and may wait: something new is there at any moment."""

_LOCK = 0x66616E68
_SLACK_MICROSECONDS = 5_000_000
"""How far a transaction's own idea of its start may lie before the moment at which others see it run."""

_HORIZON = text(
    "SELECT (extract(epoch FROM least(now(), coalesce(min(xact_start), now()))) * 1000000)::bigint - :slack"
    " FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid()"
)

sealed = counter("audit_sealed_total", "Entries of the audit trail that were sealed.")
failures = counter("audit_seal_failures_total", "Times that sealing the audit trail failed.")
age = gauge("audit_unsealed_seconds", "Age of the oldest entry of the audit trail that is not sealed yet.")


@event.listens_for(audit_seals, "after_create")
def _guard(_table: Table, connection: Connection, **_options: Any) -> None:
    append_only(connection, audit_seals.name, "seals are never changed")


class Sealer:
    """``run`` seals until ``stopping`` says so. Of several replicas one does it at a time."""

    def __init__(self, database: Database, *, seconds: float, stopping: Callable[[], bool]) -> None:
        self.database = database
        self.seconds = seconds
        self.stopping = stopping

    def run(self) -> None:
        """Seal, wait, and seal again; a database that is away is waited for."""
        backoff = Backoff()
        while not self.stopping():
            try:
                while seal(self.database) >= FEW_ENTRIES and not self.stopping():
                    pass
                backoff.reset()
                backoff.sleep(self.seconds, until=self.stopping)
            except LOST_DATABASE as error:
                self._wait(backoff, error)
            except Exception as error:
                log.exception("sealing_failed")
                self._wait(backoff, error)

    def _wait(self, backoff: Backoff, error: Exception) -> None:
        failures.inc()
        seconds = backoff.next()
        log.warning("sealer_waits", seconds=round(seconds, 1), error=str(error).strip())
        backoff.sleep(seconds, until=self.stopping)


def seal(database: Database) -> int:
    """Seal what can be sealed, at most ``MOST_ENTRIES``. Returns how many entries that were."""
    with database.transaction() as session:
        connection = session.connection()
        if not _takes_turn(connection):
            return 0
        last = connection.execute(select(audit_seals).order_by(audit_seals.c.number.desc()).limit(1)).first()
        after, number, previous = (last.until_mark, last.number, last.digest) if last else (-1, 0, START)
        rows = _entries(connection, after=after, until=_horizon(connection), limit=MOST_ENTRIES)
        _measure(connection, after=rows[-1]["mark"] if rows else after)
        if not rows:
            return 0
        made = {
            "number": number + 1,
            "until_mark": rows[-1]["mark"],
            "entries": len(rows),
            "digest": digest(previous, number + 1, rows),
            "sealed_at": now(),
        }
        connection.execute(insert(audit_seals), made)
    sealed.inc(len(rows))
    log.info("audit_sealed", number=made["number"], entries=len(rows), digest=made["digest"])
    return len(rows)


def faults(database: Database, *, anchor: tuple[int, str] | None = None) -> Iterator[str]:
    """What is wrong with the trail, a sentence each; nothing when it is as it was sealed.

    ``anchor`` is the number and digest of a seal as a log had it: without one, nobody sees that the whole
    end of the chain was taken away or made anew.
    """
    with database.reading() as session:
        connection = session.connection()
        after, previous, expected = -1, START, 1
        for one in connection.execute(select(audit_seals).order_by(audit_seals.c.number)).all():
            if one.number != expected:
                yield f"Seals {expected} to {one.number - 1} are missing."
            rows = _entries(connection, after=after, until=one.until_mark)
            if len(rows) != one.entries:
                yield f"Seal {one.number} holds {one.entries} entries, and there are {len(rows)}."
            elif digest(previous, one.number, rows) != one.digest:
                yield f"The entries of seal {one.number} are not those that were sealed."
            if anchor and anchor[0] == one.number and anchor[1] != one.digest:
                yield f"Seal {one.number} is not the one that was noted."
            after, previous, expected = one.until_mark, one.digest, one.number + 1
        if anchor and anchor[0] >= expected:
            yield f"Seal {anchor[0]}, which was noted, is missing."
        yield from _misfits(connection)


def _misfits(connection: Connection) -> Iterator[str]:
    """Words that are not those of their entry. Words that are gone are no fault: they were forgotten."""
    joined = audit_words.outerjoin(audit_entries, audit_entries.c.id == audit_words.c.entry_id)
    columns = (*audit_words.c, audit_entries.c.words_digest)
    piece = select(*columns).select_from(joined).order_by(audit_words.c.entry_id).limit(MOST_ENTRIES)
    rows = connection.execute(piece).all()
    while rows:
        for row in rows:
            if row.words_digest != digest_of(row.salt, row.words):
                yield f"The words of entry {row.entry_id} are not those that were entered."
        rows = connection.execute(piece.where(audit_words.c.entry_id > rows[-1].entry_id)).all()


def without_words(database: Database) -> int:
    """Of how many entries the words were forgotten."""
    there = exists().where(audit_words.c.entry_id == audit_entries.c.id)
    gone = select(func.count()).select_from(audit_entries)
    with database.reading() as session:
        return session.scalar(gone.where(audit_entries.c.words_digest.is_not(None), ~there)) or 0


def last_seal(database: Database) -> str | None:
    """The last seal as NUMBER:DIGEST, to be noted somewhere else."""
    latest = select(audit_seals.c.number, audit_seals.c.digest).order_by(audit_seals.c.number.desc())
    with database.reading() as session:
        found = session.execute(latest.limit(1)).first()
    return f"{found.number}:{found.digest}" if found else None


def digest(previous: str, number: int, rows: Iterable[RowMapping]) -> str:
    """SHA-256 over the digest before, the seal's number, and its entries as canonical JSON, a line each."""
    whole = hashlib.sha256(f"{previous}\n{number}\n".encode())
    for row in rows:
        whole.update(_canonical(row))
    return whole.hexdigest()


def _canonical(row: RowMapping) -> bytes:
    values = {name: row[name] for name in row if name != "mark" and (name not in LATER or row[name])}
    values["at"] = values["at"].isoformat()
    line = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return f"{line}\n".encode()


def _entries(
    connection: Connection, *, after: int, until: int | None, limit: int | None = None
) -> list[RowMapping]:
    """Entries with ``after`` < mark <= ``until``; never some of one mark without the others."""
    mark = _mark(connection)
    columns = [column for column in audit_entries.c if column.name != "entered"]
    wanted = select(*columns, mark.label("mark")).where(mark > after)
    if until is not None:
        wanted = wanted.where(mark <= until)
    found = connection.execute(wanted.order_by(mark, audit_entries.c.id).limit(limit)).mappings().all()
    if limit is None or len(found) < limit:
        return list(found)
    last = found[-1]["mark"]
    whole = [row for row in found if row["mark"] < last]
    return whole or _entries(connection, after=after, until=last)


def _mark(connection: Connection) -> ColumnElement[int]:
    if connection.dialect.name == "sqlite":
        return literal_column("audit_entries.rowid", BigInteger)
    return audit_entries.c.entered


def _horizon(connection: Connection) -> int | None:
    if connection.dialect.name == "sqlite":
        return None
    horizon: int = connection.execute(_HORIZON, {"slack": _SLACK_MICROSECONDS}).scalar_one()
    return horizon


def _measure(connection: Connection, *, after: int) -> None:
    oldest = select(audit_entries.c.at).where(_mark(connection) > after).order_by(_mark(connection)).limit(1)
    found = connection.scalar(oldest)
    age.set((now() - found).total_seconds() if found else 0)


def _takes_turn(connection: Connection) -> bool:
    if connection.dialect.name == "sqlite":
        return True
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))
