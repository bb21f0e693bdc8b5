"""The comparison as a table: a row a group, with its sums, its ratios over those, and its rank."""

from collections.abc import Callable, Mapping, Sequence

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.comparisons.groups import BANDS, band_of, bands, days_of, period_of
from services.reporting.evaluation.formulas import evaluate
from services.reporting.reports.ratios import Number, ranks, share
from services.reporting.reports.tables import Column, Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.totals.queries import Counted, counted
from services.reporting.totals.sums import total_of

FIGURES = (
    Column("targets"),
    Column("executed_targets"),
    Column("responses"),
    Column("response_rate", "ratio"),
    Column("leads"),
    Column("valid_leads"),
    Column("lead_conversion", "ratio"),
    Column("opportunities"),
    Column("contracts"),
    Column("cost", "money"),
    Column("cost_per_lead", "money"),
    Column("revenue", "money"),
    Column("roi", "ratio"),
)
RANKED = tuple(column.name for column in FIGURES)
LOWEST_FIRST = frozenset({"cost", "cost_per_lead"})
KEYED = {
    "campaign": Column("campaign", "text"),
    "region": Column("region", "text"),
    "kind": Column("kind", "word", "kind"),
    "department": Column("department", "text"),
    "spend": Column("spend", "text"),
    "period": Column("period", "text"),
}
ACTIVITY = (
    Column("campaigns"),
    Column("activities"),
    Column("opportunities_per_activity", "number"),
    Column("contracts_per_activity", "number"),
)


def comparison(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """Compare the wanted campaigns. Notes say how campaigns, activities and ratios are counted."""
    groups = _grouped(counted(session, actor, query), query)
    rows = {key: _row(group) for key, group in groups.items()}
    ranked = dict(zip(rows, _ranks([values for values, _ in rows.values()], query.rank), strict=True))
    labels = {key: _label(key, group[0], query) for key, group in groups.items()}
    shown = list(groups)
    if query.by not in {"spend", "period"}:
        shown.sort(key=lambda key: (ranked[key] is None, ranked[key] or 0, labels[key]))
    table = Table(
        name="comparison",
        columns=(
            KEYED[query.by],
            *ACTIVITY,
            *FIGURES,
            Column("currency", "text"),
            Column("rank", "rank"),
        ),
        rows=[[labels[key], *rows[key][0], rows[key][1], ranked[key]] for key in shown],
        drawn=("valid_leads",),
        links=shown if query.by == "campaign" else [],
        parts=[_part(key, groups[key][0], query) for key in shown],
    )
    return Report(tables=[table], notes=("note.activities", "note.ratios", "note.currencies"))


def _grouped(campaigns: Sequence[Counted], query: ReportQuery) -> Mapping[str, list[Counted]]:
    """The campaigns by group; bands and periods in their order, the others as they come."""
    group_of = _keys(query)
    groups: dict[str, list[Counted]] = {}
    for one in campaigns:
        groups.setdefault(group_of(one), []).append(one)
    if query.by == "period":
        return dict(sorted(groups.items()))
    if query.by == "spend":
        order = ["", *bands(query.bands or BANDS)]
        return dict(sorted(groups.items(), key=lambda item: order.index(item[0])))
    return groups


def _keys(query: ReportQuery) -> Callable[[Counted], str]:
    if query.by == "campaign":
        return lambda one: str(one.campaign.campaign_id)
    if query.by == "period":
        return lambda one: period_of(one.campaign.starts_on, query.period)
    if query.by == "spend":
        return lambda one: band_of(one.facts.cost, query.bands or BANDS)
    return lambda one: str(getattr(one.campaign, query.by) or "")


def _row(group: Sequence[Counted]) -> tuple[list[Number | None], str | None]:
    """The values of ACTIVITY and FIGURES, and the currency of the money among them."""
    facts = total_of(one.facts for one in group)
    figures = evaluate(facts)
    launched = sum(one.launched for one in group)
    activity: list[Number | None] = [
        len(group),
        launched,
        share(facts.opportunities, launched),
        share(facts.contracts, launched),
    ]
    return [*activity, *(figures[column.name].value for column in FIGURES)], facts.currency


def _ranks(rows: Sequence[Sequence[Number | None]], by: str) -> list[int | None]:
    place = len(ACTIVITY) + RANKED.index(by)
    return ranks([row[place] for row in rows], lowest_first=by in LOWEST_FIRST)


def _part(key: str, one: Counted, query: ReportQuery) -> dict[str, str]:
    """What to ask for, to see the campaigns of the group that ``one`` is in."""
    if query.by in {"region", "kind", "department"} and key:
        return {query.by: key}
    if query.by == "period" and one.campaign.starts_on is not None:
        first, last = days_of(one.campaign.starts_on, query.period)
        first, last = max(first, query.since or first), min(last, query.until or last)
        return {"from": first.isoformat(), "until": last.isoformat()}
    return {}


def _label(key: str, one: Counted, query: ReportQuery) -> str:
    return f"{one.campaign.code} · {one.campaign.name}" if query.by == "campaign" else key
