"""Adding kinds of expense, recording allowances, agreeing on policies and ending them."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Forbidden, Invalid
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.event import Money
from contracts.finance.expenses import AllowanceRecorded, PolicyAgreed, PolicyEnded
from services.finance.expenses import queries
from services.finance.expenses.model import Allowance, ExpenseKind, ExpensePolicy, OnBroken, Rule, Unit
from services.finance.money import check_money, currencies, in_currency

log = get_logger(__name__)

MOST_RATE = Decimal(10) ** 9


def add_kind(session: Session, *, code: str, name: str, unit: Unit | None = None) -> ExpenseKind:
    """One more kind of expense. Raises Invalid for a code that is taken."""
    if session.get(ExpenseKind, code) is not None:
        raise Invalid({"code": [f"There is a kind {code} already."]})
    kind = ExpenseKind(code=code, name=name, unit=unit)
    session.add(kind)
    return kind


def record_allowance(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    rate: Decimal,
    currency: str,
    valid_from: date,
    region: str = "",
) -> Allowance:
    """Say what one unit of a kind is worth from a day on. Raises Invalid, naming the field."""
    known = session.get(ExpenseKind, kind)
    if known is None or known.unit is None:
        raise Invalid({"kind": [f"{kind} is no kind that is claimed by a unit."]})
    if currency not in currencies():
        raise Invalid({"currency": [f"{currency} is not a known currency."]})
    if not 0 < rate <= MOST_RATE or rate != round(rate, 4):
        raise Invalid({"rate": ["Must be more than zero, with at most 4 decimals."]})
    allowance = Allowance(
        kind=kind,
        region=region,
        rate=rate,
        currency=currency,
        valid_from=valid_from,
        recorded_by=actor.subject,
        recorded_at=now(),
    )
    session.add(allowance)
    publish(session, allowance, _recorded(allowance, unit=known.unit))
    log.info("allowance_recorded", kind=kind, region=region, valid_from=valid_from.isoformat())
    return allowance


def agree_policy(
    session: Session,
    actor: Actor,
    *,
    rule: Rule,
    valid_from: date,
    on_broken: OnBroken,
    department: str | None = None,
    kind: str | None = None,
    limit: Decimal | None = None,
    currency: str | None = None,
    days: int | None = None,
    valid_until: date | None = None,
) -> ExpensePolicy:
    """Have claims held to a rule. Raises Forbidden outside of one's departments, and Invalid by field."""
    if department is not None:
        actor.require_department(department)
    elif not actor.sees_everything:
        raise Forbidden("A policy for all departments is agreed by who sees every department.")
    if kind is not None and session.get(ExpenseKind, kind) is None:
        raise Invalid({"kind": [f"{kind} is no kind of expense."]})
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid({"valid_until": ["Must be later than valid_from."]})
    _check_measure(rule, limit=limit, currency=currency, days=days)
    policy = ExpensePolicy(
        rule=rule,
        department=department,
        kind=kind,
        limit=limit,
        currency=currency,
        days=days,
        on_broken=on_broken,
        valid_from=valid_from,
        valid_until=valid_until,
        agreed_by=actor.subject,
        agreed_at=now(),
    )
    session.add(policy)
    publish(session, policy, _agreed(policy))
    log.info("expense_policy_agreed", policy_id=str(policy.id), rule=rule, kind=kind)
    return policy


def end_policy(session: Session, actor: Actor, *, policy_id: UUID) -> ExpensePolicy:
    """Hold claims to it no longer, from today. Raises NotFound, Forbidden, Conflict when it is over."""
    policy = queries.policy(session, actor, policy_id, locked=True)
    if policy.department is None and not actor.sees_everything:
        raise Forbidden("A policy for all departments is ended by who sees every department.")
    at = now()
    policy.end(by=actor.subject, on=at.date())
    assert policy.valid_until is not None
    ended = PolicyEnded(
        policy_id=policy.id, valid_until=policy.valid_until, ended_by=actor.subject, ended_at=at
    )
    publish(session, policy, ended)
    return policy


def _check_measure(rule: Rule, *, limit: Decimal | None, currency: str | None, days: int | None) -> None:
    """A rule is about money or about days, and says how much."""
    if rule == "oldest":
        given = {"limit": limit, "currency": currency}
        wrong = {name: ["Is not for this rule."] for name, value in given.items() if value is not None}
        if days is None:
            wrong["days"] = ["Missing data for required field."]
    else:
        needed = {"limit": limit, "currency": currency}
        wrong = {name: ["Missing data for required field."] for name, one in needed.items() if one is None}
        if days is not None:
            wrong["days"] = ["Is not for this rule."]
    if wrong:
        raise Invalid(wrong)
    if limit is not None and currency is not None:
        check_money(limit, currency, field="limit", or_nothing=True)


def _recorded(allowance: Allowance, *, unit: Unit) -> AllowanceRecorded:
    return AllowanceRecorded(
        allowance_id=allowance.id,
        kind=allowance.kind,
        unit=unit,
        region=allowance.region,
        rate=allowance.rate,
        currency=allowance.currency,
        valid_from=allowance.valid_from,
        recorded_by=allowance.recorded_by,
        recorded_at=allowance.recorded_at,
    )


def _agreed(policy: ExpensePolicy) -> PolicyAgreed:
    limit = None
    if policy.limit is not None and policy.currency is not None:
        limit = Money(amount=in_currency(policy.limit, policy.currency), currency=policy.currency)
    return PolicyAgreed(
        policy_id=policy.id,
        rule=policy.rule,
        department=policy.department,
        kind=policy.kind,
        limit=limit,
        days=policy.days,
        on_broken=policy.on_broken,
        valid_from=policy.valid_from,
        valid_until=policy.valid_until,
        agreed_by=policy.agreed_by,
        agreed_at=policy.agreed_at,
    )
