"""Sources as tables: the sources themselves, and below each the campaigns by which it was heard of."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.reports.ratios import share
from services.reporting.reports.tables import Cell, Column, Report, Table
from services.reporting.reports.wanted import ReportQuery
from services.reporting.sources import queries
from services.reporting.sources.attribution import Measure, Node, Place, credit, rounded, share_cost
from services.reporting.sources.tree import Tree

MEASURES: Mapping[str, Measure] = {
    "leads": lambda place: place.leads,
    "valid_leads": lambda place: place.valid_leads,
    "converted": lambda place: place.converted,
    "worth": lambda place: place.worth,
    "amount": lambda place: place.amount,
}
NAMES = (*MEASURES, "cost")
TOTAL = "total"

CREDITED = (
    Column("leads", "number"),
    Column("valid_leads", "number"),
    Column("converted", "number"),
    Column("worth", "money"),
    Column("amount", "money"),
    Column("cost", "money"),
    Column("cost_per_lead", "money"),
    Column("return_on_cost", "ratio"),
    Column("currency", "text"),
)

Credits = dict[str, dict[Node, Decimal]]


def sources(session: Session, actor: Actor, query: ReportQuery) -> Report:
    """What each source brought, is worth and has cost. The rows of each table sum to its last row."""
    currency = query.currency or queries.main_currency(session, actor)
    places = queries.places(session, actor, query, currency=currency)
    costs = queries.costs(session, actor, query, currency=currency)
    credits = credits_of(places, costs, query)
    tree = queries.tree(session, actor)
    nodes = sorted(
        {node for part in credits.values() for node in part},
        key=lambda node: (tree.path(node[0]), str(node[1])),
    )
    campaigns = queries.codes_of(session, actor, [one for _, one in nodes if one is not None])
    total = _row(credits, nodes, currency)
    leaves: list[Sequence[Cell]] = [
        [_path(tree, node[0]), _campaign(node, campaigns), *_row(credits, [node], currency)] for node in nodes
    ]
    roots: list[Sequence[Cell]] = [
        [tree.name(root), *_row(credits, below, currency)] for root, below in _by_root(tree, nodes).items()
    ]
    links = [*(str(one) if one in campaigns else "" for _, one in nodes), ""]
    return Report(
        tables=[_roots([*roots, [TOTAL, *total]]), _leaves([*leaves, [TOTAL, "–", *total]], links)],
        notes=(f"note.model_{query.model}", "note.cost_once", "note.no_contracts"),
    )


def credits_of(places: Sequence[Place], costs: Mapping[UUID, Decimal], query: ReportQuery) -> Credits:
    """Every measure by node, rounded so that each sums to what there is in all."""
    credits = {name: rounded(credit(places, query.model, measure)) for name, measure in MEASURES.items()}
    return {**credits, "cost": rounded(share_cost(costs, places, query.model))}


def _roots(rows: Sequence[Sequence[Cell]]) -> Table:
    columns = (Column("source", "word", "source"), *CREDITED)
    return Table(name="sources", columns=columns, rows=rows, drawn=("leads",))


def _leaves(rows: Sequence[Sequence[Cell]], links: Sequence[str]) -> Table:
    columns = (Column("path", "word", "source"), Column("campaign", "text"), *CREDITED)
    return Table(name="source_tree", columns=columns, rows=rows, links=links)


def _row(credits: Credits, nodes: Sequence[Node], currency: str | None) -> list[Cell]:
    sums = {name: sum((credits[name].get(node, Decimal()) for node in nodes), Decimal()) for name in NAMES}
    return [
        *sums.values(),
        share(sums["cost"], sums["valid_leads"]),
        share(sums["amount"] - sums["cost"], sums["cost"]),
        currency,
    ]


def _by_root(tree: Tree, nodes: Sequence[Node]) -> dict[str, list[Node]]:
    """The nodes below each source that stands below no other."""
    below: dict[str, list[Node]] = {}
    for node in nodes:
        below.setdefault(tree.path(node[0])[0], []).append(node)
    return below


def _path(tree: Tree, source: str) -> str:
    return " / ".join(tree.name(code) for code in tree.path(source))


def _campaign(node: Node, names: Mapping[UUID, str]) -> str:
    return "–" if node[1] is None else names.get(node[1], str(node[1]))
