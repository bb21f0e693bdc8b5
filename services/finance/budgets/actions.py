"""Opening budgets and posting to the ledger.

Every posting goes the same short way: it takes its number from the budget's row, one guarded statement
moves the figures of the line, and the entry and its event follow in the same transaction. Postings to one
budget queue up on its row, so that no number is taken twice and none of them fails because of another.
They wait for each other from there to the commit, hence the few plain statements instead of mapped objects.
A settled budget gives out no number.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Row, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.columns import Amount
from chassis.errors import Conflict, NotFound, Problem
from chassis.ids import new_id
from chassis.logs import get_logger
from chassis.outbox import publish
from contracts.finance import BudgetOpened, BudgetPosted, BudgetReplanned, LineBalance
from services.finance.budgets.ledger import Balance, Kind, effect
from services.finance.budgets.model import ApprovedPlan, Budget, BudgetLine, LedgerEntry, PlannedLine, Source
from services.finance.money import in_currency

log = get_logger(__name__)

_budgets, _lines, _entries = (cast(Table, mapped.__table__) for mapped in (Budget, BudgetLine, LedgerEntry))

_TAKE_NUMBER = (
    update(_budgets)
    .where(_budgets.c.id == bindparam("taken_id"), _budgets.c.settled_at.is_(None))
    .values(version=_budgets.c.version + 1)
    .returning(_budgets.c.version, _budgets.c.campaign_id, _budgets.c.currency, _budgets.c.indirect_line_id)
)

_budget = _lines.c.budget + bindparam("d_budget", type_=Amount())
_committed = _lines.c.committed + bindparam("d_committed", type_=Amount())
_incurred = _lines.c.incurred + bindparam("d_incurred", type_=Amount())

_MOVE = (
    update(_lines)
    .where(
        _lines.c.id == bindparam("line"),
        _lines.c.budget_id == bindparam("of_budget"),
        or_(
            _lines.c.on_breach != "stop",
            _lines.c.budget - _lines.c.committed - _lines.c.incurred >= bindparam("taken", type_=Amount()),
        ),
        _committed >= bindparam("nothing", 0, type_=Amount()),
    )
    .values(budget=_budget, committed=_committed, incurred=_incurred)
    .returning(_lines.c.name, _lines.c.responsible, _lines.c.budget, _lines.c.committed, _lines.c.incurred)
)

_APPEND = insert(_entries)

PROMISES: frozenset[Kind] = frozenset({"commit", "reserve"})


def open_budget(session: Session, actor: Actor, *, plan: ApprovedPlan) -> Budget:
    """The budget of an approved plan, with one entry of kind ``budget`` for each of its lines.

    A later version of the plan opens the lines that are new and leaves the others as they stand. Raises
    Conflict once the budget is settled.
    """
    budget = session.scalar(
        select(Budget)
        .where(Budget.campaign_id == plan.campaign_id)
        .options(selectinload(Budget.lines))
        .with_for_update(key_share=True)
    )
    if budget is not None:
        require_unsettled(budget)
        return _add_new_lines(session, actor, budget=budget, plan=plan)
    budget = Budget.for_plan(plan, at=now())
    session.add(budget)
    session.flush()
    publish(session, budget, _opened(budget, plan))
    for planned in plan.lines:
        _post_planned(session, actor, budget=budget, planned=planned)
    return budget


def take_number(session: Session, budget_id: UUID) -> Budget:
    """Lock a budget and reserve the number of one posting, which must follow.

    What is returned stands outside of the session: its row has the posting's version already. Raises
    Conflict for a settled budget, however close the settlement came before, and NotFound.
    """
    taken = session.execute(_TAKE_NUMBER, {"taken_id": budget_id}).one_or_none()
    if taken is None:
        raise _no_number(session, budget_id)
    return Budget(
        id=budget_id,
        version=taken.version - 1,
        campaign_id=taken.campaign_id,
        currency=taken.currency,
        indirect_line_id=taken.indirect_line_id,
    )


def require_unsettled(budget: Budget) -> None:
    """Raises Conflict for a settled budget."""
    if budget.settled_at is not None:
        raise Conflict(_settled_on(budget.settled_at))


def _no_number(session: Session, budget_id: UUID) -> Problem:
    found = session.execute(select(_budgets.c.settled_at).where(_budgets.c.id == budget_id)).one_or_none()
    return NotFound("budget", budget_id) if found is None else Conflict(_settled_on(found.settled_at))


def _settled_on(at: datetime) -> str:
    return f"The budget was settled on {at:%Y-%m-%d}: nothing more is posted to it."


def post_entry(
    session: Session,
    actor: Actor,
    *,
    budget: Budget,
    line_id: UUID,
    kind: Kind,
    amount: Decimal,
    note: str = "",
    source: Source,
) -> None:
    """Append one entry to a budget that the caller has locked, and move the line's figures.

    ``amount`` is in the budget's currency and positive, unless ``kind`` is one of ``SIGNED``. Raises
    Conflict, saying what is available, when the line cannot cover it, and for a promise on indirect costs.
    """
    if kind in PROMISES and line_id == budget.indirect_line_id:
        raise Conflict("Indirect costs are allocated to this line, and nothing is promised from it.")
    line = _move(session, budget=budget, line_id=line_id, change=effect(kind, amount))
    entry = {
        "id": new_id(),
        "line_id": line_id,
        "kind": kind,
        "amount": amount,
        "claim_id": source.id if source.kind == "claim" else None,
        "source": source.kind,
        "source_id": source.id,
        "note": note,
        "posted_by": actor.subject,
        "posted_at": now(),
    }
    _append(session, budget=budget, entry=entry, line=line)


def _move(session: Session, *, budget: Budget, line_id: UUID, change: Balance) -> Row[Any]:
    """The only statement that changes a balance: it looks and takes in one step."""
    moved = session.execute(
        _MOVE,
        {
            "line": line_id,
            "of_budget": budget.id,
            "d_budget": change.budget,
            "d_committed": change.committed,
            "d_incurred": change.incurred,
            "taken": -change.available,
        },
    ).one_or_none()
    if moved is None:
        raise Conflict(_shortage(session, budget=budget, line_id=line_id, asked=-change.available))
    return moved


def _append(session: Session, *, budget: Budget, entry: dict[str, Any], line: Row[Any]) -> None:
    place = {"budget_id": budget.id, "sequence": budget.version + 1, "currency": budget.currency}
    figures = {"budget": line.budget, "committed": line.committed, "incurred": line.incurred}
    session.execute(_APPEND, {**entry, **place, **figures})
    publish(session, budget, _posted(budget, entry, line=line))


def _shortage(session: Session, *, budget: Budget, line_id: UUID, asked: Decimal) -> str:
    line = session.execute(
        select(_lines.c.budget, _lines.c.committed, _lines.c.incurred).where(_lines.c.id == line_id)
    ).one()
    balance = Balance(line.budget, line.committed, line.incurred)
    available = f"{in_currency(balance.available, budget.currency)} {budget.currency}"
    if asked <= 0:
        return f"The line has only {in_currency(balance.committed, budget.currency)} committed."
    return f"The line has {available} available, {in_currency(asked, budget.currency)} is asked for."


def _add_new_lines(session: Session, actor: Actor, *, budget: Budget, plan: ApprovedPlan) -> Budget:
    known = {line.id for line in budget.lines}
    new = [planned for planned in plan.lines if planned.line_id not in known]
    log.info("plan_changed_under_budget", version=plan.version, new=len(new), left=len(known))
    if plan.currency != budget.currency:
        log.warning("plan_changed_currency", budget=budget.currency, plan=plan.currency)
        return budget
    budget.plan_version = plan.version
    for planned in new:
        budget.add_line(planned, responsible=plan.responsible)
    publish(session, budget, _replanned(budget, plan, new=new))
    session.flush()
    for planned in new:
        _post_planned(session, actor, budget=budget, planned=planned)
    return budget


def _post_planned(session: Session, actor: Actor, *, budget: Budget, planned: PlannedLine) -> None:
    note = f"Plan version {budget.plan_version}"
    line_id, amount = planned.line_id, planned.amount
    source = Source("plan", budget.campaign_id)
    post_entry(
        session, actor, budget=budget, line_id=line_id, kind="budget", amount=amount, note=note, source=source
    )


def _opened(budget: Budget, plan: ApprovedPlan) -> BudgetOpened:
    return BudgetOpened(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        department=budget.department,
        plan_version=budget.plan_version,
        currency=budget.currency,
        lines=_planned_lines(plan, plan.lines),
    )


def _replanned(budget: Budget, plan: ApprovedPlan, *, new: Sequence[PlannedLine]) -> BudgetReplanned:
    return BudgetReplanned(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        plan_version=budget.plan_version,
        lines=_planned_lines(plan, new),
    )


def _planned_lines(plan: ApprovedPlan, lines: Sequence[PlannedLine]) -> list[LineBalance]:
    return [
        _line_balance(
            Balance(budget=planned.amount),
            line_id=planned.line_id,
            name=planned.name,
            responsible=plan.responsible,
            currency=plan.currency,
        )
        for planned in lines
    ]


def _posted(budget: Budget, entry: dict[str, Any], *, line: Row[Any]) -> BudgetPosted:
    return BudgetPosted(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        entry_id=entry["id"],
        kind=entry["kind"],
        amount=in_currency(entry["amount"], budget.currency),
        currency=budget.currency,
        claim_id=entry["claim_id"],
        source=entry["source"],
        source_id=entry["source_id"],
        note=entry["note"],
        posted_at=entry["posted_at"],
        balance=_line_balance(
            Balance(line.budget, line.committed, line.incurred),
            line_id=entry["line_id"],
            name=line.name,
            responsible=line.responsible,
            currency=budget.currency,
        ),
    )


def _line_balance(
    balance: Balance, *, line_id: UUID, name: str, responsible: str, currency: str
) -> LineBalance:
    return LineBalance(
        line_id=line_id,
        name=name,
        responsible=responsible,
        budget=in_currency(balance.budget, currency),
        committed=in_currency(balance.committed, currency),
        incurred=in_currency(balance.incurred, currency),
        available=in_currency(balance.available, currency),
    )
