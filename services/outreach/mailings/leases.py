"""Who holds which deliveries, and what becomes of those whose holder died.

A lease is one batch of one mailing in the hands of one sender. It is taken with SKIP LOCKED, so
any number of senders may run; on SQLite writers take turns anyway.
"""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, exists, select, update

from chassis.clock import now
from chassis.database import Session
from chassis.ids import new_id
from contracts.event import PAGE_LIMIT
from services.outreach.mailings.model import (
    HANDED_OVER,
    LEASED,
    QUEUED,
    SENDING,
    UNCERTAIN,
    Mailing,
    deliveries,
)
from services.outreach.mailings.outcomes import Ending, record

_held_by_nobody = {"lease": None, "leased_until": None}


def due_mailing(session: Session) -> UUID | None:
    """One of the mailings that have something to send now; a different one each time."""
    waiting = and_(
        deliveries.c.mailing_id == Mailing.id, deliveries.c.state == QUEUED, deliveries.c.due_at <= now()
    )
    found = session.scalars(select(Mailing.id).where(Mailing.state == SENDING, exists().where(waiting))).all()
    return random.choice(found) if found else None


def take(session: Session, mailing_id: UUID, *, size: int, seconds: float) -> UUID | None:
    """Lease up to ``size`` due deliveries for ``seconds``. Returns the lease; None when nothing is due."""
    moment, lease = now(), new_id()
    due = (
        select(deliveries.c.id)
        .where(
            deliveries.c.mailing_id == mailing_id, deliveries.c.state == QUEUED, deliveries.c.due_at <= moment
        )
        .order_by(deliveries.c.due_at)
        .limit(size)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(due.c.id)))
        .values(state=LEASED, lease=lease, leased_until=moment + timedelta(seconds=seconds))
        .returning(deliveries.c.id)
    )
    return lease if taken.all() else None


def hand_over(session: Session, lease: UUID, ids: Iterable[UUID], *, seconds: float) -> set[UUID]:
    """Mark deliveries as leaving now. Returns those that the lease still holds; only these may be sent."""
    held = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(ids)), deliveries.c.lease == lease, deliveries.c.state == LEASED)
        .values(state=HANDED_OVER, leased_until=now() + timedelta(seconds=seconds))
        .returning(deliveries.c.id)
    )
    return set(held.scalars())


def renew(session: Session, lease: UUID, *, seconds: float) -> None:
    """Keep what is left of a lease for ``seconds`` more."""
    session.execute(
        update(deliveries)
        .where(deliveries.c.lease == lease)
        .values(leased_until=now() + timedelta(seconds=seconds))
    )


def put_back(
    session: Session, lease: UUID, ids: Iterable[UUID], *, due_at: datetime, tried: bool, answer: str = ""
) -> None:
    """Queue deliveries again that surely did not go out. ``tried`` counts as an attempt."""
    session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(list(ids)), deliveries.c.lease == lease)
        .values(
            state=QUEUED,
            due_at=due_at,
            attempts=deliveries.c.attempts + (1 if tried else 0),
            answer=answer,
            **_held_by_nobody,
        )
    )


def recover(session: Session) -> bool:
    """Take over what dead senders held: leased goes back to the queue, handed over is uncertain.

    Handles at most a page of uncertain ones at once. Returns whether there was anything.
    """
    moment = now()
    lost: dict[UUID, list[Ending]] = {}
    for delivery_id, mailing_id in session.execute(_ran_out(HANDED_OVER, moment).limit(PAGE_LIMIT)):
        ending = Ending(delivery_id, UNCERTAIN, "sender_lost")
        lost.setdefault(mailing_id, []).append(ending)
    for mailing_id in sorted(lost):
        record(session, mailing_id, lost[mailing_id], expired_at=moment)
    idle = _ran_out(LEASED, moment).with_for_update(skip_locked=True).cte("idle")
    freed = session.execute(
        update(deliveries)
        .where(deliveries.c.id.in_(select(idle.c.id)))
        .values(state=QUEUED, due_at=moment, **_held_by_nobody)
        .returning(deliveries.c.id)
    )
    return bool(freed.all()) or bool(lost)


def _ran_out(state: str, moment: datetime) -> Select[UUID, UUID]:
    return select(deliveries.c.id, deliveries.c.mailing_id).where(
        deliveries.c.state == state, deliveries.c.leased_until <= moment
    )
