"""Who of a batch may go out now: asked by the sender in the transaction that leases the batch.

In this order: is the mailing still sending, has it expired, do its window and the quiet hours allow it,
are the frequency caps kept, and do the rates leave room. What is admitted is reserved with the commit:
caps count what is leased, and tokens are taken. Turns and rows are locked in the order caps, rates,
mailing, deliveries, here and wherever else they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parseaddr
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, bindparam, exists, select, update
from sqlalchemy.exc import NoResultFound

from chassis.database import Session
from chassis.metrics import counter
from chassis.prepared import Prepared
from contracts.campaign import Schedule
from services.outreach.limits import caps, quiet, rates
from services.outreach.limits.model import FrequencyCap, QuietHours, RateLimit, WarmUp
from services.outreach.limits.quiet import QuietTable
from services.outreach.limits.rates import Way
from services.outreach.limits.zones import zone_of
from services.outreach.mailings.audience import Recipient
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import CANCELLED, SENDING, SUPPRESSED, mailings, standings
from services.outreach.mailings.schedule import due_at, schedule_of
from services.outreach.settings import OutreachSettings

EXPIRED, NEVER_ALLOWED, FREQUENCY_CAP = "expired", "never_allowed", "frequency_cap"

held_back = counter(
    "outreach_held_back_total",
    "Copies that were not admitted when a sender asked, by what held them back.",
    ("cause",),
    starts=[(cause,) for cause in ("state", "expired", "hours", "cap", "rate")],
)


@dataclass(frozen=True)
class Terms:
    """What the sender knows of the way its copies go. Without a ``provider`` it is the channel's name."""

    provider: str = ""
    sending_domain: str = ""
    time_zone: str = "Etc/UTC"

    @classmethod
    def of(cls, settings: OutreachSettings, channel: str, *, provider: str = "") -> "Terms":
        """By the settings; only email has a sending domain."""
        domain = domain_of(parseaddr(settings.mail_from)[1]) if channel == "email" else ""
        return cls(provider or channel, domain, settings.time_zone)


@dataclass
class Admission:
    """Who may go, who may later and when, and whose copy ends here."""

    admitted: list[Recipient] = field(default_factory=list)
    postponed: dict[UUID, datetime] = field(default_factory=dict)
    endings: list[Ending] = field(default_factory=list)
    resume_at: datetime | None = None
    """When the rates let the next copies of the mailing go; there is no use in asking before."""

    def end(self, people: Sequence[Recipient], reason: str) -> None:
        """Their copies are not sent at all."""
        self.endings += [Ending(one.delivery_id, SUPPRESSED, reason) for one in people]


@dataclass(frozen=True)
class Facts:
    """A mailing as it stands, and whether anybody set any limit of each sort."""

    id: UUID
    state: str
    channel: str
    department: str
    kind: str
    schedule: Schedule | None
    expires_at: datetime | None
    has_hours: bool
    has_caps: bool
    has_rates: bool


class Addressed(Protocol):
    """Whatever goes to an address."""

    @property
    def address(self) -> str: ...


def admit(
    session: Session,
    mailing_id: UUID,
    people: Sequence[Recipient],
    *,
    at: datetime,
    terms: Terms = Terms(),
) -> Admission:
    """Sort the recipients of a lease. Whoever must not or cannot be reached anyway is let through.

    A mailing that is not sending admits nobody; one that is cancelled ends them. The order of
    ``people`` decides who gets the last tokens. Raises NoResultFound for an unknown mailing.
    """
    facts = _facts(session, mailing_id)
    result = Admission()
    if facts.state == CANCELLED:
        result.end(people, CANCELLED)
    elif facts.expires_at is not None and facts.expires_at <= at:
        result.end(people, EXPIRED)
        held_back.labels(cause="expired").inc(len(people))
    elif facts.state != SENDING:
        result.postponed = {one.delivery_id: at for one in people}
        held_back.labels(cause="state").inc(len(people))
    else:
        ready: Sequence[Recipient] = [one for one in people if one.known and not one.obstacle]
        result.admitted = [one for one in people if not one.known or one.obstacle]
        ready = _within_hours(session, facts, ready, result, at=at, terms=terms)
        ready = _within_caps(session, facts, ready, result, at=at)
        result.admitted += _within_rates(session, facts, ready, result, at=at, terms=terms)
    return result


def give_back(
    session: Session, copies: Sequence[Addressed], *, at: datetime, terms: Terms, channel: str
) -> None:
    """Return the tokens of copies that were admitted and surely not sent, given their addresses.

    Caps need no such thing, since what is queued again does not count. To be called before anything else
    of the transaction.
    """
    if copies and session.scalar(select(_any_rates())):
        domains = [domain_of(copy.address) for copy in copies]
        rates.give_back(session, domains, _way(terms, channel), at=at)


