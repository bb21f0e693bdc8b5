"""Budget lines as their latest entries left them, and their sums by currency."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.projections.model import BudgetLine, Campaign
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery

MONEY = ("budget", "committed", "incurred", "available", "allocated")
FIGURES = (*(Column(name, "money") for name in MONEY), Column("used", "ratio"))


def budgets(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """What there is to spend, and on what it was spent."""
    lines = budget_lines(session, actor, query)
    return Report(tables=[_totals(lines), _lines(lines)], notes=("note.available",))


def budget_lines(session: Session, actor: Actor, query: ReportQuery) -> list[tuple[Campaign, BudgetLine]]:
    """The budget lines of the wanted campaigns, by campaign, the latest first."""
    statement = (
        select(Campaign, BudgetLine)
        .join(BudgetLine, BudgetLine.campaign_id == Campaign.campaign_id)
        .where(Campaign.plan_sequence > 0, actor.scope(Campaign.__table__.c.department))
        .order_by(Campaign.starts_on.desc(), Campaign.campaign_id.desc(), BudgetLine.name, BudgetLine.line_id)
    )
    for name in ("kind", "region", "state", "department"):
        if (value := getattr(query, name)) is not None:
            statement = statement.where(getattr(Campaign, name) == value)
    if query.currency is not None:
        statement = statement.where(BudgetLine.currency == query.currency)
    return [(campaign, line) for campaign, line in session.execute(statement)]


def _totals(lines: Sequence[tuple[Campaign, BudgetLine]]) -> Table:
    """A row a currency."""
    sums: dict[str, list[Decimal]] = {}
    for _, line in lines:
        before = sums.get(line.currency, [Decimal()] * len(MONEY))
        sums[line.currency] = [one + getattr(line, name) for one, name in zip(before, MONEY, strict=True)]
    rows: list[Sequence[Cell]] = [
        (currency, *money, share(money[1] + money[2], money[0])) for currency, money in sorted(sums.items())
    ]
    return Table(
        name="budget_totals",
        columns=(Column("currency", "text"), *FIGURES),
        rows=rows,
        drawn=("incurred", "committed", "available"),
    )


def _lines(lines: Sequence[tuple[Campaign, BudgetLine]]) -> Table:
    rows: list[Sequence[Cell]] = [
        (
            *(campaign.code, line.name, line.responsible, line.currency),
            *(getattr(line, name) for name in MONEY),
            share(line.committed + line.incurred, line.budget),
        )
        for campaign, line in lines
    ]
    return Table(
        name="budget_lines",
        columns=(
            *(Column(name, "text") for name in ("campaign", "line", "responsible", "currency")),
            *FIGURES,
        ),
        rows=rows,
        links=[str(campaign.campaign_id) for campaign, _ in lines],
    )
