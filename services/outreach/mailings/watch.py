"""Pauses a mailing by itself when too much of it fails, bounces or is complained about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from chassis.clock import now
from chassis.database import Session
from chassis.logs import get_logger
from services.outreach.mailings import course, tallies
from services.outreach.mailings.model import SENDING, Mailing
from services.outreach.mailings.tallies import Sums
from services.outreach.settings import OutreachSettings

log = get_logger(__name__)

FEWEST_EVENTS = 3
"""One complaint among a few hundred copies is no rate."""


@dataclass(frozen=True)
class Rate:
    """``number`` of ``of`` copies had trouble; it is too much from ``limit`` percent on."""

    name: str
    number: int
    of: int
    limit: float

    @property
    def percent(self) -> float:
        return 100 * self.number / self.of if self.of else 0.0


def too_high(sums: Sums, settings: OutreachSettings) -> Rate | None:
    """The first rate that is too high, by what was sent in the span of time watched over."""
    for rate in _rates(sums, settings):
        enough = rate.of >= settings.watch_sample and rate.number >= FEWEST_EVENTS
        if rate.limit and enough and rate.percent >= rate.limit:
            return rate
    return None


def verdict(session: Session, mailing: Mailing, settings: OutreachSettings) -> Rate | None:
    """The rate of a mailing that is too high now. What was sent before it was last resumed is forgiven."""
    if mailing.state != SENDING:
        return None
    since = now() - timedelta(seconds=settings.watch_seconds)
    if mailing.resumed_at is not None:
        since = max(since, mailing.resumed_at + timedelta(minutes=1))
    sums = tallies.since(session, [mailing.id], since).get(mailing.id)
    return too_high(sums, settings) if sums else None


def look_after(session: Session, mailing: Mailing, settings: OutreachSettings, *, by: str) -> None:
    """Pause a mailing, whose row is locked, when one of its rates is too high."""
    rate = verdict(session, mailing, settings)
    if rate is None:
        return
    reason = (
        f"{rate.name}: {rate.percent:.2f} % ({rate.number} of {rate.of} copies) "
        f"within {settings.watch_seconds / 60:.0f} minutes; the limit is {rate.limit:g} %"
    )
    course.hold(session, mailing, by=by, reason=reason)
    course.pauses.labels(cause="rate").inc()
    log.warning("mailing_paused_by_rate", mailing_id=str(mailing.id), reason=reason)


def _rates(sums: Sums, settings: OutreachSettings) -> Iterator[Rate]:
    accepted, tried = sums.accepted, sums.accepted + sums.failed
    yield Rate("complaints", sums.complained, accepted, settings.pause_complaint_percent)
    yield Rate("bounces for good", sums.bounced, accepted, settings.pause_bounce_percent)
    yield Rate("failures", sums.failed, tried, settings.pause_error_percent)