def domain_of(address: str) -> str:
    """The domain of an email address in lower case; empty for what has none."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def _facts(session: Session, mailing_id: UUID) -> Facts:
    row = _FACTS.first(session, mailing_id=mailing_id)
    if row is None:
        raise NoResultFound(f"there is no mailing {mailing_id}")
    return Facts(
        id=row.id,
        state=row.state,
        channel=row.channel,
        department=row.department,
        kind=row.kind or "",
        schedule=schedule_of(row.schedule),
        expires_at=row.expires_at,
        has_hours=row.has_hours,
        has_caps=row.has_caps,
        has_rates=row.has_rates,
    )


def _within_hours(
    session: Session,
    facts: Facts,
    people: Sequence[Recipient],
    result: Admission,
    *,
    at: datetime,
    terms: Terms,
) -> Sequence[Recipient]:
    table = quiet.shipped(facts.channel)
    if facts.has_hours:
        table = quiet.own(session, facts.channel, department=facts.department)
    if not table and facts.schedule is None:
        return people
    ready, never = [], []
    seen: dict[tuple[ZoneInfo, str, str], datetime | None] = {}
    for one in people:
        place = (_zone(one, terms), one.country, one.values.get("region", ""))
        if place not in seen:
            seen[place] = _due(facts, table, place, at=at)
        due = seen[place]
        if due is None:
            never.append(one)
        elif due > at:
            result.postponed[one.delivery_id] = due
        else:
            ready.append(one)
    result.end(never, NEVER_ALLOWED)
    held_back.labels(cause="hours").inc(len(people) - len(ready))
    return ready


def _due(
    facts: Facts, table: QuietTable, place: tuple[ZoneInfo, str, str], *, at: datetime
) -> datetime | None:
    zone, country, region = place
    return due_at(facts.schedule, quiet=table.rule(country, region), zone=zone, at=at)


def _within_caps(
    session: Session, facts: Facts, people: Sequence[Recipient], result: Admission, *, at: datetime
) -> Sequence[Recipient]:
    chosen = caps.caps_for(session, facts) if facts.has_caps and people else []
    if not chosen:
        return people
    over = caps.check(session, facts, chosen, [one.delivery_id for one in people], at=at)
    ready = []
    for one in people:
        found = over.get(one.delivery_id)
        if found is None:
            ready.append(one)
        elif found.until is None:
            result.end([one], FREQUENCY_CAP)
        else:
            result.postponed[one.delivery_id] = found.until
    held_back.labels(cause="cap").inc(len(over))
    return ready


def _within_rates(
    session: Session,
    facts: Facts,
    people: Sequence[Recipient],
    result: Admission,
    *,
    at: datetime,
    terms: Terms,
) -> Sequence[Recipient]:
    if not facts.has_rates or not people:
        return people
    copies = [(one.delivery_id, domain_of(one.address)) for one in people]
    granted = rates.take(session, copies, _way(terms, facts.channel), at=at)
    result.resume_at = granted.resume_at
    if granted.resume_at is not None:
        session.execute(update(mailings).where(mailings.c.id == facts.id).values(next_at=granted.resume_at))
    result.postponed |= granted.postponed
    held_back.labels(cause="rate").inc(len(granted.postponed))
    return [one for one in people if one.delivery_id not in granted.postponed]


def _zone(one: Recipient, terms: Terms) -> ZoneInfo:
    region = one.values.get("region", "")
    return zone_of(time_zone=one.time_zone, country=one.country, region=region, default=terms.time_zone)


def _way(terms: Terms, channel: str) -> Way:
    return Way(terms.provider or channel, terms.sending_domain)


def _any_rates() -> ColumnElement[bool]:
    return exists(select(RateLimit.id)) | exists(select(WarmUp.id))


_FACTS = Prepared(
    select(
        mailings.c.id,
        mailings.c.state,
        mailings.c.channel,
        mailings.c.department,
        standings.c.kind,
        mailings.c.schedule,
        mailings.c.expires_at,
        exists(select(QuietHours.id)).label("has_hours"),
        exists(select(FrequencyCap.id)).label("has_caps"),
        _any_rates().label("has_rates"),
    )
    .select_from(mailings)
    .outerjoin(standings, standings.c.campaign_id == mailings.c.campaign_id)
    .where(mailings.c.id == bindparam("mailing_id"))
)
