"""Receipts find the copies that they are about.

A receipt may be there before the sender has recorded the answer that it belongs to, so one that finds
nothing is tried again for a day. An id is looked up as it came, then in the other spellings that SMS
centres use; the recipient's number decides where several copies could be meant.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, any_, delete, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.clock import now
from chassis.database import Session
from chassis.logs import get_logger
from chassis.metrics import counter
from services.outreach.channels.sms.model import UNMATCHED, WAITING, sms_parts, sms_receipts
from services.outreach.channels.sms.numbers import same_number
from services.outreach.channels.sms.receipts import spellings
from services.outreach.contacts.model import contact_points
from services.outreach.mailings.feedback import Heard, Kind, record_feedback
from services.outreach.mailings.model import deliveries

log = get_logger(__name__)

PATIENCE: Final = timedelta(days=1)
LONGEST_PAUSE: Final = timedelta(minutes=10)

_OUTCOMES = ("applied", "unmatched")
matched = counter(
    "outreach_sms_receipts_total",
    "Receipts by what became of them: applied to their copy, or unmatched after a day.",
    ("outcome",),
    starts=[(outcome,) for outcome in _OUTCOMES],
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that an id may mean. ``parts`` is how many it went in."""

    delivery_id: UUID
    number: str
    part: int = 1
    parts: int = 1


def apply_receipts(session: Session, *, limit: int) -> int:
    """Record what due receipts say with their copies. Returns how many were looked at."""
    moment = now()
    rows, known = _due(session, moment, limit)
    found = _copies_of(session, rows, known)
    _put_off(session, [row for row in rows if row.id not in found], moment)
    if found:
        session.execute(delete(sms_receipts).where(_among(session, sms_receipts.c.id, list(found))))
        matched.labels(outcome="applied").inc(len(found))
    heard = _heard(session, [(row, found[row.id]) for row in rows if row.id in found])
    if heard:
        record_feedback(session, heard)
    return len(rows)


def _due(
    session: Session, moment: datetime, limit: int
) -> tuple[Sequence[Row[Any]], Mapping[UUID, Sequence[Copy]]]:
    """The receipts that are due, and for each the copies that its id names as it came."""
    table, contact = sms_receipts.c, contact_points.c
    found = session.execute(
        select(sms_receipts, deliveries.c.id.label("delivery_id"), contact.phone)
        .outerjoin(deliveries, deliveries.c.provider_id == table.provider_id)
        .outerjoin(contact_points, contact.id == deliveries.c.contact_id)
        .where(table.state == WAITING, table.due_at <= moment)
        .order_by(table.due_at)
        .limit(limit)
        .with_for_update(of=sms_receipts, skip_locked=True)
    ).all()
    known: dict[UUID, list[Copy]] = defaultdict(list)
    for row in found:
        if row.delivery_id is not None:
            known[row.id].append(Copy(row.delivery_id, row.phone or ""))
    return list({row.id: row for row in found}.values()), known


def _copies_of(
    session: Session, rows: Sequence[Row[Any]], known: Mapping[UUID, Sequence[Copy]]
) -> dict[UUID, Copy]:
    """The copy of each receipt that has one, by the receipt's id."""
    found = {row.id: copy for row in rows if (copy := _choose(row, known.get(row.id, ())))}
    missing = [row for row in rows if row.id not in found]
    if not missing:
        return found
    in_parts = _named_in_parts(session, {row.provider_id for row in missing})
    found |= {row.id: copy for row in missing if (copy := _choose(row, in_parts[row.provider_id]))}
    missing = [row for row in missing if row.id not in found]
    others = {row.id: spellings(row.provider_id) for row in missing}
    respelled = _named(session, {one for names in others.values() for one in names})
    for row in missing:
        meant = [copy for name in others[row.id] for copy in respelled[name]]
        copy = _choose(row, meant) or _only([*known.get(row.id, ()), *in_parts[row.provider_id]])
        if copy is not None:
            found[row.id] = copy
    return found


