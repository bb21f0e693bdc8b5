"""What an operator does with events that were set aside: look, replay after a fix, or discard."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func, orm, select, update

from chassis import inbox
from chassis.clock import now
from chassis.errors import Conflict, NotFound
from chassis.inbox import State, held_events


class HeldEvent(msgspec.Struct, frozen=True):
    """An event in the store of held events. ``error`` says why it is there."""

    id: int
    queue: str
    stream: str
    position: int
    event_id: str
    type: str
    state: str
    cause: str
    error: str
    attempts: int
    received_at: datetime
    next_at: datetime | None
    headers: dict[str, Any]
    body: bytes


def held(
    session: orm.Session, *, states: tuple[State, ...] = (State.DEAD,), limit: int | None = None
) -> list[HeldEvent]:
    """Held events in the given states, oldest first: all of them, or at most ``limit``."""
    statement = select(*_columns()).where(held_events.c.state.in_(states)).order_by(held_events.c.id)
    return [HeldEvent(*row) for row in session.execute(statement.limit(limit))]


def show(session: orm.Session, held_id: int) -> tuple[HeldEvent, int]:
    """One held event, and how many later ones of its stream wait behind it. Raises NotFound."""
    row = session.execute(select(*_columns()).where(held_events.c.id == held_id)).one_or_none()
    if row is None:
        raise NotFound("held event", held_id)
    event = HeldEvent(*row)
    behind = session.scalar(
        select(func.count()).where(
            held_events.c.stream == event.stream, held_events.c.position > event.position
        )
    )
    return event, behind or 0


def replay(session: orm.Session, held_id: int) -> HeldEvent:
    """Have a dead event tried again at once, with all its tries; what waits behind it follows in order."""
    event, _ = show(session, held_id)
    _require_dead(event)
    session.execute(
        update(held_events)
        .where(held_events.c.id == held_id)
        .values(state=State.WAITING.value, attempts=0, next_at=now(), received_at=now())
    )
    return event


def discard(session: orm.Session, held_id: int) -> HeldEvent:
    """Give a dead event up: its stream goes on behind it as if it had been applied.

    Raises Conflict while an earlier event of the stream is held.
    """
    event, _ = show(session, held_id)
    _require_dead(event)
    at = inbox.lock_stream(session, event.stream)
    first = inbox.first_held(session, event.stream)
    if first is not None and first < event.position:
        raise Conflict(f"event {event.id} waits behind another of {event.stream}: settle that one first")
    if at < event.position:
        inbox.move(session, {event.stream: event.position})
        session.execute(
            update(inbox.positions).where(inbox.positions.c.stream == event.stream).values(holding=True)
        )
    inbox.release(session, event.stream, event.position)
    inbox.wake(session, event.stream, event.position + 1, gap_seconds=0)
    return event


def _require_dead(event: HeldEvent) -> None:
    if event.state != State.DEAD:
        raise Conflict(f"event {event.id} is {event.state}, not dead")


def _columns() -> list[ColumnElement[Any]]:
    return [held_events.c[field.name] for field in msgspec.structs.fields(HeldEvent)]
