"""What open leads may still bring: their judged worth, by the share of valid leads converted so far."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import and_, case, func, select

from chassis.auth import Actor
from chassis.columns import Amount
from chassis.database import Session
from services.reporting.evaluation.formulas import PLACES, ratio
from services.reporting.insights.model import LeadWorth
from services.reporting.projections.model import Lead
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources.queries import VALID, leads_wanted, main_currency

TOTAL = "total"


@dataclass(frozen=True)
class Judged:
    """Valid leads of one outcome. ``worth`` is that of the open ones as they were judged, in one currency."""

    leads: int
    converted: int
    worth: Decimal

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Judged)))

    @property
    def expected(self) -> Decimal:
        """The worth that is converted if as many of them are as were so far."""
        return self.worth * (ratio(self.converted, self.leads) or Decimal())


def forecast(session: Session, actor: Actor, query: ReportQuery) -> Table:
    """The wanted leads by outcome, and what of them may be expected."""
    currency = query.currency or main_currency(session, actor)
    judged = _judged(session, actor, query, currency=currency)
    rows = [_row(outcome, one, one.expected, currency) for outcome, one in judged.items()]
    if rows:
        expected = sum((one.expected for one in judged.values()), Decimal())
        rows.append(_row(TOTAL, sum(judged.values(), Judged(0, 0, Decimal())), expected, currency))
    return Table(
        name="forecast",
        columns=(
            Column("outcome", "word", "outcome"),
            Column("valid_leads"),
            Column("converted"),
            Column("conversion", "ratio"),
            Column("open_leads"),
            Column("open_worth", "money"),
            Column("expected", "money"),
            Column("currency", "text"),
        ),
        rows=rows,
        drawn=("expected",),
    )


def _judged(session: Session, actor: Actor, query: ReportQuery, *, currency: str | None) -> dict[str, Judged]:
    done = LeadWorth.conversion_sequence > 0
    is_open = and_(func.coalesce(LeadWorth.conversion_sequence, 0) == 0, LeadWorth.currency == currency)
    statement = (
        select(
            Lead.outcome,
            func.count(),
            func.sum(case((done, 1), else_=0)),
            func.coalesce(func.sum(case((is_open, LeadWorth.value)), type_=Amount()), Decimal()),
        )
        .outerjoin(LeadWorth, LeadWorth.lead_id == Lead.lead_id)
        .where(Lead.outcome.in_(VALID), *leads_wanted(actor, query))
        .group_by(Lead.outcome)
    )
    found = {outcome: Judged(*counted) for outcome, *counted in session.execute(statement)}
    return {outcome: found[outcome] for outcome in VALID if outcome in found}


def _row(outcome: str, one: Judged, expected: Decimal, currency: str | None) -> Sequence[Cell]:
    return (
        *(outcome, one.leads, one.converted, share(one.converted, one.leads), one.leads - one.converted),
        *(one.worth, expected.quantize(PLACES, ROUND_HALF_UP), currency),
    )