def _named(session: Session, ids: Collection[str]) -> dict[str, list[Copy]]:
    """The copies that go by each of these ids, whole or in parts."""
    named = _named_in_parts(session, ids)
    contact = contact_points.c
    whole = (
        select(deliveries.c.provider_id, deliveries.c.id, contact.phone)
        .outerjoin(contact_points, contact.id == deliveries.c.contact_id)
        .where(_among(session, deliveries.c.provider_id, list(ids)))
    )
    for provider_id, delivery_id, phone in session.execute(whole) if ids else ():
        named[provider_id].append(Copy(delivery_id, phone or ""))
    return named


def _named_in_parts(session: Session, ids: Collection[str]) -> dict[str, list[Copy]]:
    named: dict[str, list[Copy]] = defaultdict(list)
    contact = contact_points.c
    in_parts = (
        select(sms_parts, contact.phone)
        .join(deliveries, deliveries.c.id == sms_parts.c.delivery_id)
        .outerjoin(contact_points, contact.id == deliveries.c.contact_id)
        .where(_among(session, sms_parts.c.provider_id, list(ids)))
    )
    for row in session.execute(in_parts) if ids else ():
        named[row.provider_id].append(Copy(row.delivery_id, row.phone or "", row.part, row.parts))
    return named


def _among(session: Session, column: ColumnElement[Any], values: list[Any]) -> ColumnElement[bool]:
    """Whether a column has one of many values. PostgreSQL takes them as one array, which costs far less."""
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(values, ARRAY(column.type)))
    return column.in_(values)


def _choose(row: Row[Any], copies: Iterable[Copy]) -> Copy | None:
    fitting = [copy for copy in copies if not row.number or same_number(copy.number, row.number)]
    return fitting[-1] if fitting else None


def _only(copies: Sequence[Copy]) -> Copy | None:
    """The copy that an id surely means, though the number is another: people change theirs."""
    return copies[0] if len(copies) == 1 else None


def _heard(session: Session, pairs: Sequence[tuple[Row[Any], Copy]]) -> list[Heard]:
    """What copies as a whole are known to be: those in parts only when all parts were heard of."""
    heard = [
        Heard(copy.delivery_id, row.kind, row.reason, at=row.received_at)
        for row, copy in pairs
        if copy.parts == 1
    ]
    for row, copy in pairs:
        if copy.parts > 1:
            heard += _heard_of_part(session, row, copy)
    return heard


def _heard_of_part(session: Session, row: Row[Any], copy: Copy) -> list[Heard]:
    session.execute(
        update(sms_parts)
        .where(sms_parts.c.delivery_id == copy.delivery_id, sms_parts.c.part == copy.part)
        .values(heard=row.kind)
    )
    if row.kind != "delivered":
        return [Heard(copy.delivery_id, row.kind, f"part {copy.part} {row.reason}", at=row.received_at)]
    kinds: Counter[Kind | None] = Counter(
        session.scalars(select(sms_parts.c.heard).where(sms_parts.c.delivery_id == copy.delivery_id))
    )
    whole = kinds["delivered"] == copy.parts
    return [Heard(copy.delivery_id, "delivered", row.reason, at=row.received_at)] if whole else []


def _put_off(session: Session, rows: Sequence[Row[Any]], moment: datetime) -> None:
    by_values: dict[tuple[str, datetime], list[UUID]] = defaultdict(list)
    for row in rows:
        age = moment - row.received_at
        if age > PATIENCE:
            by_values[UNMATCHED, row.due_at].append(row.id)
            matched.labels(outcome="unmatched").inc()
            log.warning("sms_receipt_unmatched", provider_id=row.provider_id)
        else:
            pause = max(timedelta(seconds=1), age).total_seconds()
            due_at = moment + min(LONGEST_PAUSE, timedelta(seconds=2 ** round(log2(pause))))
            by_values[WAITING, due_at].append(row.id)
    for (state, due_at), ids in by_values.items():
        changed = update(sms_receipts).where(_among(session, sms_receipts.c.id, ids))
        session.execute(changed.values(state=state, due_at=due_at))
