"""``fanfare import``: a file of contacts into the database of lead, with its progress on the terminal."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import click

from chassis.auth import Actor
from chassis.database import Database
from contracts.roles import LEAD_ADMINISTRATOR
from services.lead.imports.actions import cancel_import, confirm_import, upload_import
from services.lead.imports.importer import Importer
from services.lead.imports.model import Import
from services.lead.imports.queries import error_file, take_import
from services.lead.settings import LeadSettings
from services.lead.worker import importer

SECONDS_BETWEEN = 1.0
IDLE_SECONDS = 0.2
SHOWN_ROWS = 3


def import_file(
    settings: LeadSettings,
    *,
    file: BinaryIO,
    subject: str,
    agreed: Callable[[str], bool] | None,
    errors: Path | None,
    **options: Any,
) -> Import:
    """Upload ``file``, ask ``agreed`` whether it is read as it is meant, and work until it is in.

    Workers that run beside may take part. ``errors`` is where refused rows are written, if there are any.
    """
    database = Database(settings.database_url, service="lead")
    actor = Actor(subject, frozenset({LEAD_ADMINISTRATOR}), frozenset({options["department"]}))
    with database.transaction(actor) as session:
        import_ = upload_import(
            session,
            actor,
            file=file,
            limit=settings.import_limit_bytes,
            confirm=agreed is not None,
            **options,
        )
    worker = importer(settings, database)
    ended = _worked_on(database, worker, import_.id)
    if ended.state == "waiting" and agreed is not None:
        _decide(database, actor, ended, agreed=agreed)
        ended = _worked_on(database, worker, import_.id)
    if errors is not None and ended.rejected:
        with database.reading(actor) as session, errors.open("w", encoding="utf-8", newline="") as target:
            target.writelines(error_file(session, ended))
    database.close()
    return ended


def told(import_: Import) -> str:
    """The figures of an import on one line."""
    counts = f"created {import_.created}, updated {import_.updated}, refused {import_.rejected}"
    asked = f", waiting for an answer {import_.asked}" if import_.asked else ""
    return f"{import_.state}: {import_.rows} rows, {counts}{asked}"


def found_out(import_: Import) -> str:
    """What was found out about the file, for somebody to agree to."""
    kind = f"{import_.format}, {import_.codec or 'no encoding'}, delimiter {import_.delimiter!r}"
    mapped = import_.mapped or {}
    columns = [f"  {name.strip()} -> {mapped.get(name.strip(), 'not read')}" for name in import_.header or ()]
    rows = [f"  {' | '.join(row)}" for row in (import_.sample or [])[:SHOWN_ROWS]]
    return "\n".join([kind, *columns, "The first rows:", *rows])


def _decide(database: Database, actor: Actor, import_: Import, *, agreed: Callable[[str], bool]) -> None:
    goes_on = agreed(found_out(import_))
    with database.transaction(actor) as session:
        current = take_import(session, actor, import_.id)
        if goes_on:
            confirm_import(session, actor, import_=current)
        else:
            cancel_import(session, import_=current)


def _worked_on(database: Database, worker: Importer, import_id: UUID) -> Import:
    """Work until nothing more is to be done without a person, and tell of it now and then."""
    tell_at = time.monotonic() + SECONDS_BETWEEN
    while True:
        with database.reading() as session:
            import_ = session.get_one(Import, import_id)
        if import_.state not in ("queued", "running"):
            return import_
        if time.monotonic() >= tell_at:
            click.echo(told(import_), err=True)
            tell_at = time.monotonic() + SECONDS_BETWEEN
        if not worker.step():
            time.sleep(IDLE_SECONDS)
