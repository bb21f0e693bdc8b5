"""Growth of leads by month, win rate by type of campaign, satisfaction by side, loyalty, and work by rep."""

from collections.abc import Sequence

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sales import queries
from services.reporting.sales.months import months
from services.reporting.sources.queries import main_currency
from services.reporting.totals.queries import Counted, counted

TOTAL = "total"


def sales(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """How leads and sales go."""
    return Report(
        tables=[
            _growth(session, actor, query),
            _wins(counted(session, actor, query)),
            _satisfaction(session, actor, query),
            _loyalty(session, actor, query),
            _reps(session, actor, query),
        ],
        notes=("note.growth", "note.wins", "note.satisfaction", "note.loyalty", "note.reps"),
    )


def _growth(session: Session, actor: Actor, query: ReportQuery) -> Table:
    shown = months(query.since, query.until or now().date())
    counts = queries.leads_by_month(session, actor, query, shown)
    rows: list[Sequence[Cell]] = []
    before: int | None = None
    for month, (leads, valid, converted) in zip(shown, counts, strict=True):
        growth = None if before is None else share(leads - before, before)
        rows.append((month.label, leads, valid, converted, growth))
        before = leads
    return Table(
        name="growth",
        columns=(
            Column("month", "text"),
            Column("leads"),
            Column("valid_leads"),
            Column("converted"),
            Column("growth", "ratio"),
        ),
        rows=rows,
        drawn=("leads",),
    )


def _wins(campaigns: Sequence[Counted]) -> Table:
    kinds: dict[str, list[Counted]] = {}
    for one in campaigns:
        kinds.setdefault(one.campaign.kind or "", []).append(one)
    rows = [_won(kind, group) for kind, group in sorted(kinds.items())]
    return Table(
        name="wins",
        columns=(
            Column("kind", "word", "kind"),
            Column("opportunities"),
            Column("won"),
            Column("win_rate", "ratio"),
        ),
        rows=[*rows, _won(TOTAL, campaigns)],
        drawn=("won",),
        parts=[*({"kind": kind} if kind else {} for kind in sorted(kinds)), {}],
    )


def _won(key: str, group: Sequence[Counted]) -> Sequence[Cell]:
    opportunities, won = sum(one.facts.opportunities for one in group), sum(one.won for one in group)
    return key, opportunities, won, share(won, opportunities)


def _satisfaction(session: Session, actor: Actor, query: ReportQuery) -> Table:
    rows = [
        (
            one.side,
            one.answers,
            share(one.expectation, one.answers),
            share(one.experience, one.answers),
            share(one.experience, one.expectation),
        )
        for one in queries.sides(session, actor, query)
    ]
    return Table(
        name="satisfaction",
        columns=(
            Column("side", "text"),
            Column("answers"),
            Column("expectation", "number"),
            Column("experience", "number"),
            Column("satisfaction", "ratio"),
        ),
        rows=rows,
        drawn=("experience",),
    )


def _loyalty(session: Session, actor: Actor, query: ReportQuery) -> Table:
    found = queries.converted_by_contact(session, actor, query)
    contacts, several = sum(row[1] for row in found), sum(row[2] for row in found)
    rows: list[Sequence[Cell]] = [(*row, share(row[2], row[1])) for row in found]
    if rows:
        rows.append((TOTAL, contacts, several, share(several, contacts)))
    return Table(
        name="loyalty",
        columns=(
            Column("department", "word", "department"),
            Column("converted_contacts"),
            Column("came_again"),
            Column("loyalty", "ratio"),
        ),
        rows=rows,
        drawn=("converted_contacts",),
    )


def _reps(session: Session, actor: Actor, query: ReportQuery) -> Table:
    currency = query.currency or main_currency(session, actor)
    rows: list[Sequence[Cell]] = [
        (
            *(one.rep, one.leads, one.accepted, one.valid_leads, one.converted),
            *(share(one.converted, one.leads), one.returns, one.amount, currency),
        )
        for one in queries.reps(session, actor, query, currency=currency)
    ]
    return Table(
        name="reps",
        columns=(
            Column("rep", "text"),
            Column("held"),
            Column("accepted_leads"),
            Column("valid_leads"),
            Column("converted"),
            Column("conversion", "ratio"),
            Column("returns"),
            Column("amount", "money"),
            Column("currency", "text"),
        ),
        rows=rows,
        drawn=("held",),
    )
