"""Opening the budget of an approved plan, and moving it to what a later version of the plan says.

A later version is as good as the first: lines that stay are moved to its amounts by entries of kind
``adjust``, new lines open, and lines that left give back what they have available and close. A line that must
not be overdrawn keeps at least what is committed and incurred on it, and an event says by how much the plan
gave less.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.outbox import publish
from services.finance.budgets import announcing
from services.finance.budgets.actions import post_entry, require_unsettled
from services.finance.budgets.ledger import ZERO, Balance, Kind
from services.finance.budgets.model import (
    ApprovedPlan,
    Budget,
    BudgetLine,
    BudgetVersion,
    LineTerms,
    PlannedLine,
    Source,
    VersionLine,
)
from services.finance.envelopes.actions import draw, hold
from services.finance.envelopes.queries import covering

log = get_logger(__name__)


@dataclass(frozen=True)
class Move:
    """What a later plan does to a line that is there: ``amount`` is added to its budget.

    ``missing`` is by how much the plan gives less than the line has used and therefore keeps.
    """

    line: BudgetLine
    amount: Decimal
    planned: PlannedLine | None
    missing: Decimal = ZERO


def move_of(line: BudgetLine, planned: PlannedLine | None) -> Move:
    """How a line gets to the amount of a later plan, which may have left it out."""
    used = line.committed + line.incurred
    if planned is None:
        return Move(line, min(ZERO, used - line.budget), None)
    wanted = planned.amount
    if planned.on_breach == "stop" and wanted < used:
        return Move(line, used - line.budget, planned, missing=used - wanted)
    return Move(line, wanted - line.budget, planned)


def open_budget(session: Session, actor: Actor, *, plan: ApprovedPlan) -> Budget:
    """The budget of an approved plan, with one entry of kind ``budget`` for each of its lines.

    Draws on the envelope of the plan's department and period. Raises Conflict, and opens nothing, when that
    cannot cover it, or when a later version of the plan is in another currency.
    """
    known = session.execute(
        select(Budget.id, Budget.envelope_id).where(Budget.campaign_id == plan.campaign_id)
    ).one_or_none()
    if known is not None:
        hold(session, known.envelope_id)
        return _replan(session, actor, budget=_locked(session, known.id), plan=plan)
    budget = Budget.for_plan(plan, at=now())
    envelope = covering(session, department=plan.department, currency=plan.currency, on=plan.starts_on)
    budget.envelope_id = envelope
    note = f"Opened by version {plan.version} of {plan.campaign_code}"
    draw(session, actor, envelope_id=envelope, budget_id=budget.id, amount=plan.total, note=note)
    session.add(budget)
    session.flush()
    _keep_version(session, actor, budget=budget, plan=plan)
    _keep_terms(session, actor, budget.lines)
    publish(session, budget, announcing.opened(budget, plan))
    _post_new(session, actor, budget=budget, planned=plan.lines)
    return budget


def _locked(session: Session, budget_id: UUID) -> Budget:
    return session.scalars(
        select(Budget)
        .where(Budget.id == budget_id)
        .options(selectinload(Budget.lines))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _replan(session: Session, actor: Actor, *, budget: Budget, plan: ApprovedPlan) -> Budget:
    require_unsettled(budget)
    if plan.currency != budget.currency:
        raise Conflict(f"The budget is in {budget.currency} and the plan in {plan.currency}.")
    by_id = {planned.line_id: planned for planned in plan.lines}
    moves = [
        move_of(line, by_id.get(line.id))
        for line in budget.lines
        if line.id in by_id or (line.closed_at is None and line.id != budget.indirect_line_id)
    ]
    new = [by_id[line_id] for line_id in by_id.keys() - {line.id for line in budget.lines}]
    new.sort(key=plan.lines.index)
    closed = [move.line.id for move in moves if move.planned is None]
    log.info("budget_replanned", version=plan.version, new=len(new), moved=len(moves), closed=len(closed))
    drawn = sum((move.amount for move in moves), ZERO) + sum((one.amount for one in new), ZERO)
    envelope, note = budget.envelope_id, f"Changed by version {plan.version} of {plan.campaign_code}"
    draw(session, actor, envelope_id=envelope, budget_id=budget.id, amount=drawn, note=note)
    budget.plan_version = plan.version
    opened = [budget.add_line(planned, responsible=plan.responsible) for planned in new]
    publish(session, budget, announcing.replanned(budget, plan, new=new, closed=closed))
    _follow(session, actor, budget=budget, plan=plan, moves=moves)
    _keep_terms(session, actor, [*opened, *(move.line for move in moves)])
    _keep_version(session, actor, budget=budget, plan=plan)
    _post_new(session, actor, budget=budget, planned=new)
    return budget


def _follow(session: Session, actor: Actor, *, budget: Budget, plan: ApprovedPlan, moves: list[Move]) -> None:
    """Move the lines that are there. Between its old and its new policy a line has the laxer one."""
    before = {move.line.id: (move.line.responsible, move.line.on_breach) for move in moves}
    for move in moves:
        if move.planned is not None:
            former = move.line.on_breach
            move.line.follow(move.planned, responsible=plan.responsible)
            move.line.on_breach = former if move.planned.on_breach == "stop" else move.planned.on_breach
    session.flush()
    for move in moves:
        if move.amount:
            _post(session, actor, budget=budget, line_id=move.line.id, kind="adjust", amount=move.amount)
    for move in moves:
        if move.planned is None:
            move.line.closed_at = now()
            continue
        move.line.on_breach = move.planned.on_breach
        if (move.line.responsible, move.line.on_breach) != before[move.line.id]:
            changed = announcing.line_changed(budget, move.line, by=actor.subject, at=now())
            publish(session, budget, changed)
        if move.missing:
            _tell_missing(session, budget, move)
    session.flush()


def _tell_missing(session: Session, budget: Budget, move: Move) -> None:
    line = move.line
    log.warning("plan_gives_less_than_was_used", line=str(line.id), missing=str(move.missing))
    note = f"Version {budget.plan_version} of the plan gives less than is used; the line keeps what it used."
    balance = announcing.as_it_stands(line, line.balance + Balance(budget=move.amount))
    publish(
        session,
        budget,
        announcing.breached(budget, balance, over=move.missing, note=note, at=now(), entry_id=None),
    )


def _keep_version(session: Session, actor: Actor, *, budget: Budget, plan: ApprovedPlan) -> None:
    at = now()
    session.add(
        BudgetVersion(
            budget_id=budget.id,
            plan_version=plan.version,
            currency=plan.currency,
            total=plan.total,
            approved_by=actor.subject,
            approved_at=at,
        )
    )
    session.flush()
    for position, planned in enumerate(plan.lines, start=1):
        session.add(_version_line(budget, plan, planned, position=position))


def _version_line(budget: Budget, plan: ApprovedPlan, planned: PlannedLine, *, position: int) -> VersionLine:
    return VersionLine(
        budget_id=budget.id,
        plan_version=plan.version,
        line_id=planned.line_id,
        position=position,
        name=planned.name,
        kind=planned.kind,
        starts_on=planned.starts_on,
        ends_on=planned.ends_on,
        responsible=planned.responsible or plan.responsible,
        on_breach=planned.on_breach,
        currency=plan.currency,
        amount=planned.amount,
    )


def _keep_terms(session: Session, actor: Actor, lines: Iterable[BudgetLine]) -> None:
    at = now()
    session.add_all([LineTerms.of(line, by=actor.subject, at=at) for line in lines])


def _post_new(session: Session, actor: Actor, *, budget: Budget, planned: Iterable[PlannedLine]) -> None:
    for one in planned:
        _post(session, actor, budget=budget, line_id=one.line_id, kind="budget", amount=one.amount)


def _post(
    session: Session, actor: Actor, *, budget: Budget, line_id: UUID, kind: Kind, amount: Decimal
) -> None:
    note, source = f"Plan version {budget.plan_version}", Source("plan", budget.campaign_id)
    post_entry(
        session, actor, budget=budget, line_id=line_id, kind=kind, amount=amount, note=note, source=source
    )
