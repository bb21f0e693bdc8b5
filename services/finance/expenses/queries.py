"""Reads of kinds, allowances and policies. Kinds and allowances hold for all departments."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from chassis.auth import Actor
from services.finance.expenses.model import Allowance, ExpenseKind, ExpensePolicy
from services.finance.expenses.rules import regions_of
from services.finance.finding import find


def kinds() -> Select[ExpenseKind]:
    return select(ExpenseKind)


def kinds_by_code(session: Session, codes: Iterable[str]) -> dict[str, ExpenseKind]:
    """Those of ``codes`` that there are."""
    found = session.scalars(select(ExpenseKind).where(ExpenseKind.code.in_(sorted(set(codes)))))
    return {kind.code: kind for kind in found}


def allowances(
    *, kind: str | None = None, region: str | None = None, on: date | None = None
) -> Select[Allowance]:
    """What units are worth; ``on``: those that were valid from then or before."""
    found = select(Allowance)
    if kind is not None:
        found = found.where(Allowance.kind == kind)
    if region is not None:
        found = found.where(Allowance.region == region)
    return found if on is None else found.where(Allowance.valid_from <= on)


def allowance_on(session: Session, *, kind: str, region: str, day: date) -> Allowance | None:
    """What a unit is worth on a day: as the narrowest region says that has anything to say by then."""
    for place in regions_of(region):
        latest = allowances(kind=kind, region=place, on=day).order_by(
            Allowance.valid_from.desc(), Allowance.id.desc()
        )
        if (found := session.scalars(latest.limit(1)).first()) is not None:
            return found
    return None


def policies(
    actor: Actor,
    *,
    rule: str | None = None,
    kind: str | None = None,
    department: str | None = None,
    on: date | None = None,
) -> Select[ExpensePolicy]:
    """Policies for the actor's departments and for all departments; ``on``: those in force that day."""
    seen = actor.scope(_department())
    found = select(ExpensePolicy).where(or_(ExpensePolicy.department.is_(None), seen))
    if rule is not None:
        found = found.where(ExpensePolicy.rule == rule)
    if kind is not None:
        found = found.where(or_(ExpensePolicy.kind.is_(None), ExpensePolicy.kind == kind))
    if department is not None:
        found = found.where(or_(ExpensePolicy.department.is_(None), ExpensePolicy.department == department))
    return found if on is None else found.where(_in_force(on))


def policy(session: Session, actor: Actor, policy_id: UUID, *, locked: bool = False) -> ExpensePolicy:
    """One policy. Raises NotFound."""
    return find(session, policies(actor), ExpensePolicy, policy_id, what="expense policy", lock=locked)


def policies_for(session: Session, *, department: str, kinds: Iterable[str]) -> Sequence[ExpensePolicy]:
    """All that lines of these kinds in a department are or were held to, by whoever asks."""
    return session.scalars(
        select(ExpensePolicy)
        .where(
            or_(ExpensePolicy.department.is_(None), ExpensePolicy.department == department),
            or_(ExpensePolicy.kind.is_(None), ExpensePolicy.kind.in_(sorted(set(kinds)))),
        )
        .order_by(ExpensePolicy.id)
    ).all()


def _department() -> ColumnElement[str]:
    return ExpensePolicy.__table__.c.department


def _in_force(day: date) -> ColumnElement[bool]:
    ends = ExpensePolicy.valid_until
    return (ExpensePolicy.valid_from <= day) & or_(ends.is_(None), ends > day)
