"""What a settlement reads: the figures by line, what is still held, what is open on the desk."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, case, exists, func, literal_column, or_, select
from sqlalchemy.orm import Session, selectinload

from chassis.auth import Actor
from services.finance.approvals.model import Approval
from services.finance.budgets import queries as budgets
from services.finance.budgets.ledger import ZERO
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry
from services.finance.facts.model import CampaignFacts
from services.finance.funding.queries import granted_of_budget
from services.finance.invoices.model import Invoice
from services.finance.purchases.model import Purchase
from services.finance.settlement.checklist import (
    Checklist,
    Disputed,
    Held,
    Item,
    OpenApproval,
    approval_items,
    campaign_item,
    held_items,
    invoice_items,
)
from services.finance.settlement.figures import LineFigures, Report
from services.finance.settlement.model import Settlement
from services.finance.transfers.model import Transfer

HOLDING, FREEING = ("commit", "reserve"), ("incur", "release")


def settlements(session: Session, actor: Actor, budget_id: UUID) -> Select[Settlement]:
    """The settlements of a budget; all but the last were taken back. Raises NotFound."""
    budgets.entries(session, actor, budget_id)
    return (
        select(Settlement)
        .where(Settlement.budget_id == budget_id)
        .options(selectinload(Settlement.reopening))
    )


def standing_settlement(session: Session, budget_id: UUID) -> Settlement:
    """The last settlement of a settled budget."""
    last = select(Settlement).where(Settlement.budget_id == budget_id).order_by(Settlement.id.desc())
    return session.scalars(last.limit(1)).one()


def report(session: Session, budget: Budget) -> Report:
    """Planned against actual, line by line."""
    planned, allocated = _sums_by_line(session, budget.id)
    lines = [
        LineFigures(
            currency=budget.currency,
            line_id=line.id,
            name=line.name,
            kind=line.kind,
            planned=planned.get(line.id, ZERO),
            budget=line.budget,
            committed=line.committed,
            direct=line.incurred - allocated.get(line.id, ZERO),
            allocated=allocated.get(line.id, ZERO),
        )
        for line in budget.lines
    ]
    return Report(budget.id, budget.campaign_id, budget.campaign_code, budget.currency, lines)


def checklist(session: Session, budget: Budget) -> Checklist:
    """What must be done before the budget can be settled, and what the settlement does by itself."""
    currency = budget.currency
    items = [
        campaign_item(session.get(CampaignFacts, budget.campaign_id), currency=currency),
        *approval_items(open_approvals(session, budget), currency=currency),
        *invoice_items(disputed_invoices(session, budget), currency=currency),
        *held_items(held(session, budget), currency=currency),
    ]
    if budget.settled_at is not None:
        detail = f"The budget was settled on {budget.settled_at:%Y-%m-%d}."
        items.insert(0, Item("budget", "blocks", detail, currency))
    return Checklist(budget.id, budget.campaign_id, currency, items, report(session, budget).total)


def held(session: Session, budget: Budget) -> list[Held]:
    """What each source has still committed, line by line. Old entries name their source by the claim."""
    lines = [line.id for line in budget.lines if line.committed]
    source = func.coalesce(LedgerEntry.source, literal_column("'claim'"))
    source_id = func.coalesce(LedgerEntry.source_id, LedgerEntry.claim_id)
    gained = func.sum(case((LedgerEntry.kind.in_(HOLDING), LedgerEntry.amount)))
    lost = func.sum(case((LedgerEntry.kind.in_(FREEING), LedgerEntry.amount)))
    promised = func.max(case((LedgerEntry.kind == "commit", 1), else_=0))
    found = session.execute(
        select(LedgerEntry.line_id, source, source_id, gained, lost, promised)
        .where(LedgerEntry.line_id.in_(lines), LedgerEntry.kind.in_(HOLDING + FREEING))
        .group_by(LedgerEntry.line_id, source, source_id)
        .order_by(LedgerEntry.line_id, source_id)
    )
    rest = [
        Held(line_id, kind, of, (plus or ZERO) - (minus or ZERO), bool(is_promise))
        for line_id, kind, of, plus, minus, is_promise in found
    ]
    return [one for one in rest if one.amount > 0]


def open_approvals(session: Session, budget: Budget) -> list[OpenApproval]:
    """What is open on the desk of the campaign's plan, of its purchases, and of what moves its budget.

    A purchase posts nothing before it is approved, nor does a transfer to the line that takes it.
    """
    posted_for = exists().where(
        LedgerEntry.source_id == Approval.subject_id, LedgerEntry.budget_id == budget.id
    )
    bought = exists().where(Purchase.id == Approval.subject_id, Purchase.budget_id == budget.id)
    given = exists().where(Transfer.id == Approval.subject_id, Transfer.to_budget_id == budget.id)
    about = or_(Approval.subject_id.in_([budget.campaign_id, budget.id]), posted_for, bought, given)
    found = session.execute(
        select(Approval.id, Approval.kind, Approval.title)
        .where(Approval.state == "open", about)
        .order_by(Approval.id)
    )
    return [OpenApproval(id_, kind, title) for id_, kind, title in found]


def disputed_invoices(session: Session, budget: Budget) -> list[Disputed]:
    """What suppliers ask for that matches no order, and nobody has judged."""
    found = session.scalars(
        select(Invoice)
        .join(Purchase, Purchase.id == Invoice.purchase_id)
        .where(Purchase.budget_id == budget.id, Invoice.state == "disputed")
        .options(selectinload(Invoice.lines))
        .order_by(Invoice.id)
    )
    return [Disputed(one.id, one.number, one.total) for one in found]


def budget_for_update(session: Session, actor: Actor, budget_id: UUID) -> Budget:
    """A budget with its lines; nothing is posted to it until the transaction ends. Raises NotFound.

    Its fundings are locked before, since who charges them does it in that order.
    """
    granted_of_budget(session, budget_id)
    return budgets.budget_for_update(session, actor, budget_id)


def _sums_by_line(session: Session, budget_id: UUID) -> tuple[dict[UUID, Decimal], dict[UUID, Decimal]]:
    """What was planned and what was allocated, by line."""
    kinds = ("budget", "allocate")
    sums = (
        select(BudgetLine.id, LedgerEntry.kind, func.sum(LedgerEntry.amount))
        .join(LedgerEntry, LedgerEntry.line_id == BudgetLine.id)
        .where(BudgetLine.budget_id == budget_id, LedgerEntry.kind.in_(kinds))
        .group_by(BudgetLine.id, LedgerEntry.kind)
    )
    found = {(line_id, kind): amount for line_id, kind, amount in session.execute(sums)}
    planned, allocated = (
        {line_id: amount for (line_id, kind), amount in found.items() if kind == wanted} for wanted in kinds
    )
    return planned, allocated
