"""Whatever the touches, what sources are credited with sums to what there is, to the last unit."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.sources.attribution import (
    NO_SOURCE,
    Model,
    Node,
    Place,
    credit,
    rounded,
    share_cost,
)

A, B, C = (UUID(int=number) for number in (1, 2, 3))
NODES: list[Node] = [("web", None), ("web", A), ("fair", A), ("fair", B), ("mail", None)]

MODELS: list[Model] = ["first", "last", "linear"]
every_model = pytest.mark.parametrize("model", MODELS)

amounts = st.decimals(0, 10_000, places=4)
leads = st.tuples(st.lists(st.sampled_from(NODES), min_size=1, max_size=4), amounts)


def placed(leads: Sequence[tuple[Sequence[Node], Decimal]]) -> list[Place]:
    """The places of the touches of leads, given as the nodes of each in order and its worth."""
    sums: dict[tuple[Node, int, bool, bool], list[Decimal]] = defaultdict(list)
    for touches, worth in leads:
        for at, node in enumerate(touches):
            sums[node, len(touches), at == 0, at == len(touches) - 1].append(worth)
    return [
        Place(node=node, touches=of, first=first, last=last, leads=len(worths), worth=sum(worths, Decimal()))
        for (node, of, first, last), worths in sums.items()
    ]


@every_model
@settings(max_examples=25)
@given(some=st.lists(leads, max_size=6))
def test_leads_and_worth_sum_to_what_there_is(model: Model, some: list[tuple[list[Node], Decimal]]) -> None:
    places = placed(some)
    assert sum(rounded(credit(places, model, lambda place: place.leads)).values()) == len(some)
    worth = rounded(credit(places, model, lambda place: place.worth))
    assert sum(worth.values()) == sum(worth for _, worth in some)


@every_model
@settings(max_examples=25)
@given(some=st.lists(leads, max_size=5), costs=st.dictionaries(st.sampled_from([A, B, C]), amounts))
def test_each_campaign_s_cost_is_counted_once(
    model: Model, some: list[tuple[list[Node], Decimal]], costs: dict[UUID, Decimal]
) -> None:
    shares = share_cost(costs, placed(some), model)
    for campaign_id, cost in costs.items():
        theirs = sum(share for node, share in shares.items() if node[1] == campaign_id)
        assert theirs == Fraction(cost)
    assert sum(rounded(shares).values()) == sum(costs.values())


@settings(max_examples=25)
@given(st.dictionaries(st.sampled_from(NODES), st.fractions(0, 100, max_denominator=7)))
def test_nothing_is_rounded_by_more_than_a_unit(shares: dict[Node, Fraction]) -> None:
    gap = -sum(shares.values(), Fraction()) % 1
    whole = {**shares, ("rest", None): gap}
    for node, value in rounded(whole).items():
        assert abs(Fraction(value) - whole[node]) < Fraction(1, 100)


def test_three_touches_share_a_lead_by_each_model() -> None:
    path = placed([([("web", None), ("fair", A), ("mail", None)], Decimal(100))])

    def of(model: Model) -> dict[str, Decimal]:
        credited = rounded(credit(path, model, lambda place: place.worth))
        return {source: amount for (source, _), amount in credited.items()}

    assert of("first") == {"web": 100, "fair": 0, "mail": 0}
    assert of("last") == {"web": 0, "fair": 0, "mail": 100}
    assert sorted(of("linear").values()) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]


def test_a_campaign_that_brought_no_lead_keeps_its_cost_as_of_no_source() -> None:
    assert share_cost({B: Decimal(70)}, [], "first") == {(NO_SOURCE, B): Fraction(70)}


def test_a_campaign_that_is_never_first_bears_its_cost_where_it_was_touched() -> None:
    path = placed([([("web", None), ("fair", A)], Decimal())])
    assert share_cost({A: Decimal(10)}, path, "first") == {("fair", A): Fraction(10)}


def test_a_sum_that_is_no_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="four decimals"):
        rounded({("web", None): Fraction(1, 3)})
