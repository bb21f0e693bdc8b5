"""Forgetting people in what the chassis itself keeps: words of the audit trail, stored answers, and files."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, inspect, literal, or_, select
from sqlalchemy.orm import Session

from chassis.audit import audit_entries
from chassis.audit_words import audit_words, forget_at_commit
from chassis.database import Aggregate, Audited
from chassis.files.model import StoredFile
from chassis.files.store import Store
from chassis.idempotency import idempotency_keys


def forget_words(session: Session, kind: type[Audited], ids: Collection[UUID]) -> int:
    """Take the words about some rows out of the audit trail, also those that this transaction enters.

    Its entries stay, and so do the seals over them. Returns of how many entries the words went.
    """
    entity = str(inspect(kind).local_table.name)
    forget_at_commit(session, entity, ids)
    entries = select(audit_entries.c.id).where(audit_entries.c.entity == entity)
    theirs = entries.where(audit_entries.c.entity_id.in_(ids))
    return _gone(session.execute(delete(audit_words).where(audit_words.c.entry_id.in_(theirs))))


def forget_answers(session: Session, ids: Collection[UUID]) -> int:
    """Drop the answers kept for requests that are sent twice, where they name one of these ids."""
    body = idempotency_keys.c.body
    sqlite = session.get_bind().dialect.name == "sqlite"
    named = [
        func.instr(body, str(one).encode()) > 0 if sqlite else body.op("~~")(literal(f"%{one}%".encode()))
        for one in ids
    ]
    return _gone(session.execute(delete(idempotency_keys).where(or_(*named)))) if named else 0


def files_of(session: Session, kind: type[Aggregate], ids: Collection[UUID]) -> Sequence[StoredFile]:
    """The files that are attached to some rows, oldest first."""
    table = str(inspect(kind).local_table.name)
    attached = select(StoredFile).where(StoredFile.attached_to == table, StoredFile.owner_id.in_(ids))
    return session.scalars(attached.order_by(StoredFile.id)).all()


def forget_files(session: Session, files: Sequence[StoredFile], *, store: Store) -> int:
    """Delete files with their bytes, and what the audit trail calls them. Returns how many.

    Their bytes go before the commit: where that fails, they are still to be deleted the next time. Raises
    Unavailable when the store does not answer.
    """
    forget_words(session, StoredFile, [one.id for one in files])
    for one in files:
        session.delete(one)
    session.flush()
    for one in files:
        store.delete(str(one.id))
    return len(files)


def _gone(result: Any) -> int:
    return int(result.rowcount)
