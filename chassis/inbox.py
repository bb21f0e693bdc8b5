"""Applies arrived events once each and in the order of their streams.

``positions`` remembers per stream how far it was applied; ``held_events`` keeps what cannot be
applied now: an event that failed and waits for its next try, one set aside as dead, one that
arrived before its predecessor, and all that stand behind them in the same stream. Everything an
event does, and the position it moves, is one transaction.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    orm,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import now
from chassis.columns import Document, Moment, Serial
from chassis.database import metadata
from chassis.envelope import Message

positions = Table(
    "inbox_positions",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("holding", Boolean, nullable=False),
    Column("moved_at", Moment, nullable=False),
)

held_events = Table(
    "held_events",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("queue", Text, nullable=False),
    Column("stream", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("headers", Document, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("stream", "position"),
    Index(None, "queue", "state", "next_at"),
)


class State(StrEnum):
    """``waiting`` is tried at ``next_at`` or woken by its predecessor; ``trying`` may kill the process."""

    WAITING = "waiting"
    TRYING = "trying"
    DEAD = "dead"


class Cause(StrEnum):
    """Why an event is held."""

    BEHIND = "behind"
    GAP = "gap"
    NOT_YET = "not_yet"
    ERROR = "error"
    OFF_SCHEMA = "off_schema"
    UNDECODABLE = "undecodable"
    CRASH = "crash"
    DELIVERY_LIMIT = "delivery_limit"


@dataclass(frozen=True)
class Verdict:
    """What becomes of a message that could not be applied. ``next_at`` is None for one that is dead."""

    state: State
    cause: Cause
    error: str
    attempts: int
    next_at: datetime | None


@dataclass
class Sorted:
    """What a batch comes down to once each message was held against its stream's position."""

    fresh: list[Message] = field(default_factory=list)
    behind: list[Message] = field(default_factory=list)
    ahead: list[Message] = field(default_factory=list)
    repeated: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    unblocked: set[str] = field(default_factory=set)


def sort_batch(session: orm.Session, messages: Sequence[Message]) -> Sorted:
    """Lock the streams of ``messages`` and tell which are due, repeated, too early, or held back."""
    streams = sorted({message.stream for message in messages})
    known = {row.stream: row for row in _lock(session, streams)}
    holding = [name for name, row in known.items() if row.holding]
    blocked = _first_held(session, holding, untried=True)
    result = Sorted(new=set(streams) - set(known))
    for message in _in_stream_order(messages):
        stream, position = message.stream, message.position
        at = result.moved.get(stream, known[stream].position if stream in known else 0)
        if position <= at:
            result.repeated += 1
        elif stream in blocked and blocked[stream] <= position:
            result.behind.append(message)
        elif position > at + 1:
            result.ahead.append(message)
        else:
            result.fresh.append(message)
            result.moved[stream] = position
            if stream in known and known[stream].holding:
                result.unblocked.add(stream)
    return result


def _in_stream_order(messages: Sequence[Message]) -> list[Message]:
    """The same messages; those of one stream trade places so that they stand in their order."""
    slots: dict[str, list[int]] = {}
    for index, message in enumerate(messages):
        slots.setdefault(message.stream, []).append(index)
    ordered = list(messages)
    for indexes in slots.values():
        if len(indexes) > 1:
            own = sorted((messages[index] for index in indexes), key=lambda message: message.position)
            for index, message in zip(indexes, own, strict=True):
                ordered[index] = message
    return ordered


def lock_stream(session: orm.Session, stream: str) -> int:
    """Lock one stream and return its position, 0 for a stream that is new."""
    rows = _lock(session, [stream])
    return rows[0].position if rows else 0


def move(session: orm.Session, moved: dict[str, int], *, new: Collection[str] = ()) -> bool:
    """Write the new positions; ``new`` names the streams that had none and so could not be locked.

    False when another reader has moved one of them meanwhile: roll back.
    """
    if not moved:
        return True
    if session.get_bind().dialect.name == "postgresql":
        entered = {name: position for name, position in moved.items() if name in new}
        known = {name: position for name, position in moved.items() if name not in new}
        return _moved_all(session, _ENTER_POSTGRESQL, entered) and _moved_all(
            session, _MOVE_POSTGRESQL, known
        )
    rows = [{"stream": name, "position": position, "at": now()} for name, position in moved.items()]
    session.execute(_MOVE_SQLITE, rows)
    return True


