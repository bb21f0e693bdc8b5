"""What becomes of a batch of records: contacts, plans of a dry run, questions, refusals."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table
from sqlalchemy.orm import Session

from chassis.clock import now
from services.lead.imports.ahead import Batch
from services.lead.imports.batch import Saved, save_groups
from services.lead.imports.bulk import insert_rows
from services.lead.imports.model import Import, Mode, Rejection
from services.lead.imports.planning import plan_groups
from services.lead.imports.questions import ask
from services.lead.imports.records import Record
from services.lead.imports.telling import rows_total, tell_saved

_rejections = cast(Table, Rejection.__table__)


def save_batch(session: Session, import_: Import, batch: Batch) -> set[str]:
    """Do with the records of ``batch`` as the import says, and move its checkpoint behind them.

    Returns the name keys of what was written.
    """
    save = plan_groups if import_.dry_run else save_groups
    mode = cast(Mode, import_.mode)
    saved = save(session, import_, batch.groups, mode=mode, at=now(), near=batch.near)
    refused = batch.refused | saved.refused
    _refuse(session, import_, batch.records, refused)
    asked = _ask(session, import_, saved)
    import_.advance(
        records=len(batch.records),
        created=saved.created,
        updated=saved.updated,
        rejected=len(refused),
        asked=asked,
    )
    tell_saved(session, import_, saved.cards)
    counts = {"created": saved.created, "updated": saved.updated, "rejected": len(refused), "asked": asked}
    for outcome, count in counts.items():
        rows_total.labels(outcome=outcome).inc(count)
    return saved.name_keys


def _ask(session: Session, import_: Import, saved: Saved) -> int:
    if import_.dry_run:
        return sum(len(group.lines) for group in saved.asked)
    return ask(session, import_, saved.asked)


def _refuse(session: Session, import_: Import, records: Sequence[Record], refused: dict[int, str]) -> None:
    if not refused:
        return
    rows: list[dict[str, Any]] = [
        {
            "import_id": import_.id,
            "line": record.line,
            "reason": refused[record.line],
            "cells": [cell.replace("\x00", "") for cell in record.cells],
        }
        for record in records
        if record.line in refused
    ]
    insert_rows(session, _rejections, rows)
