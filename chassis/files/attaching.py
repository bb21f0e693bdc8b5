"""Taking files in, attaching them to rows, and forgetting those that nobody attached."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, inspect, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Aggregate, Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.files.kinds import check_kind
from chassis.files.model import StoredFile
from chassis.files.store import Store
from chassis.logs import get_logger

log = get_logger(__name__)

_PIECE = 1 << 16


def upload(session: Session, actor: Actor, *, store: Store, name: str, file: BinaryIO) -> StoredFile:
    """Keep a file under ``name`` for its uploader. Raises Invalid for an empty one or a false name.

    The bytes are kept before the row is: a failure in between leaves bytes that ``sweep`` finds.
    """
    media_type = check_kind(name, file)
    size, digest = _measured(file)
    if size == 0:
        raise Invalid({"": ["The file is empty."]})
    stored = StoredFile(
        name=name,
        media_type=media_type,
        size=size,
        sha256=digest,
        uploaded_by=actor.subject,
        uploaded_at=now(),
    )
    store.put(str(stored.id), file)
    session.add(stored)
    return stored


def attach(
    session: Session,
    actor: Actor,
    ids: Sequence[UUID],
    *,
    to: Aggregate,
    department: str | None = None,
    field: str = "documents",
) -> list[StoredFile]:
    """Make files part of the row ``to``, which its readers then may fetch. Those it has already stay.

    ``department`` is that of the row, which it names itself where it has one. Raises Invalid, naming
    ``field``, for a file that is attached elsewhere, and for an unknown one, which another person's is too.
    """
    if not ids:
        return []
    department = department or str(to.department)  # type: ignore[attr-defined]
    locked = select(StoredFile).where(StoredFile.id.in_(ids)).with_for_update()
    found = {stored.id: stored for stored in session.scalars(locked)}
    problems = [problem for one in ids if (problem := _problem(found.get(one), actor, to=to))]
    if problems or len(set(ids)) < len(ids):
        raise Invalid({field: problems or ["A file is named twice."]})
    for stored in found.values():
        if stored.owner_id is None:
            stored.attached_to, stored.owner_id = _entity(to), to.id
            stored.department = department
            stored.version += 1
    return [found[one] for one in ids]


def discard(session: Session, actor: Actor, *, file_id: UUID, store: Store) -> None:
    """Forget a file that its uploader has not attached to anything.

    Raises NotFound, Forbidden for another person's, Conflict when it is attached.
    """
    stored = session.get(StoredFile, file_id, with_for_update=True)
    if stored is None:
        raise NotFound("file", file_id)
    if stored.uploaded_by != actor.subject and not actor.administers:
        raise Forbidden("Only who uploaded a file discards it.")
    if stored.owner_id is not None:
        raise Conflict("The file is attached, and what it is attached to keeps it.")
    session.delete(stored)
    store.delete(str(file_id))


def sweep(database: Database, store: Store, *, older_than: timedelta) -> int:
    """Forget files that nobody attached for so long, and bytes without a file. Returns how many went."""
    before = now() - older_than
    with database.transaction() as session:
        unattached = delete(StoredFile).where(StoredFile.owner_id.is_(None), StoredFile.uploaded_at < before)
        session.execute(unattached)
    gone = 0
    with database.reading() as session:
        for key in store.keys(before=before):
            if not _is_kept(session, key):
                store.delete(key)
                gone += 1
    log.info("files_swept", service=database.service, gone=gone)
    return gone


def _is_kept(session: Session, key: str) -> bool:
    """Whether there is a file for ``key``. What is not named as we name files is none of ours."""
    if key.startswith("."):
        return False
    try:
        file_id = UUID(key)
    except ValueError:
        return True
    return session.scalar(select(StoredFile.id).where(StoredFile.id == file_id)) is not None


def _measured(file: BinaryIO) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while piece := file.read(_PIECE):
        size += len(piece)
        digest.update(piece)
    file.seek(0)
    return size, digest.hexdigest()


def _problem(stored: StoredFile | None, actor: Actor, *, to: Aggregate) -> str | None:
    """What is wrong with one; of what the actor may not know, no more than that it is not there."""
    if stored is not None and stored.owner_id == to.id and stored.attached_to == _entity(to):
        return None
    mine = stored is not None and (stored.uploaded_by == actor.subject or actor.administers)
    if stored is None or not mine:
        return "A file is not there: upload it first."
    return None if stored.owner_id is None else f"{stored.name} is attached to something else."


def _entity(row: Aggregate) -> str:
    return str(inspect(type(row)).local_table.name)
