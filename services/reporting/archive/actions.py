"""Store a batch of messages in the archive."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, select

from chassis.database import Session
from chassis.envelope import Message, decode
from services.reporting.archive.anonymous import kept_body
from services.reporting.archive.facts import Fact, campaign_of, department_of
from services.reporting.archive.model import ArchivedEvent, ArchiveHead
from services.reporting.bulk import bulk_insert, insert_into, parameters_of

HEAD = 1

_EVENTS = cast(Table, ArchivedEvent.__table__)
_HEADS = cast(Table, ArchiveHead.__table__)


def store(session: Session, messages: Sequence[Message]) -> list[Fact]:
    """Append the messages that the archive does not hold yet and return them as facts, in order."""
    position = hold_archive(session, positions=len(messages)) - len(messages)
    known = _known(session, messages)
    rows, facts = [], []
    for message in messages:
        if message.id in known:
            continue
        known.add(message.id)
        position += 1
        event = decode(message)
        fact = Fact(position, message.position, message.type, campaign_of(event), event)
        rows.append(_row(message, fact))
        facts.append(fact)
    if rows:
        session.execute(bulk_insert(session, _EVENTS), parameters_of(session, rows))
    return facts


def hold_archive(session: Session, *, positions: int = 0) -> int:
    """Let nobody else write to the archive until this transaction ends.

    Takes ``positions`` new positions and returns the last one.
    """
    statement = insert_into(session, _HEADS).values(id=HEAD, position=positions)
    head = statement.on_conflict_do_update(
        index_elements=[ArchiveHead.id], set_={"position": ArchiveHead.position + positions}
    )
    last: int = session.execute(head.returning(ArchiveHead.position)).scalar_one()
    return last


def _known(session: Session, messages: Sequence[Message]) -> set[Any]:
    ids = [message.id for message in messages]
    return set(session.scalars(select(ArchivedEvent.event_id).where(ArchivedEvent.event_id.in_(ids))))


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
