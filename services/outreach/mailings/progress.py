"""How a mailing stands: what is where, how fast it goes, when it will be done, and each variant by itself."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from chassis.clock import now
from chassis.database import Session
from services.outreach.mailings import tallies, trials
from services.outreach.mailings.model import (
    DELIVERY_STATES,
    ENDED,
    LEASED,
    QUEUED,
    SENDING,
    WAITING,
    Mailing,
    deliveries,
)
from services.outreach.mailings.reconciliation import ledger_by_variant

RATE_SPAN = timedelta(minutes=5)


@dataclass(frozen=True)
class Progress:
    """``counts`` are by state, those that wait for a trial among the queued.

    ``rate`` is in copies a second over the last minutes. ``estimated_end`` is None where nothing tells.
    ``bounced`` and ``complained`` are copies heard of after they were accepted.
    """

    counts: dict[str, int]
    waiting: int
    rate: float
    estimated_end: datetime | None
    bounced: int
    complained: int


def progress(session: Session, mailing: Mailing) -> Progress:
    """How a mailing stands now."""
    found = _not_ended(session, mailing.id)
    counts = {state: getattr(mailing, state) for state in ENDED}
    counts[LEASED] = found.get(LEASED, 0)
    waiting = found.get(WAITING, 0)
    counts[QUEUED] = found.get(QUEUED, 0) + waiting
    rate = _rate(session, mailing)
    total = tallies.since(session, [mailing.id], datetime(1970, 1, 1, tzinfo=UTC)).get(mailing.id)
    return Progress(
        counts={state: counts[state] for state in DELIVERY_STATES if state != WAITING},
        waiting=waiting,
        rate=rate,
        estimated_end=_estimated_end(session, mailing, left=sum(found.values()), rate=rate),
        bounced=total.bounced if total else 0,
        complained=total.complained if total else 0,
    )


def trial(session: Session, mailing: Mailing) -> dict[str, Any] | None:
    """How the trial of a mailing stands, with each variant's deliveries and reactions; None without one."""
    if mailing.trial is None:
        return None
    states = ledger_by_variant(session, mailing.id)
    figures = trials.results(session, mailing, mailing.trial["metric"])
    return {
        **mailing.trial,
        "sampled_at": mailing.sampled_at,
        "verdict": mailing.verdict,
        "variants": [
            {
                **variant,
                "counts": states.get(number, {}),
                "reacted": figures[number].reacted,
                "rate": round(figures[number].rate, 6),
            }
            for number, variant in enumerate(mailing.variants)
        ],
    }


def _not_ended(session: Session, mailing_id: UUID) -> dict[str, int]:
    columns = deliveries.c
    open_ = or_(columns.state == QUEUED, columns.state == WAITING, columns.lease.is_not(None))
    rows = session.execute(
        select(columns.state, func.count())
        .where(columns.mailing_id == mailing_id, open_)
        .group_by(columns.state)
    )
    return {state: count for state, count in rows}


def _rate(session: Session, mailing: Mailing) -> float:
    if mailing.started_at is None or mailing.finished_at is not None:
        return 0.0
    begin = max((now() - RATE_SPAN).replace(second=0, microsecond=0), mailing.started_at)
    sums = tallies.since(session, [mailing.id], begin).get(mailing.id)
    seconds = max(1.0, (now() - begin).total_seconds())
    return round((sums.accepted + sums.failed) / seconds, 3) if sums else 0.0


def _estimated_end(session: Session, mailing: Mailing, *, left: int, rate: float) -> datetime | None:
    if mailing.state != SENDING or not rate:
        return None
    latest = session.scalar(
        select(func.max(deliveries.c.due_at)).where(
            deliveries.c.mailing_id == mailing.id, deliveries.c.state == QUEUED
        )
    )
    return max(now() + timedelta(seconds=left / rate), latest or now())
