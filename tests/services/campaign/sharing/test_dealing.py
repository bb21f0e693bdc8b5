"""Who gets which target, by rule."""

import random
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from services.campaign.sharing.dealing import Dealt, Rule, deal

REGIONS = ("north", "south", "")


def targets(count: int) -> list[Dealt]:
    return [
        Dealt(new_id(), new_id(), region=REGIONS[number % 3], product="A" if number % 2 else "B")
        for number in range(count)
    ]


def shares(dealt: dict[UUID, str]) -> Counter[str]:
    return Counter(dealt.values())


RULES = [
    Rule(by="round_robin", staff=["ann", "ben", "cleo"]),
    Rule(by="weight", weights={"ann": 3, "ben": 1}),
    Rule(by="region", groups={"north": ["ann"], "south": ["ben", "cleo"]}, otherwise=["dan"]),
    Rule(by="product", groups={"A": ["ann"]}),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.by)
def test_the_same_targets_are_dealt_alike_in_whatever_order_they_are_read(rule: Rule) -> None:
    some = targets(40)
    shuffled = random.Random(1).sample(some, len(some))
    assert deal(some, rule) == deal(shuffled, rule)


def test_by_turns_everybody_gets_as_many_as_the_others() -> None:
    assert sorted(shares(deal(targets(10), RULES[0])).values()) == [3, 3, 4]


@given(
    weights=st.dictionaries(st.text("abcdef", min_size=1), st.integers(1, 20), min_size=1, max_size=5),
    count=st.integers(0, 120),
)
def test_by_weight_nobody_is_further_than_one_from_his_part(weights: dict[str, int], count: int) -> None:
    got = shares(deal(targets(count), Rule(by="weight", weights=weights)))
    for name, weight in weights.items():
        assert abs(got[name] - count * weight / sum(weights.values())) <= 1


def test_by_region_each_gets_those_of_his_own_and_the_rest_goes_elsewhere() -> None:
    some = targets(9)
    dealt = deal(some, RULES[2])
    who = {
        target.region: {dealt[one.target_id] for one in some if one.region == target.region}
        for target in some
    }
    assert who == {"north": {"ann"}, "south": {"ben", "cleo"}, "": {"dan"}}


def test_whom_the_rule_gives_to_nobody_is_left() -> None:
    some = targets(4)
    assert set(deal(some, RULES[3])) == {target.target_id for target in some if target.product == "A"}


@pytest.mark.parametrize(
    ("rule", "plain"),
    [
        (RULES[0], {"by": "round_robin", "staff": ["ann", "ben", "cleo"]}),
        (RULES[1], {"by": "weight", "weights": {"ann": 3, "ben": 1}}),
        (RULES[3], {"by": "product", "groups": {"A": ["ann"]}, "otherwise": []}),
    ],
)
def test_a_rule_is_kept_without_what_it_does_not_use(rule: Rule, plain: dict[str, object]) -> None:
    assert rule.plain() == plain