def hold(
    session: orm.Session,
    queue: str,
    messages: Sequence[Message],
    *,
    cause: Cause,
    state: State = State.WAITING,
    error: str = "",
    attempts: int = 0,
    next_at: datetime | None = None,
) -> None:
    """Keep messages in the store, once each, and mark their streams as holding something."""
    if not messages:
        return
    verdict = {
        "state": state.value,
        "cause": cause.value,
        "error": storable(error),
        "attempts": attempts,
        "next_at": next_at,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    keeping = dialect.insert(held_events)
    session.execute(
        keeping.on_conflict_do_update(
            index_elements=["stream", "position"],
            set_={name: keeping.excluded[name] for name in verdict},
            where=held_events.c.state == State.TRYING,
        ),
        [_as_arrived(queue, message) | verdict for message in messages],
    )
    streams = sorted({message.stream for message in messages})
    keep = [{"stream": name, "position": 0, "holding": True, "moved_at": now()} for name in streams]
    insert = dialect.insert(positions)
    session.execute(insert.on_conflict_do_update(index_elements=["stream"], set_={"holding": True}), keep)


def storable(text: str) -> str:
    """The same text without what PostgreSQL has no place for: NUL and halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _as_arrived(queue: str, message: Message) -> dict[str, Any]:
    return {
        "queue": queue,
        "stream": message.stream,
        "position": message.position,
        "event_id": message.id,
        "type": storable(message.type),
        "headers": {storable(str(name)): storable(str(value)) for name, value in message.headers.items()},
        "body": message.body,
        "received_at": now(),
    }


def release(session: orm.Session, stream: str, position: int) -> None:
    """Drop what the store holds of a stream up to and including ``position``."""
    session.execute(
        delete(held_events).where(held_events.c.stream == stream, held_events.c.position <= position)
    )


def wake(session: orm.Session, stream: str, position: int, *, gap_seconds: float) -> None:
    """Let a stream go on whose next event is ``position``.

    The held event at that place becomes due. One further on becomes due when the gap before it has
    lasted ``gap_seconds``. A stream that holds nothing any more is marked so.
    """
    first = first_held(session, stream)
    if first is None:
        session.execute(update(positions).where(positions.c.stream == stream).values(holding=False))
        return
    due: dict[str, Any] = {"next_at": now(), "cause": Cause.BEHIND.value, "received_at": now()}
    if first > position:
        due = {"next_at": now() + timedelta(seconds=gap_seconds), "cause": Cause.GAP.value}
    waits = held_events.c.state == State.WAITING
    here = (held_events.c.stream == stream) & (held_events.c.position == first)
    session.execute(update(held_events).where(here, waits).values(**due))


def first_held(session: orm.Session, stream: str) -> int | None:
    """The lowest position that the stream holds back, or None."""
    return _first_held(session, [stream]).get(stream)


def _first_held(session: orm.Session, streams: list[str], *, untried: bool = False) -> dict[str, int]:
    """The lowest position that each stream holds; ``untried`` passes over what is being tried now."""
    if not streams:
        return {}
    query = select(held_events.c.stream, func.min(held_events.c.position))
    query = query.where(held_events.c.stream.in_(streams)).group_by(held_events.c.stream)
    if untried:
        query = query.where(held_events.c.state != State.TRYING)
    return {stream: position for stream, position in session.execute(query)}


def _moved_all(session: orm.Session, statement: TextClause, moved: dict[str, int]) -> bool:
    if not moved:
        return True
    streams = sorted(moved)
    parameters = {"streams": streams, "positions": [moved[name] for name in streams], "at": now()}
    result: Any = session.execute(statement, parameters)
    return bool(result.rowcount == len(moved))


def _lock(session: orm.Session, streams: list[str]) -> Sequence[Any]:
    statement: Any = _LOCK_SQLITE
    if session.get_bind().dialect.name == "postgresql":
        statement = _LOCK_POSTGRESQL
    return session.execute(statement, {"streams": streams}).all()


_LOCK_SQLITE = select(positions.c.stream, positions.c.position, positions.c.holding).where(
    positions.c.stream.in_(bindparam("streams", expanding=True))
)
_LOCK_POSTGRESQL = text(
    "SELECT stream, position, holding FROM inbox_positions "
    "WHERE stream = ANY(:streams) ORDER BY stream FOR UPDATE"
)
_ENTER_POSTGRESQL = text(
    "INSERT INTO inbox_positions (stream, position, holding, moved_at) "
    "SELECT s, n, false, :at FROM "
    "unnest(CAST(:streams AS text[]), CAST(:positions AS bigint[])) AS new(s, n) "
    "ON CONFLICT (stream) DO NOTHING"
).bindparams(bindparam("at", type_=Moment))
_MOVE_POSTGRESQL = text(
    "UPDATE inbox_positions AS p SET position = n, moved_at = :at FROM "
    "unnest(CAST(:streams AS text[]), CAST(:positions AS bigint[])) AS new(s, n) "
    "WHERE p.stream = s AND p.position < n"
).bindparams(bindparam("at", type_=Moment))
_MOVE_SQLITE = text(
    "INSERT INTO inbox_positions (stream, position, holding, moved_at) VALUES (:stream, :position, 0, :at) "
    "ON CONFLICT (stream) DO UPDATE SET position = excluded.position, moved_at = excluded.moved_at"
).bindparams(bindparam("at", type_=Moment))
