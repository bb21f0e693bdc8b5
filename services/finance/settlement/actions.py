"""The end of a budget: settled by a clerk, reopened by an administrator.

Whoever settles holds the budget's row, so that no posting comes in between the look and the lock; one that
waited for the row finds the budget settled.
"""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.finance import BudgetReopened, BudgetSettled, SettledLine
from services.finance.budgets.actions import post_entry
from services.finance.budgets.ledger import ZERO
from services.finance.budgets.model import Budget, Source
from services.finance.funding.actions import end_unposted
from services.finance.funding.queries import granted_of_budget
from services.finance.money import in_currency
from services.finance.settlement import queries
from services.finance.settlement.checklist import Held, Item
from services.finance.settlement.figures import LineFigures, Report
from services.finance.settlement.model import Reopening, Settlement

log = get_logger(__name__)

refused_total = counter(
    "settlements_refused_total",
    "Settlements of budgets that were refused, by what stood in the way.",
    ("subject",),
    starts=((subject,) for subject in ("budget", "campaign", "approval", "invoice", "commitment")),
)

SETTLED = ("planned", "budget", "direct", "allocated", "actual", "variance")


def settle_budget(session: Session, actor: Actor, *, budget: Budget) -> Settlement:
    """Release what is reserved, keep the figures, and lock the ledger of a budget that the caller holds.

    Raises Conflict, naming all that stands in the way.
    """
    found = queries.checklist(session, budget)
    if found.blocking:
        raise _refusal(budget, found.blocking)
    released = _release(session, actor, budget=budget, held=queries.held(session, budget))
    session.refresh(budget, ["lines"])
    report = queries.report(session, budget)
    settlement = _settlement(actor, report, released=released)
    session.add(settlement)
    budget.settled_at = settlement.settled_at
    publish(session, budget, _settled(budget, settlement, report))
    log.info("budget_settled", budget_id=str(budget.id), campaign_id=str(budget.campaign_id))
    return settlement


def reopen_budget(session: Session, actor: Actor, *, budget: Budget, reason: str) -> Budget:
    """Take the settlement back: the ledger takes postings again, and the campaign is completed again.

    Raises Conflict unless the budget is settled.
    """
    if budget.settled_at is None:
        raise Conflict("The budget is not settled.")
    settlement = queries.standing_settlement(session, budget.id)
    reopening = Reopening(
        settlement_id=settlement.id, reason=reason, reopened_by=actor.subject, reopened_at=now()
    )
    session.add(reopening)
    budget.settled_at = None
    reopened = BudgetReopened(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        settlement_id=settlement.id,
        reason=reason,
        reopened_by=actor.subject,
        reopened_at=reopening.reopened_at,
    )
    publish(session, budget, reopened)
    log.info("budget_reopened", budget_id=str(budget.id), campaign_id=str(budget.campaign_id))
    return budget


def _refusal(budget: Budget, blocking: Sequence[Item]) -> Conflict:
    subjects = sorted({item.subject for item in blocking})
    for subject in subjects:
        refused_total.labels(subject=subject).inc()
    log.info("settlement_refused", budget_id=str(budget.id), subjects=subjects, items=len(blocking))
    return Conflict(f"The budget cannot be settled. {' '.join(item.detail for item in blocking)}")


def _release(session: Session, actor: Actor, *, budget: Budget, held: Sequence[Held]) -> Decimal:
    for one in held:
        post_entry(
            session,
            actor,
            budget=budget,
            line_id=one.line_id,
            kind="release",
            amount=one.amount,
            note="Released by the settlement",
            source=Source(one.source, one.source_id),
        )
    for funding in granted_of_budget(session, budget.id):
        end_unposted(session, funding)
    session.flush()
    return sum((one.amount for one in held), ZERO)


def _settlement(actor: Actor, report: Report, *, released: Decimal) -> Settlement:
    total = report.total
    return Settlement(
        budget_id=report.budget_id,
        campaign_id=report.campaign_id,
        currency=report.currency,
        planned=total.planned,
        budget=total.budget,
        direct=total.direct,
        allocated=total.allocated,
        released=released,
        lines=[_as_document(line) for line in report.lines],
        settled_by=actor.subject,
        settled_at=now(),
    )


def _as_document(line: LineFigures) -> dict[str, str | None]:
    figures = {name: str(amount) for name, amount in line.in_its_currency(*SETTLED).items()}
    return {"line_id": str(line.line_id), "name": line.name, "kind": line.kind, **figures}


def _settled(budget: Budget, settlement: Settlement, report: Report) -> BudgetSettled:
    return BudgetSettled(
        budget_id=budget.id,
        campaign_id=budget.campaign_id,
        settlement_id=settlement.id,
        department=budget.department,
        currency=budget.currency,
        **report.total.in_its_currency(*SETTLED),
        released=in_currency(settlement.released, budget.currency),
        lines=[
            SettledLine(
                line_id=line.line_id, name=line.name, kind=line.kind, **line.in_its_currency(*SETTLED)
            )
            for line in report.lines
        ],
        settled_by=settlement.settled_by,
        settled_at=settlement.settled_at,
    )
