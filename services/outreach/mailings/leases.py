"""Who holds which deliveries, and what becomes of those whose holder died.

A lease is the hold of one sender on deliveries of one mailing, however many it takes one after the
other. Senders of one mailing take turns at looking what is due, so any number of them may run. Every
hand-over must renew the lease first, on its own row: a sender that was too slow finds the row gone, and has
nothing to hand over any more.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from chassis.clock import now
from chassis.database import Database, Session
from chassis.ids import new_id
from chassis.kept import Kept
from chassis.prepared import run
from services.outreach.mailings import faults, verdicts
from services.outreach.mailings.model import (
    LEASED,
    QUEUED,
    SENDING,
    UNCERTAIN,
    Mailing,
    deliveries,
    lease_notes,
    leases,
)
from services.outreach.mailings.outcomes import Ending, record
from services.outreach.mailings.verdicts import Again, Verdict
from services.outreach.suppressions.model import Suppression

# A sender says these in every turn; to write them anew each time costs more than to run them.
_RENEWAL = (
    update(leases)
    .where(leases.c.id == bindparam("lease"))
    .values(until=bindparam("later"))
    .returning(select(Mailing.state).where(Mailing.id == leases.c.mailing_id).scalar_subquery())
)
_TURN = select(
    func.set_config("synchronous_commit", "off", True),
    func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger)),
)
_MEANT = deliveries.c.id == func.any(cast(bindparam("ids", type_=Text), ARRAY(Uuid)))
_HOLD = (
    update(deliveries)
    .where(_MEANT, deliveries.c.state.is_not_distinct_from(QUEUED))
    .values(state=LEASED, lease=bindparam("holder"))
)
_INSERT_ONCE = {
    "sqlite": sqlite.insert(lease_notes).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(lease_notes).on_conflict_do_nothing(),
}
# The same two as one message, and so as one transaction.
_RENEWAL_WITH_NOTE = Kept.of(
    """
    WITH renewed AS (
        UPDATE leases SET until = $1 WHERE id = $2
        RETURNING (SELECT state FROM mailings WHERE mailings.id = leases.mailing_id) AS state
    ), noted AS (
        INSERT INTO lease_notes (lease_id, number, leaving, verdicts)
        SELECT $2, $3, CASE state WHEN 'sending' THEN $4 ELSE '[]' END, $5
        FROM renewed
        ON CONFLICT DO NOTHING
    )
    SELECT state FROM renewed
    """,
    types=("timestamptz", "uuid", "integer", "text", "text"),
    values=("%(until)s", "%(lease)s", "%(number)s", "%(leaving)s", "%(verdicts)s"),
)


def due_mailing(session: Session, channels: Collection[str]) -> UUID | None:
    """One of the mailings over these channels that have something to send now; a different one each time."""
    moment = now()
    waiting = and_(
        deliveries.c.mailing_id == Mailing.id, deliveries.c.state == QUEUED, deliveries.c.due_at <= moment
    )
    found = session.scalars(
        select(Mailing.id).where(
            Mailing.state == SENDING,
            Mailing.channel.in_(list(channels)),
            or_(Mailing.next_at.is_(None), Mailing.next_at <= moment),
            exists().where(waiting),
        )
    ).all()
    return random.choice(found) if found else None


def open_lease(session: Session, mailing_id: UUID, *, seconds: float) -> UUID:
    """A lease that holds nothing yet, for ``seconds``."""
    lease = new_id()
    until = now() + timedelta(seconds=seconds)
    session.execute(insert(leases), [{"id": lease, "mailing_id": mailing_id, "until": until}])
    return lease


def due() -> Select[Any]:
    """The deliveries that are due, the longest due first, with all their columns.

    Asks for ``mailing_id``, the ``moment`` that is now, and ``size``, how many at the most.
    """
    return (
        select(deliveries)
        .where(
            deliveries.c.mailing_id == bindparam("mailing_id"),
            deliveries.c.state == QUEUED,
            deliveries.c.due_at <= bindparam("moment"),
        )
        .order_by(deliveries.c.due_at)
        .limit(bindparam("size", type_=Integer))
    )


def queued(session: Session, ids: Collection[UUID]) -> Select[Any]:
    """Those of these deliveries that are queued, with all their columns."""
    return select(deliveries).where(_among(session, ids), deliveries.c.state == QUEUED)


def take_turns(session: Session, mailing_id: UUID) -> None:
    """Wait until no other sender is about to lease deliveries of this mailing, until the transaction ends.

    Whoever looks at what is due and then leases it needs this. SQLite's writers take turns anyway. The
    transaction does not wait for the disk: when the server forgets a leasing, the deliveries are queued.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(mailing_id.bytes[8:], signed=True)
        session.execute(_TURN, {"key": key})


