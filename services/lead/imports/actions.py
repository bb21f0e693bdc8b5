"""Writes to imports: take a file in, confirm how it is read, end it well or badly, take it back."""

import os
from collections.abc import Mapping
from typing import Any, BinaryIO

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Invalid, TooLarge
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.lead import ImportFinished, ImportUndone
from services.lead.imports import mappings
from services.lead.imports.model import UNDOABLE, Import, ImportPiece
from services.lead.imports.telling import imports_total, tell_saved
from services.lead.imports.undo import take_back

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
    mapping_name: str | None = None,
    **options: Any,
) -> Import:
    """Keep the file for the importer. ``options`` are phone_region, and maybe source, consents, wording,
    mode, dry_run, confirm and reading (encoding, delimiter, header).

    Raises Forbidden, TooLarge beyond ``limit`` bytes, Invalid for a mapping that is not saved under
    ``mapping_name``, and nothing about what is in the file.
    """
    actor.require_department(department)
    size = file.seek(0, os.SEEK_END)
    if size > limit:
        raise TooLarge(f"An import takes at most {limit} bytes")
    if mapping_name is not None:
        mapping = {**mappings.named(session, department, mapping_name), **(mapping or {})}
    options = {"source": "import", "consents": [], "wording": f"imported from {filename}", **options}
    import_ = Import(
        filename=filename,
        department=department,
        requested_by=actor.subject,
        size=size,
        told=dict(mapping or {}),
        created_at=now(),
        **options,
    )
    return _keep(session, import_, file)


def confirm_import(
    session: Session,
    actor: Actor,
    *,
    import_: Import,
    mapping: Mapping[str, str] | None = None,
    save_as: str | None = None,
    **reading: Any,
) -> Import:
    """Go on with what was shown, or with another mapping; with ``save_as`` the department keeps it.

    Given another encoding, delimiter or header, the file is looked at and shown once more. Raises Conflict,
    and Invalid.
    """
    if import_.state != "waiting":
        raise Conflict(f"The import is {import_.state}, and waits for nobody to confirm it")
    if reading:
        import_.reading = {**import_.reading, **reading}
        import_.told = dict(mapping or {})
        import_.state = "queued"
        return import_
    if mapping is not None:
        _require_columns(import_, mapping)
        # What is left out of an explicit mapping is not read: it was shown, and not taken.
        import_.told = {**dict.fromkeys((import_.mapping or {}), ""), **mapping}
    if save_as:
        mappings.save(
            session, actor, import_=import_, name=save_as, mapping=import_.told or import_.mapping or {}
        )
    import_.confirm = False
    import_.state = "queued"
    return import_


def wait_for_confirmation(import_: Import) -> None:
    """The file is looked at: somebody has to say that it is read as it is meant."""
    import_.state = "waiting"
    import_.tries = 0
    import_.release()
    log.info("import_waits", import_id=str(import_.id), format=import_.format)


def cancel_import(session: Session, *, import_: Import) -> Import:
    """Stop before the end. What is imported so far stays until it is undone. Raises Conflict."""
    if import_.state not in ("queued", "waiting", "running"):
        raise Conflict(f"The import is {import_.state}")
    _end(session, import_, "cancelled")
    return import_


def finish_import(session: Session, import_: Import) -> None:
    """The last row has been dealt with: say so, and let go of the file."""
    _end(session, import_, "finished")
    if not import_.dry_run:
        publish(session, import_, _finished(import_))


def fail_import(session: Session, import_: Import, *, reason: str) -> None:
    """The file cannot be imported: keep the reason, let go of the file."""
    _end(session, import_, "failed", reason=reason)


def undo_import(actor: Actor, *, import_: Import) -> Import:
    """Have the importer take back what the import did. Raises Conflict."""
    if import_.dry_run:
        raise Conflict("The import was a dry run; there is nothing to undo")
    if import_.state not in UNDOABLE:
        raise Conflict(f"The import is {import_.state}")
    import_.state = "undoing"
    import_.undone_by = actor.subject
    import_.tries = 0
    return import_


def undo_batch(session: Session, import_: Import, *, count: int) -> bool:
    """Take back the next changes. True when there may be more."""
    found, cards = take_back(session, import_, count=count)
    if found.last is None:
        _end_undo(session, import_)
        return False
    tell_saved(session, import_, cards)
    import_.take_back(
        restored=len(found.restored), removed=len(found.removed), kept=len(found.kept), after=found.last
    )
    return True


def _end_undo(session: Session, import_: Import) -> None:
    import_.state, import_.undone_at = "undone", now()
    import_.release()
    undone = ImportUndone(
        import_id=import_.id,
        department=import_.department,
        restored=import_.restored,
        removed=import_.removed,
        kept=import_.kept,
        undone_by=import_.undone_by or "",
        undone_at=import_.undone_at,
    )
    publish(session, import_, undone)
    imports_total.labels(outcome="undone").inc()
    log.info("import_undone", import_id=str(import_.id), removed=import_.removed, kept=import_.kept)


def _finished(import_: Import) -> ImportFinished:
    return ImportFinished(
        import_id=import_.id,
        department=import_.department,
        filename=import_.filename,
        rows=import_.rows,
        created=import_.created,
        updated=import_.updated,
        rejected=import_.rejected,
        asked=import_.asked,
        finished_at=import_.finished_at or now(),
    )


def _end(session: Session, import_: Import, state: str, *, reason: str = "") -> None:
    import_.end(state, at=now(), reason=reason)
    import_.sample = None
    session.execute(delete(ImportPiece).where(ImportPiece.import_id == import_.id))
    imports_total.labels(outcome=state).inc()
    say = log.warning if state == "failed" else log.info
    counts = {"rows": import_.rows, "created": import_.created, "rejected": import_.rejected}
    say(f"import_{state}", import_id=str(import_.id), **counts, **({"reason": reason} if reason else {}))


def _require_columns(import_: Import, mapping: Mapping[str, str]) -> None:
    columns = {column.strip() for column in import_.header or ()}
    missing = [name for name in mapping if name.strip() not in columns]
    if missing:
        raise Invalid({"mapping": [f"The file has no column {missing[0][:40]}"]})


def _keep(session: Session, import_: Import, file: BinaryIO) -> Import:
    session.add(import_)
    session.flush()
    file.seek(0)
    number = 0
    while body := file.read(PIECE_BYTES):
        session.execute(insert(ImportPiece), [{"import_id": import_.id, "number": number, "body": body}])
        number += 1
    return import_
