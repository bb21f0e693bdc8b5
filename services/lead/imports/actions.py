"""Writes to imports: take a file in, end an import well or badly."""

import os
from collections.abc import Mapping
from typing import Any, BinaryIO

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import TooLarge
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.lead import ImportFinished
from services.lead.imports.model import Import, ImportPiece

PIECE_BYTES = 256 * 1024

log = get_logger(__name__)


def upload_import(
    session: Session,
    actor: Actor,
    *,
    file: BinaryIO,
    limit: int,
    filename: str,
    department: str,
    mapping: Mapping[str, str] | None = None,
    **reading: Any,
) -> Import:
    """Keep the file for the importer. ``reading`` is phone_region, and maybe source, consents, wording.

    Raises Forbidden, TooLarge beyond ``limit`` bytes, and nothing about what is in the file.
    """
    actor.require_department(department)
    size = file.seek(0, os.SEEK_END)
    if size > limit:
        raise TooLarge(f"An import takes at most {limit} bytes")
    reading = {"source": "import", "consents": [], "wording": f"imported from {filename}", **reading}
    import_ = Import(
        filename=filename,
        department=department,
        requested_by=actor.subject,
        size=size,
        told=dict(mapping or {}),
        created_at=now(),
        **reading,
    )
    return _keep(session, import_, file)


def finish_import(session: Session, import_: Import) -> None:
    """The last row has been dealt with: say so, and let go of the file."""
    at = now()
    import_.finish(at)
    session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_.id))
    finished = ImportFinished(
        import_id=import_.id,
        department=import_.department,
        filename=import_.filename,
        rows=import_.rows,
        created=import_.created,
        updated=import_.updated,
        rejected=import_.rejected,
        finished_at=at,
    )
    publish(session, import_, finished)
    log.info("import_finished", rows=import_.rows, created=import_.created, rejected=import_.rejected)


def fail_import(session: Session, import_: Import, *, reason: str) -> None:
    """The file cannot be imported: keep the reason, let go of the file."""
    import_.fail(reason, at=now())
    session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_.id))
    log.warning("import_failed", reason=reason)


def _keep(session: Session, import_: Import, file: BinaryIO) -> Import:
    session.add(import_)
    session.flush()
    file.seek(0)
    number = 0
    while body := file.read(PIECE_BYTES):
        session.execute(insert(ImportPiece), [{"import_id": import_.id, "number": number, "body": body}])
        number += 1
    return import_
