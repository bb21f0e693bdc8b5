"""Finding a person in the archive, and making them anonymous there.

The archive has no index of people: it is read through once for a request, which is rare.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, or_, select

from chassis.database import Session
from contracts.privacy import HeldRecord, record
from services.reporting.archive.anonymous import LISTS, TYPES, about, make_anonymous
from services.reporting.archive.model import ArchivedEvent

ROWS_AT_ONCE = 1000


def records_of(session: Session, ids: Collection[str], digests: Collection[str]) -> list[HeldRecord]:
    """What archived events say of who has these ids, and about these mail addresses."""
    found = []
    for event, document in _naming(session, ids):
        for piece in about(document, ids):
            found.append(record("event", event.time, {"type": event.type, "says": piece}))
    for event, lines in _listing(session, digests):
        found += [record("line", event.time, {"type": event.type, "says": line}) for line in lines]
    return found


def erase(session: Session, ids: Collection[str], digests: Collection[str]) -> int:
    """Make these people anonymous in the archive. Returns in how many events."""
    changed = 0
    for event, document in _naming(session, ids):
        if make_anonymous(document, ids, wire_type=event.type):
            event.data = msgspec.json.encode(document).decode()
            changed += 1
    for event, lines in _listing(session, digests):
        document = msgspec.json.decode(event.data)
        for line in document["contacts"]:
            if line in lines:
                line["email"] = None
        event.data = msgspec.json.encode(document).decode()
        changed += 1
    session.flush()
    return changed


def _naming(session: Session, ids: Collection[str]) -> Iterator[tuple[ArchivedEvent, Any]]:
    """Events that name one of these ids, with their bodies."""
    names = or_(*(ArchivedEvent.data.contains(one) for one in sorted(ids)))
    for event in _in_order(session, ArchivedEvent.type.in_(TYPES), names):
        yield event, msgspec.json.decode(event.data)


def _listing(
    session: Session, digests: Collection[str]
) -> Iterator[tuple[ArchivedEvent, list[dict[str, Any]]]]:
    """Pages of lists with one of these mail addresses, and the lines that have it."""
    if not digests:
        return
    for event in _in_order(session, ArchivedEvent.type == LISTS):
        lines = msgspec.json.decode(event.data)["contacts"]
        theirs = [line for line in lines if _digest(line.get("email")) in digests]
        if theirs:
            yield event, theirs


def _in_order(session: Session, *where: ColumnElement[bool]) -> Iterator[ArchivedEvent]:
    after = 0
    while rows := _read(session, *where, ArchivedEvent.position > after):
        yield from rows
        after = rows[-1].position


def _read(session: Session, *where: ColumnElement[bool]) -> Sequence[ArchivedEvent]:
    query = select(ArchivedEvent).where(*where).order_by(ArchivedEvent.position)
    return session.scalars(query.limit(ROWS_AT_ONCE)).all()


def _digest(email: str | None) -> str | None:
    return hashlib.sha256(email.strip().lower().encode()).hexdigest() if email else None
