"""A POST that is sent twice with one ``Idempotency-Key`` acts once, and is answered twice the same.

The key is taken by the first statement of the request's transaction. A twin that comes meanwhile
waits for that row, and then finds either the stored answer or, after a rollback, the field free.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from chassis import clock
from chassis.columns import Document, Moment
from chassis.database import Database, metadata
from chassis.errors import Conflict, Invalid

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("actor", Text, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", Document),
    Column("body", LargeBinary),
    Column("created_at", Moment, nullable=False),
    Index(None, "created_at"),
)

HEADER = "Idempotency-Key"
LONGEST_KEY = 255
KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class StoredAnswer:
    """What the first request was answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def fingerprint(*parts: str | bytes) -> str:
    """A digest of what the request asks for: method, path, query and body."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def digest_of(file: BinaryIO) -> bytes:
    """A digest of an uploaded file, which is left at its start."""
    digest = hashlib.sha256()
    while piece := file.read(1 << 16):
        digest.update(piece)
    file.seek(0)
    return digest.digest()


def check_key(key: str) -> None:
    """Raises Invalid for a key that is empty, too long, or has other than visible ASCII characters."""
    if not 0 < len(key) <= LONGEST_KEY or not (key.isascii() and key.isprintable()):
        raise Invalid({HEADER: [f"Must be 1 to {LONGEST_KEY} visible ASCII characters"]})


def take(session: Session, *, actor: str, key: str, fingerprint: str) -> StoredAnswer | None:
    """Take the key for this request, or return what it was answered before.

    Raises Invalid when the key was used for a different request within the last 24 hours.
    """
    mine = (idempotency_keys.c.actor == actor) & (idempotency_keys.c.key == key)
    query = select(idempotency_keys).where(mine)
    row = {"actor": actor, "key": key, "fingerprint": fingerprint, "created_at": clock.now()}
    if _insert(session, row):
        return None
    stored = session.execute(query).one_or_none()
    if stored is not None and stored.created_at < clock.now() - KEPT:
        session.execute(delete(idempotency_keys).where(mine))
        if _insert(session, row):
            return None
        stored = session.execute(query).one_or_none()
    if stored is None or stored.status is None:
        raise Conflict("A request with this Idempotency-Key is being handled")
    if stored.fingerprint != fingerprint:
        raise Invalid({HEADER: ["Was used for a different request"]})
    return StoredAnswer(stored.status, stored.headers, stored.body)


def store(session: Session, *, actor: str, key: str, answer: StoredAnswer) -> None:
    """Keep the answer beside the taken key, in the transaction that made it."""
    mine = (idempotency_keys.c.actor == actor) & (idempotency_keys.c.key == key)
    session.execute(
        update(idempotency_keys)
        .where(mine)
        .values(status=answer.status, headers=answer.headers, body=answer.body)
    )


def prune(database: Database) -> int:
    """Delete the keys that are older than 24 hours. Returns how many."""
    with database.transaction() as session:
        old = idempotency_keys.c.created_at < clock.now() - KEPT
        gone: Any = session.execute(delete(idempotency_keys).where(old))
        return int(gone.rowcount)


def _insert(session: Session, row: dict[str, Any]) -> bool:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = insert(idempotency_keys).values(row).on_conflict_do_nothing()
    made: Any = session.execute(statement)
    return bool(made.rowcount)
