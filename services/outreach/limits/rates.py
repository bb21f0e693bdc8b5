"""How fast copies may go out: token buckets that all senders share, and the plans that warm a domain up.

A bucket fills at its rate up to its burst; each copy takes a token of every bucket on its way. The rows
are locked in one order, so that senders take turns and never wait for each other in a ring.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnClause, Float, Row, Text, and_, column, or_, select, tuple_, update, values
from sqlalchemy.dialects import postgresql, sqlite

from chassis.columns import Moment
from chassis.database import Session
from services.outreach.limits.model import (
    EVERY_KEY,
    PROVIDER,
    RECIPIENT_DOMAIN,
    SENDING_DOMAIN,
    WARM_UP,
    RateLimit,
    WarmUp,
    buckets,
)

PROMISED_AHEAD = timedelta(minutes=15)
"""How far ahead copies to one domain get a moment each; the others come back when that is over."""

ROUNDING = 1e-6

Key = tuple[str, str]
"""A scope and a key in it."""

_COLUMNS = {"scope": Text, "key": Text, "tokens": Float, "at": Moment, "promised_until": Moment}
_GIVEN: list[ColumnClause[Any]] = [column(name, kind) for name, kind in _COLUMNS.items()]


@dataclass(frozen=True)
class Way:
    """What the copies of a mailing pass: a provider and, where there is one, a sending domain."""

    provider: str
    sending_domain: str = ""


@dataclass
class Granted:
    """Who may not go yet, and when; ``resume_at`` is set when nobody of the mailing may go before."""

    postponed: dict[UUID, datetime] = field(default_factory=dict)
    resume_at: datetime | None = None


@dataclass
class Gate:
    """A bucket in our hands, filled up to now. For a warm-up ``tokens`` are what is left of the day."""

    key: Key
    per_second: float
    burst: float
    tokens: float
    filled_at: datetime
    promised_until: datetime

    @property
    def is_empty(self) -> bool:
        return self.tokens < 1 - ROUNDING

    def fill(self, tokens: float, at: datetime, promised_until: datetime) -> None:
        """Take over what the row says as of ``at``. Another sender's clock may be ahead of ours."""
        self.promised_until = promised_until
        if self.key[0] != WARM_UP:
            elapsed = max(0.0, (self.filled_at - at).total_seconds())
            self.tokens = min(self.burst, tokens + elapsed * self.per_second)
        elif at.date() >= self.filled_at.astimezone(UTC).date():
            self.tokens = self.burst - tokens
        self.filled_at = max(self.filled_at, at)

    def opens_at(self, at: datetime) -> datetime:
        """When there will be tokens for about a second, or one."""
        if self.key[0] == WARM_UP:
            return datetime.combine(at.astimezone(UTC).date() + timedelta(days=1), time(), tzinfo=UTC)
        enough = min(self.burst, max(1.0, self.per_second))
        return at + timedelta(seconds=max(0.0, enough - self.tokens) / self.per_second)

    def promise(self, at: datetime) -> datetime:
        """A moment for one more copy that has to wait; each gets a later one, up to PROMISED_AHEAD."""
        furthest = at + PROMISED_AHEAD
        begin = max(self.promised_until, at)
        if begin >= furthest:
            return furthest
        self.promised_until = begin + timedelta(seconds=1 / self.per_second)
        return min(self.promised_until, furthest)


def take(session: Session, copies: Sequence[tuple[UUID, str]], way: Way, *, at: datetime) -> Granted:
    """Take tokens for deliveries, each with the domain of its address, in the order given."""
    gates = _locked(session, way, {domain for _, domain in copies}, at=at)
    common = [gate for key, gate in gates.items() if key[0] != RECIPIENT_DOMAIN]
    granted = Granted()
    for delivery_id, domain in copies:
        own = gates.get((RECIPIENT_DOMAIN, domain))
        shut = [gate for gate in common if gate.is_empty]
        if shut:
            granted.resume_at = max(gate.opens_at(at) for gate in shut)
            granted.postponed[delivery_id] = granted.resume_at
        elif own is not None and own.is_empty:
            granted.postponed[delivery_id] = own.promise(at)
        else:
            for gate in (*common, own):
                if gate is not None:
                    gate.tokens -= 1
    _write(session, gates.values())
    return granted


