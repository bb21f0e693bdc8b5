"""Granting and ending authority, and having somebody stand in."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import EVERY_DEPARTMENT, Actor
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance import AuthorityEnded, AuthorityGranted, DelegationAgreed, DelegationEnded
from contracts.finance.approvals import RequestKind
from services.finance.authority import queries
from services.finance.authority.model import Authority, Delegation
from services.finance.money import check_money, in_currency


def grant_authority(
    session: Session,
    actor: Actor,
    *,
    person: str,
    limit: Decimal,
    currency: str,
    kind: RequestKind | None = None,
    department: str | None = None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
) -> Authority:
    """Let ``person`` approve up to ``limit``. Raises Invalid for what is no amount, or no period."""
    check_money(limit, currency, field="limit", or_nothing=True)
    at = now()
    starts = valid_from or at
    _check_period(starts, valid_until, at=at)
    authority = Authority(
        person=person,
        kind=kind,
        department=department,
        currency=currency,
        limit=limit,
        valid_from=starts,
        valid_until=valid_until,
        granted_by=actor.subject,
        granted_at=at,
    )
    session.add(authority)
    publish(session, authority, _granted(authority))
    return authority


def end_authority(session: Session, actor: Actor, *, authority_id: UUID) -> Authority:
    """Take it back now. Raises NotFound, and Conflict when it is over."""
    authority = queries.authority(session, actor, authority_id, locked=True)
    at = now()
    authority.end(by=actor.subject, at=at)
    ended = AuthorityEnded(authority_id=authority.id, person=authority.person, ended_by=actor.subject, at=at)
    publish(session, authority, ended)
    return authority


def delegate(
    session: Session,
    actor: Actor,
    *,
    delegator: str | None = None,
    delegate: str | None,
    valid_from: datetime | None = None,
    valid_until: datetime,
    kinds: Sequence[RequestKind] = (),
    departments: Sequence[str] = (),
    roles: Sequence[str] = (),
) -> Delegation:
    """Have ``delegate`` sit on the seat of ``delegator``, or nobody: then he is only away.

    For himself anybody does it, with the roles that he has now. For another an administrator does, and names
    roles and departments. Raises Forbidden for anybody else, and Invalid naming the field.
    """
    person = delegator or actor.subject
    if person != actor.subject and not actor.administers:
        raise Forbidden("Only an administrator has somebody stand in for another.")
    if delegate == person:
        raise Invalid({"delegate": ["Nobody stands in for himself."]})
    at = now()
    starts = valid_from or at
    _check_period(starts, valid_until, at=at)
    own = person == actor.subject
    delegation = Delegation(
        delegator=person,
        delegate=delegate,
        roles=_own_roles(actor, roles) if own else _named(roles, "roles", delegate=delegate),
        departments=_own_departments(actor, departments)
        if own
        else _named(departments, "departments", delegate=delegate),
        kinds=sorted(set(kinds)),
        valid_from=starts,
        valid_until=valid_until,
        agreed_by=actor.subject,
        agreed_at=at,
    )
    session.add(delegation)
    publish(session, delegation, _agreed(delegation))
    return delegation


def end_delegation(session: Session, actor: Actor, *, delegation_id: UUID) -> Delegation:
    """End it now: by the delegator or an administrator. Raises NotFound, Forbidden, Conflict when over."""
    delegation = queries.delegation(session, actor, delegation_id, locked=True)
    if actor.subject != delegation.delegator and not actor.administers:
        raise Forbidden("Only the delegator or an administrator ends a delegation.")
    at = now()
    delegation.end(by=actor.subject, at=at)
    ended = DelegationEnded(
        delegation_id=delegation.id,
        delegator=delegation.delegator,
        delegate=delegation.delegate,
        ended_by=actor.subject,
        at=at,
    )
    publish(session, delegation, ended)
    return delegation


def _check_period(starts: datetime, ends: datetime | None, *, at: datetime) -> None:
    if ends is not None and ends <= max(starts, at):
        raise Invalid({"valid_until": ["Must be later than now, and than valid_from."]})


def _own_roles(actor: Actor, wanted: Sequence[str]) -> list[str]:
    if not actor.roles.issuperset(wanted):
        raise Invalid({"roles": ["Nobody lends a role that he does not hold."]})
    return sorted(set(wanted) or actor.roles)


def _own_departments(actor: Actor, wanted: Sequence[str]) -> list[str]:
    if not all(map(actor.may_see, wanted)):
        raise Invalid({"departments": ["Nobody lends a department that is not his."]})
    own = {EVERY_DEPARTMENT} if actor.sees_everything else actor.departments
    return sorted(set(wanted) or own)


def _named(values: Sequence[str], field: str, *, delegate: str | None) -> list[str]:
    if delegate is not None and not values:
        raise Invalid({field: ["Say which, as nobody's but the delegator's own token tells."]})
    return sorted(set(values))


def _granted(authority: Authority) -> AuthorityGranted:
    limit = in_currency(authority.limit, authority.currency)
    return AuthorityGranted(
        authority_id=authority.id,
        person=authority.person,
        kind=authority.kind,
        department=authority.department,
        limit=Money(amount=limit, currency=authority.currency),
        valid_from=authority.valid_from,
        valid_until=authority.valid_until,
        granted_by=authority.granted_by,
    )


def _agreed(delegation: Delegation) -> DelegationAgreed:
    return DelegationAgreed(
        delegation_id=delegation.id,
        delegator=delegation.delegator,
        delegate=delegation.delegate,
        roles=delegation.roles,
        departments=delegation.departments,
        kinds=delegation.kinds,
        valid_from=delegation.valid_from,
        valid_until=delegation.valid_until,
        agreed_by=delegation.agreed_by,
    )