def hold(session: Session, lease: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Lease deliveries that are queued. Returns those that were."""
    if not ids:
        return set()
    if session.get_bind().dialect.name == "postgresql":
        changed: Any = session.connection().execute(_HOLD, {"ids": _array(ids), "holder": lease})
    else:
        among = (deliveries.c.id.in_(list(ids)), deliveries.c.state == QUEUED)
        changed = session.execute(update(deliveries).where(*among).values(state=LEASED, lease=lease))
    if changed.rowcount == len(ids):
        return set(ids)
    return set(
        session.scalars(select(deliveries.c.id).where(_among(session, ids), deliveries.c.lease == lease))
    )


def take(session: Session, mailing_id: UUID, *, size: int, seconds: float) -> UUID | None:
    """Lease up to ``size`` due deliveries for ``seconds``. Returns the lease; None when nothing is due."""
    take_turns(session, mailing_id)
    found = session.execute(due(), {"mailing_id": mailing_id, "moment": now(), "size": size})
    ids = [row.id for row in found]
    if not ids:
        return None
    lease = open_lease(session, mailing_id, seconds=seconds)
    hold(session, lease, ids)
    return lease


def renew(session: Session, lease: UUID, *, seconds: float) -> str | None:
    """Keep a lease for ``seconds`` more. Returns its mailing's state; None when others took over."""
    until = now() + timedelta(seconds=seconds)
    found: str | None = session.execute(_RENEWAL, {"lease": lease, "later": until}).scalar_one_or_none()
    return found


def renew_and_note(
    database: Database,
    lease: UUID,
    number: int,
    *,
    seconds: float,
    leaving: Iterable[UUID],
    heard: Sequence[Verdict],
) -> str | None:
    """``renew``, then ``note`` where that is still held; nobody leaves unless the mailing is sending.

    A transaction of its own. Returns what ``renew`` does.
    """
    if not database.one_message:
        with database.transaction() as session:
            state = renew(session, lease, seconds=seconds)
            if state is not None:
                note(session, lease, number, leaving=leaving if state == SENDING else (), heard=heard)
            return state
    until = now() + timedelta(seconds=seconds)
    row = _note(lease, number, leaving, heard)
    values = row | {"lease": str(lease), "until": until}
    with database.connection() as pooled:
        known = (_RENEWAL_WITH_NOTE,)
        return run(database.engine, pooled, _RENEWAL_WITH_NOTE.execute, values, read=_state, kept=known)


def _state(cursor: Any, _dialect: Dialect) -> str | None:
    found = cursor.fetchone()
    return None if found is None else str(found[0])


def hand_over(session: Session, lease: UUID, ids: Collection[UUID]) -> set[UUID]:
    """Note durably that deliveries leave now. Returns those that the lease still holds; only these may.

    To be called after ``renew`` said that the mailing is sending. Who takes turns as ``Run`` does writes
    notes of its own.
    """
    held = set(
        session.scalars(select(deliveries.c.id).where(_among(session, ids), deliveries.c.lease == lease))
    )
    if held:
        last = select(func.max(lease_notes.c.number)).where(lease_notes.c.lease_id == lease)
        note(session, lease, (session.scalar(last) or 0) + 1, leaving=held)
    return held


def stopped(session: Session, ids: Collection[UUID], *, channel: str) -> set[UUID]:
    """Which of these deliveries are to somebody who is suppressed on ``channel`` by now."""
    by_contact = and_(Suppression.contact_id == deliveries.c.contact_id, Suppression.channel == channel)
    return set(
        session.scalars(select(deliveries.c.id).where(_among(session, ids), exists().where(by_contact)))
    )


def note(
    session: Session,
    lease: UUID,
    number: int,
    *,
    leaving: Iterable[UUID] = (),
    heard: Sequence[Verdict] = (),
) -> None:
    """Keep which copies leave now, and what was heard about others. ``number`` counts the notes of a lease.

    May be said twice, by a sender that does not know whether it was heard.
    """
    row = _note(lease, number, leaving, heard)
    session.execute(_INSERT_ONCE[session.get_bind().dialect.name], row)


def _note(lease: UUID, number: int, leaving: Iterable[UUID], heard: Sequence[Verdict]) -> dict[str, Any]:
    return {
        "lease_id": lease,
        "number": number,
        "leaving": msgspec.json.encode(list(leaving)).decode(),
        "verdicts": verdicts.to_json(heard),
    }


def secure(session: Session, lease: UUID) -> bool:
    """Let nobody take over a lease until the transaction ends. Whether it is still there."""
    held = select(leases.c.id).where(leases.c.id == lease).with_for_update(read=True, key_share=True)
    return session.scalar(held) is not None


def settle(
    session: Session, mailing_id: UUID, lease: UUID, heard: Sequence[Verdict], *, upto: int | None = None
) -> None:
    """Record what was heard: deliveries end, or are queued again.

    The notes of the lease are done with, or those up to one of them; whoever left in these and was not
    heard of has to be noted again.
    """
    done = delete(lease_notes).where(lease_notes.c.lease_id == lease)
    session.execute(done if upto is None else done.where(lease_notes.c.number <= upto))
    endings = [one for one in heard if isinstance(one, Ending)]
    if endings:
        record(session, mailing_id, endings, lease=lease)
    again: dict[tuple[datetime, bool, str], list[UUID]] = defaultdict(list)
    for one in heard:
        if isinstance(one, Again):
            again[one.due_at, one.tried, one.answer].append(one.delivery_id)
    for (due_at, tried, answer), ids in again.items():
        put_back(session, lease, ids, due_at=due_at, tried=tried, answer=answer)


def put_back(
    session: Session, lease: UUID, ids: Iterable[UUID], *, due_at: datetime, tried: bool, answer: str = ""
) -> None:
    """Queue deliveries again that surely did not go out. ``tried`` counts as an attempt."""
    session.execute(
        update(deliveries)
        .where(_among(session, list(ids)), deliveries.c.lease.is_not_distinct_from(lease))
        .values(
            state=QUEUED,
            due_at=due_at,
            attempts=deliveries.c.attempts + (1 if tried else 0),
            answer=answer,
            lease=None,
        )
    )


def close_lease(session: Session, lease: UUID) -> None:
    """Give a lease up. What it holds and did not hand over is queued again."""
    _free(session, lease)
    session.execute(delete(lease_notes).where(lease_notes.c.lease_id == lease))
    session.execute(delete(leases).where(leases.c.id == lease))


def recover(session: Session) -> bool:
    """Take over from one dead sender: what it noted is recorded, what it had handed over is uncertain.

    What it had only leased goes back to the queue. Returns whether there was a dead sender.
    """
    dead = session.execute(
        select(leases.c.id, leases.c.mailing_id)
        .where(leases.c.until <= now())
        .order_by(leases.c.until)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if dead is None:
        return False
    lease, mailing_id = dead
    leaving, heard = _notes(session, lease)
    settle(session, mailing_id, lease, heard)
    unknown = leaving - {one.delivery_id for one in heard}
    if unknown:
        endings = [Ending(one, UNCERTAIN, faults.SENDER_LOST) for one in sorted(unknown)]
        record(session, mailing_id, endings, lease=lease)
        faults.count(endings)
    close_lease(session, lease)
    faults.count(one for one in heard if isinstance(one, Ending))
    return True


def _notes(session: Session, lease: UUID) -> tuple[set[UUID], list[Verdict]]:
    """All that was handed over, and all that was heard, according to the notes."""
    leaving: set[UUID] = set()
    heard: list[Verdict] = []
    rows = session.execute(
        select(lease_notes).where(lease_notes.c.lease_id == lease).order_by(lease_notes.c.number)
    )
    for row in rows:
        leaving |= msgspec.json.decode(row.leaving, type=set[UUID])
        heard += verdicts.from_json(row.verdicts)
    return leaving, heard


def _among(session: Session, ids: Collection[UUID]) -> ColumnElement[bool]:
    """Whether a delivery is one of many; on PostgreSQL they travel as one parameter.

    Beside this, "is not distinct from" keeps the planner from going through an index of far more rows.
    """
    if session.get_bind().dialect.name != "postgresql":
        return deliveries.c.id.in_(list(ids))
    return deliveries.c.id == func.any(cast(bindparam(None, _array(ids), Text), ARRAY(Uuid)))


def _array(ids: Collection[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _free(session: Session, lease: UUID) -> None:
    session.execute(
        update(deliveries)
        .where(deliveries.c.lease == lease, deliveries.c.state == LEASED)
        .values(state=QUEUED, lease=None)
    )