def give_back(session: Session, domains: Iterable[str], way: Way, *, at: datetime) -> None:
    """Put the tokens of copies back that surely did not go out, given the domains of their addresses."""
    numbers = Counter(domains)
    gates = _locked(session, way, set(numbers), at=at)
    for (scope, key), gate in gates.items():
        number = numbers[key] if scope == RECIPIENT_DOMAIN else numbers.total()
        gate.tokens = min(gate.burst, gate.tokens + number)
    _write(session, gates.values())


def _locked(session: Session, way: Way, domains: set[str], *, at: datetime) -> dict[Key, Gate]:
    """The gates on the way that anybody set, each locked and filled up to now."""
    gates = _gates(session, way, domains, at=at)
    if not gates:
        return {}
    rows = _rows(session, gates)
    missing = [gate for key, gate in sorted(gates.items()) if key not in rows]
    if missing:
        _insert(session, missing)
        rows = _rows(session, gates)
    for key, row in rows.items():
        gates[key].fill(row.tokens, row.at, row.promised_until)
    return gates


def _gates(session: Session, way: Way, domains: set[str], *, at: datetime) -> dict[Key, Gate]:
    keys = [(PROVIDER, way.provider), (SENDING_DOMAIN, way.sending_domain)]
    keys += [(RECIPIENT_DOMAIN, domain) for domain in domains]
    limits = _limits(session, keys)
    gates = {}
    for key in keys:
        limit = limits.get(key) or limits.get((key[0], EVERY_KEY))
        if limit is not None and key[1]:
            gates[key] = Gate(key, limit.per_second, limit.burst, limit.burst, at, at)
    plan = session.scalars(select(WarmUp).where(WarmUp.sending_domain == way.sending_domain)).one_or_none()
    maximum = plan.maximum_on(at.astimezone(UTC).date()) if plan else None
    if maximum is not None:
        day = (WARM_UP, way.sending_domain)
        gates[day] = Gate(day, 0.0, maximum, maximum, at, at)
    return gates


def _limits(session: Session, keys: Sequence[Key]) -> dict[Key, RateLimit]:
    by_scope: dict[str, list[str]] = {}
    for scope, key in keys:
        by_scope.setdefault(scope, [EVERY_KEY]).append(key)
    wanted = [and_(RateLimit.scope == scope, RateLimit.key.in_(them)) for scope, them in by_scope.items()]
    return {(one.scope, one.key): one for one in session.scalars(select(RateLimit).where(or_(*wanted)))}


def _rows(session: Session, gates: Iterable[Key]) -> dict[Key, Row[Any]]:
    found = session.execute(
        select(buckets)
        .where(tuple_(buckets.c.scope, buckets.c.key).in_(sorted(gates)))
        .order_by(buckets.c.scope, buckets.c.key)
        .with_for_update()
    )
    return {(row.scope, row.key): row for row in found}


def _insert(session: Session, gates: Iterable[Gate]) -> None:
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = (sqlite if on_sqlite else postgresql).insert(buckets)
    rows = [dict(zip(_COLUMNS, _row(gate), strict=True)) for gate in gates]
    session.execute(insert.values(rows).on_conflict_do_nothing())


def _write(session: Session, gates: Iterable[Gate]) -> None:
    given = [_row(gate) for gate in gates]
    if not given:
        return
    held = values(*_GIVEN, name="given").data(given).cte("held")
    session.execute(
        update(buckets)
        .where(buckets.c.scope == held.c.scope, buckets.c.key == held.c.key)
        .values(tokens=held.c.tokens, at=held.c.at, promised_until=held.c.promised_until)
    )


def _row(gate: Gate) -> tuple[str, str, float, datetime, datetime]:
    """What is kept: of a warm-up what went out today, otherwise the tokens that are left."""
    tokens = gate.burst - gate.tokens if gate.key[0] == WARM_UP else gate.tokens
    return (*gate.key, tokens, gate.filled_at, gate.promised_until)
