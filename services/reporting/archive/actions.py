"""Store a batch of messages in the archive."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from chassis.database import Session
from chassis.envelope import Message, decode
from services.reporting.archive.anonymous import kept_body
from services.reporting.archive.facts import Fact, campaign_of, department_of
from services.reporting.archive.holding import hold_archive
from services.reporting.archive.model import ArchivedEvent
from services.reporting.archive.months import Month
from services.reporting.archive.partitions import make_missing
from services.reporting.bulk import bulk_insert, parameters_of

_EVENTS = cast(Table, ArchivedEvent.__table__)


def store(
    session: Session, messages: Sequence[Message], *, positions: Mapping[str, int] | None = None
) -> list[Fact]:
    """Append the messages that the archive does not hold yet and return them as facts, in order.

    ``positions`` are those that some ids had in the archive before it was set back to a backup. They get
    them again, so that whoever remembers a position goes on where he was.
    """
    if not messages:
        return []
    last = hold_archive(session, positions=len(messages))
    position = last - len(messages)
    known = _known(session, messages)
    rows, facts = [], []
    for message in messages:
        if message.id in known:
            continue
        known.add(message.id)
        position = max(position + 1, positions.get(message.id, 0) if positions else 0)
        event = decode(message)
        fact = Fact(position, message.position, message.type, campaign_of(event), event)
        rows.append(_row(message, fact))
        facts.append(fact)
    if position > last:
        hold_archive(session, positions=position - last)
    if rows:
        _append(session, rows)
    return facts


def _append(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        make_missing(session, (Month.of(row["time"]) for row in rows))
    session.execute(bulk_insert(session, _EVENTS), parameters_of(session, rows))


def _known(session: Session, messages: Sequence[Message]) -> set[Any]:
    """Those of the ids that are there. The times tell PostgreSQL in which months to look."""
    ids = [message.id for message in messages]
    times = [message.time for message in messages]
    query = select(ArchivedEvent.event_id).where(ArchivedEvent.event_id.in_(ids))
    return set(session.scalars(query.where(ArchivedEvent.time.between(min(times), max(times)))))


def _row(message: Message, fact: Fact) -> dict[str, Any]:
    return {
        "position": fact.position,
        "event_id": message.id,
        "type": message.type,
        "source": message.source,
        "subject": message.subject,
        "sequence": fact.sequence,
        "time": message.time,
        "traceparent": message.traceparent,
        "campaign_id": fact.campaign_id,
        "department": department_of(fact.event),
        "data": kept_body(fact.event) or message.body.decode(),
    }
