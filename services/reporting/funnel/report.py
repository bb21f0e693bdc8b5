"""The steps from target to won, and from captured to converted, and what is still to come of open leads."""

from collections.abc import Sequence

from sqlalchemy import func, select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.funnel.forecast import forecast
from services.reporting.insights.model import LeadWorth
from services.reporting.projections.model import Lead
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources.queries import VALID, leads_wanted
from services.reporting.totals.queries import counted
from services.reporting.totals.sums import total_of

Steps = Sequence[tuple[str, int]]


def funnel(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """How many came how far."""
    campaigns = counted(session, actor, query)
    facts = total_of(one.facts for one in campaigns)
    targets = [
        ("targets", facts.targets),
        ("executed_targets", facts.executed_targets),
        ("responding_targets", facts.responding_targets),
        ("leads", facts.leads),
        ("valid_leads", facts.valid_leads),
        ("opportunities", facts.opportunities),
        ("won", sum(one.won for one in campaigns)),
    ]
    return Report(
        tables=[
            _table("funnel", targets),
            _table("lead_funnel", lead_steps(session, actor, query)),
            forecast(session, actor, query),
        ],
        notes=("note.funnel", "note.lead_funnel", "note.forecast"),
    )


def lead_steps(session: Session, actor: Actor, query: ReportQuery) -> Steps:
    """The wanted leads, whoever brought them, by how far they came."""
    steps = {
        "captured": Lead.capture_sequence > 0,
        "judged": Lead.outcome.is_not(None),
        "valid_leads": Lead.outcome.in_(VALID),
        "assigned": Lead.assignment_sequence > 0,
        "accepted_leads": LeadWorth.acceptance_sequence > 0,
        "converted": LeadWorth.conversion_sequence > 0,
    }
    statement = (
        select(*(func.count().filter(step) for step in steps.values()))
        .select_from(Lead)
        .outerjoin(LeadWorth, LeadWorth.lead_id == Lead.lead_id)
        .where(*leads_wanted(actor, query))
    )
    return list(zip(steps, session.execute(statement).one(), strict=True))


def _table(name: str, steps: Steps) -> Table:
    rows: list[Sequence[Cell]] = []
    before: int | None = None
    for step, count in steps:
        rows.append((step, count, share(count, before), share(count, steps[0][1])))
        before = count
    return Table(
        name=name,
        columns=(
            Column("step", "word", "column"),
            Column("count"),
            Column("of_previous", "ratio"),
            Column("of_first", "ratio"),
        ),
        rows=rows,
        drawn=("count",),
    )
