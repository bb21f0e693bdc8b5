"""Where a budget bears its share of indirect costs: one line, opened when the first share comes.

Nobody plans that line, so its budget is nothing and what is allocated overdraws it.
"""

from decimal import Decimal
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.ids import new_id
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import ZERO
from services.finance.budgets.model import Budget, BudgetLine, LineTerms, Source, TakenBudget

NAME, KIND = "Indirect costs", "indirect"

_budgets, _lines = (cast(Table, mapped.__table__) for mapped in (Budget, BudgetLine))


def post_share(
    session: Session, actor: Actor, *, budget_id: UUID, amount: Decimal, note: str, source: Source
) -> None:
    """Allocate ``amount``, in the budget's currency, to its indirect costs; a negative one takes it back.

    Raises Conflict for a settled budget.
    """
    budget = take_number(session, budget_id)
    if budget.indirect_line_id is None:
        budget.indirect_line_id = _open_line(session, actor, budget=budget)
    line_id = budget.indirect_line_id
    post_entry(
        session,
        actor,
        budget=budget,
        line_id=line_id,
        kind="allocate",
        amount=amount,
        note=note,
        source=source,
    )


def _open_line(session: Session, actor: Actor, *, budget: TakenBudget) -> UUID:
    """The budget's row is locked, so that no second line comes up beside this one."""
    line_id = new_id()
    last = session.scalar(select(func.max(_lines.c.position)).where(_lines.c.budget_id == budget.id))
    line = {
        "id": line_id,
        "budget_id": budget.id,
        "position": (last or 0) + 1,
        "name": NAME,
        "kind": KIND,
        "on_breach": "ignore",
        "responsible": actor.subject,
        "currency": budget.currency,
    }
    session.execute(insert(_lines), {**line, "budget": ZERO, "committed": ZERO, "incurred": ZERO})
    terms = {"name": NAME, "kind": KIND, "on_breach": "ignore", "responsible": actor.subject}
    session.add(LineTerms(line_id=line_id, set_by=actor.subject, since=now(), **terms))
    session.execute(update(_budgets).where(_budgets.c.id == budget.id), {"indirect_line_id": line_id})
    return line_id
