"""Setting limits and taking them away. What holds for every department needs somebody who sees them all."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid, NotFound
from services.outreach.limits.model import (
    EVERY_DEPARTMENT,
    FrequencyCap,
    QuietHours,
    RateLimit,
    WarmUp,
)
from services.outreach.limits.zones import region_code

WORDS: dict[type, str] = {
    QuietHours: "quiet hours",
    FrequencyCap: "frequency cap",
    RateLimit: "rate limit",
    WarmUp: "warm-up plan",
}

Owned = TypeVar("Owned", QuietHours, FrequencyCap)
Shared = TypeVar("Shared", RateLimit, WarmUp)


def set_quiet_hours(session: Session, actor: Actor, **values: Any) -> QuietHours:
    """Hours of a channel in a country or region. Raises Forbidden, and Invalid for a region of no country."""
    country, region = values["country"], values["region"]
    if region and not country:
        raise Invalid({"region": ["A region needs its country"]})
    values["region"] = region_code(country, region)
    return _add(session, actor, QuietHours(**values, added_by=actor.subject, added_at=now()))


def set_frequency_cap(session: Session, actor: Actor, **values: Any) -> FrequencyCap:
    """A cap on the copies that a contact gets. Raises Forbidden for a foreign department."""
    return _add(session, actor, FrequencyCap(**values, added_by=actor.subject, added_at=now()))


def set_rate_limit(
    session: Session, actor: Actor, *, scope: str, key: str, per_second: float, burst: int | None = None
) -> RateLimit:
    """A limit on the rate of one key of a scope; without ``burst`` it is what one second lets through.

    Raises Forbidden for who does not see every department, and Conflict where there is one already.
    """
    actor.require_department(EVERY_DEPARTMENT)
    key = key.strip().lower()
    known = session.scalar(select(RateLimit.id).where(RateLimit.scope == scope, RateLimit.key == key))
    if known is not None:
        raise Conflict(f"There is a limit of the {scope.replace('_', ' ')} {key} already: {known}")
    limit = RateLimit(
        scope=scope,
        key=key,
        per_second=per_second,
        burst=burst or max(1, int(per_second)),
        added_by=actor.subject,
        added_at=now(),
    )
    session.add(limit)
    session.flush()
    return limit


def set_warm_up(
    session: Session, actor: Actor, *, sending_domain: str, maxima: list[int], starts_on: date | None = None
) -> WarmUp:
    """A plan for a sending domain, from today on unless ``starts_on`` says otherwise.

    Raises Forbidden for who does not see every department, Conflict where there is one already, and
    Invalid for maxima that fall.
    """
    actor.require_department(EVERY_DEPARTMENT)
    if sorted(maxima) != maxima:
        raise Invalid({"maxima": ["Must not fall from one day to the next"]})
    domain = sending_domain.strip().lower()
    known = session.scalar(select(WarmUp.id).where(WarmUp.sending_domain == domain))
    if known is not None:
        raise Conflict(f"There is a plan for {domain} already: {known}")
    plan = WarmUp(
        sending_domain=domain,
        starts_on=starts_on or now().date(),
        maxima=maxima,
        added_by=actor.subject,
        added_at=now(),
    )
    session.add(plan)
    session.flush()
    return plan


def remove_owned(session: Session, actor: Actor, kind: type[Owned], row_id: UUID) -> None:
    """Take hours or a cap away. Raises NotFound, for one of a foreign department too.

    What holds for every department is seen by all; to take it away is Forbidden for most.
    """
    found = session.get(kind, row_id)
    if found is None or not (found.department == EVERY_DEPARTMENT or actor.may_see(found.department)):
        raise NotFound(WORDS[kind], row_id)
    actor.require_department(found.department)
    session.delete(found)


def remove_shared(session: Session, actor: Actor, kind: type[Shared], row_id: UUID) -> None:
    """Take a rate limit or a warm-up plan away. Raises NotFound, and Forbidden for most."""
    found = session.get(kind, row_id)
    if found is None:
        raise NotFound(WORDS[kind], row_id)
    actor.require_department(EVERY_DEPARTMENT)
    session.delete(found)


def _add(session: Session, actor: Actor, row: Owned) -> Owned:
    actor.require_department(row.department)
    session.add(row)
    session.flush()
    return row
