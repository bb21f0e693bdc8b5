"""What all campaigns came to together, how they stand, and the latest of them. Reads the totals only."""

from collections import Counter
from collections.abc import Sequence

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.evaluation.formulas import evaluate
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.totals.queries import Counted, counted
from services.reporting.totals.sums import total_of

STATES = (
    "draft",
    "in_review",
    "approved",
    "starting",
    "running",
    "paused",
    "completed",
    "closed",
    "cancelled",
)
SUMMED = ("targets", "executed_targets", "responses", "leads", "valid_leads", "opportunities", "contracts")
RATIOS = ("response_rate", "lead_conversion", "roi")
MONEY = ("budget", "committed", "cost", "revenue")
LATEST = 25
LISTED = (
    Column("executed_targets"),
    Column("response_rate", "ratio"),
    Column("leads"),
    Column("valid_leads"),
    Column("opportunities"),
    Column("cost", "money"),
    Column("roi", "ratio"),
)


def overview(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """All wanted campaigns at a glance."""
    campaigns = counted(session, actor, query)
    states = Counter(one.campaign.state or "" for one in campaigns)
    return Report(
        tables=[
            *_sums(campaigns),
            _money(campaigns),
            Table(
                name="states",
                columns=(Column("state", "word", "state"), Column("campaigns")),
                rows=[(state, states[state]) for state in (*STATES, "") if states[state]],
                drawn=("campaigns",),
                parts=[{"state": state} if state else {} for state in (*STATES, "") if states[state]],
            ),
            _latest(campaigns),
        ],
        notes=("note.totals",),
    )


def _sums(campaigns: Sequence[Counted]) -> tuple[Table, Table]:
    """What adds up, and the ratios of those sums."""
    figures = evaluate(total_of(one.facts for one in campaigns))
    figure = Column("figure", "word", "column")
    sums = Table(
        name="sums",
        columns=(figure, Column("count")),
        rows=[("campaigns", len(campaigns)), *((name, figures[name].value) for name in SUMMED)],
        drawn=("count",),
    )
    rates = Table(
        name="rates",
        columns=(figure, Column("ratio", "ratio")),
        rows=[(name, figures[name].value) for name in RATIOS],
    )
    return sums, rates


def _money(campaigns: Sequence[Counted]) -> Table:
    """A row a currency: amounts in several are not added."""
    groups: dict[str, list[Counted]] = {}
    for one in campaigns:
        groups.setdefault(one.facts.currency or "", []).append(one)
    rows: list[Sequence[Cell]] = []
    for currency, group in sorted(groups.items()):
        figures = evaluate(total_of(one.facts for one in group))
        rows.append((currency, *(figures[name].value for name in MONEY), figures["roi"].value))
    return Table(
        name="money",
        columns=(
            Column("currency", "text"),
            *(Column(name, "money") for name in MONEY),
            Column("roi", "ratio"),
        ),
        rows=rows,
        drawn=("cost",),
    )


def _latest(campaigns: Sequence[Counted]) -> Table:
    shown = campaigns[:LATEST]
    rows: list[Sequence[Cell]] = []
    for one in shown:
        figures = one.figures
        name = f"{one.campaign.code} · {one.campaign.name}"
        rows.append(
            (name, one.campaign.state, *(figures[column.name] for column in LISTED), one.facts.currency)
        )
    return Table(
        name="latest",
        columns=(
            Column("campaign", "text"),
            Column("state", "word", "state"),
            *LISTED,
            Column("currency", "text"),
        ),
        rows=rows,
        links=[str(one.campaign.campaign_id) for one in shown],
    )
