"""Crediting sources with leads, their worth and their cost, so that it always sums to the total. Pure.

A *node* is a source together with the campaign by which it was heard of, or none. A lead with n touches
credits its first node, its last one, or each touch's node with 1/n. Shares are exact fractions; they are
rounded once, at the end, by the largest remainders.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

Model = Literal["first", "last", "linear"]
Node = tuple[str, UUID | None]

CENT = Decimal("0.01")
FINEST = Decimal("0.0001")

NO_SOURCE = ""
"""The source of what a campaign cost that brought no lead."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Touches by one node at the same place among ``touches`` of their leads, summed over those leads.

    ``leads`` counts them, a lead that came by twice in the middle twice. ``worth`` is money.
    """

    node: Node
    touches: int
    first: bool
    last: bool
    leads: int
    valid_leads: int = 0
    converted: int = 0
    worth: Decimal = Decimal()
    amount: Decimal = Decimal()


Measure = Callable[[Place], int | Decimal]


def credit(places: Iterable[Place], model: Model, measure: Measure) -> dict[Node, Fraction]:
    """How much of a measure each node is credited with."""
    shares: dict[Node, Fraction] = {}
    for place in places:
        part = _part(place, model) * Fraction(measure(place))
        shares[place.node] = shares.get(place.node, Fraction()) + part
    return shares


def share_cost(costs: Mapping[UUID, Decimal], places: Iterable[Place], model: Model) -> dict[Node, Fraction]:
    """Each campaign's cost, once, over its nodes as they are credited with its leads.

    Where the model credits none of them, each touch counts alike; a campaign without any keeps its cost
    as a node of no source.
    """
    every = list(places)
    credited, touched = credit(every, model, _leads), credit(every, "linear", _leads)
    shares: dict[Node, Fraction] = {}
    for campaign_id, cost in costs.items():
        weights = _of(credited, campaign_id) or _of(touched, campaign_id)
        weights = weights or {(NO_SOURCE, campaign_id): Fraction(1)}
        whole = sum(weights.values())
        for node, weight in weights.items():
            shares[node] = shares.get(node, Fraction()) + Fraction(cost) * weight / whole
    return shares


def rounded(shares: Mapping[Node, Fraction], *, finest: Decimal = CENT) -> dict[Node, Decimal]:
    """The shares with two decimals, or as many as their sum has: they add up to it exactly.

    Each is cut, and what is missing goes by single units to those that lost most. Raises ValueError for a
    sum that has more than four decimals.
    """
    total = sum(shares.values(), Fraction())
    unit = next((one for one in (finest, FINEST) if (total / Fraction(one)).denominator == 1), None)
    if unit is None:
        raise ValueError("the sum has more than four decimals")
    units = {node: value / Fraction(unit) for node, value in shares.items()}
    cut = {node: value.numerator // value.denominator for node, value in units.items()}
    missing = int(sum(units.values(), Fraction())) - sum(cut.values())
    by_loss = sorted(units, key=lambda node: (cut[node] - units[node], str(node)))
    for node in by_loss[:missing]:
        cut[node] += 1
    return {node: count * unit for node, count in cut.items()}


def _part(place: Place, model: Model) -> Fraction:
    if model == "linear":
        return Fraction(1, place.touches)
    return Fraction(place.first if model == "first" else place.last)


def _of(shares: Mapping[Node, Fraction], campaign_id: UUID) -> dict[Node, Fraction]:
    return {node: share for node, share in shares.items() if node[1] == campaign_id and share}


def _leads(place: Place) -> int:
    return place.leads
