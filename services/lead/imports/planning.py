"""The dry run: what each row would do, with before and after, and nothing done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from services.lead.imports.batch import Saved, customers_of
from services.lead.imports.blocks import Near
from services.lead.imports.bulk import insert_rows
from services.lead.imports.matching import Group, find_known
from services.lead.imports.merging import CONTACTS, changed_contact, difference, new_contact
from services.lead.imports.model import Import, Mode, PlannedRow
from services.lead.imports.modes import least_score, sort_out

_planned = cast(Table, PlannedRow.__table__)


def plan_groups(
    session: Session,
    import_: Import,
    pending: Sequence[Group],
    *,
    mode: Mode,
    at: datetime,
    near: Near | None = None,
) -> Saved:
    """Keep what the rows of a batch would do, and count it as if it were done."""
    groups = find_known(session, import_.department, pending, least=least_score(mode), near=near)
    found = sort_out(groups, mode)
    saved = Saved(refused=dict(found.refused))
    customers = customers_of(session, import_.department, found)
    earlier = _earlier(session, import_, found.create)
    rows = []
    for group in found.create:
        company = customers.get(group.draft.company.casefold())
        after = new_contact(group.draft, import_, customer_id=company, at=at)
        line = earlier.get(group.draft.key)
        if line and mode == "create":
            told = f"the same contact as in line {line}, and the import only creates"
            saved.refused.update(dict.fromkeys(group.lines, told))
            continue
        rows += _rows(
            import_, group, difference(None, after), change="update" if line else "create", first=line
        )
        saved.created += not line
        saved.updated += len(group.repeats) + bool(line)
    rows += _changes(session, import_, found.update, saved, customers=customers, at=at)
    for group in found.ask:
        rows += _rows(import_, group, {}, change="ask")
    saved.asked = found.ask
    insert_rows(session, _planned, rows)
    return saved


def _changes(
    session: Session,
    import_: Import,
    groups: Sequence[Group],
    saved: Saved,
    *,
    customers: dict[str, Any],
    at: datetime,
) -> list[dict[str, Any]]:
    ids = [group.contact_id for group in groups]
    known = {
        row.id: dict(row._mapping) for row in session.execute(select(CONTACTS).where(CONTACTS.c.id.in_(ids)))
    }
    rows = []
    for group in groups:
        before = known.get(group.contact_id)
        if before is None:
            continue
        company = customers.get(group.draft.company.casefold())
        after = changed_contact(before, group, customer_id=company, at=at)
        rows += _rows(import_, group, difference(before, after), change="update")
        saved.updated += len(group.lines)
    return rows


def _earlier(session: Session, import_: Import, groups: Sequence[Group]) -> dict[str, int]:
    """The lines of earlier batches that would have created the same contacts, by key."""
    keys = [group.draft.key for group in groups]
    found = select(_planned.c.key, _planned.c.line).where(_planned.c.import_id == import_.id)
    found = found.where(_planned.c.key.in_(keys)).order_by(_planned.c.line.desc())
    return {key: line for key, line in session.execute(found)} if keys else {}


def _rows(
    import_: Import, group: Group, fields: dict[str, list[Any]], *, change: str, first: int | None = None
) -> list[dict[str, Any]]:
    """A planned row for each line of the group; only the first tells of the fields."""
    told = f"the same contact as in line {first}" if first else ""
    likeness = group.likeness or (group.candidates[0][1] if group.candidates else None)
    common = {"import_id": import_.id, "contact_id": group.contact_id, "key": group.draft.key}
    line, *repeats = group.lines
    head = {**common, "line": line, "change": change, "why": told or str(likeness or ""), "fields": fields}
    again = f"the same contact as in line {line}"
    tail = "ask" if change == "ask" else "update"
    return [head, *({**common, "line": one, "change": tail, "why": again, "fields": {}} for one in repeats)]
