"""Points for what is known of a lead: which rules count, how they decay, and which grade they propose."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.scoring.rules import Band, Condition, Facts, Rule, Touch, grade_of, score

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
BANDS = [Band("B", Decimal(20)), Band("A", Decimal(50)), Band("C", Decimal(5))]
FACTS: dict[str, Any] = {
    "source": "Fair",
    "region": None,
    "products": ["Crane X200", "Hoist"],
    "likelihood": 60,
    "expected_amount": Decimal("1200.50"),
    "has_needs": True,
    "intent": "",
}


def facts(*touches: Touch, days_ago: float = 0, **known: Any) -> Facts:
    return Facts({**FACTS, **known}, NOON - timedelta(days=days_ago), touches)


def rule(points: int, *when: tuple[str, Any, Any], **more: Any) -> Rule:
    conditions = tuple(Condition(*one) for one in when or (("has_needs", "eq", True),))
    return Rule("rule", Decimal(points), conditions, **more)


def points(known: Facts, *rules: Rule) -> Decimal:
    return score(known, rules, BANDS, at=NOON).points


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (("source", "eq", "fair"), True),
        (("source", "ne", "web"), True),
        (("source", "in", ["web", "FAIR"]), True),
        (("source", "not_in", ["fair"]), False),
        (("products", "contains", "crane"), True),
        (("products", "eq", "hoist"), True),
        (("products", "in", ["lift"]), False),
        (("likelihood", "at_least", 60), True),
        (("likelihood", "at_most", 59), False),
        (("expected_amount", "at_least", 1200.5), True),
        (("expected_amount", "eq", 1200.5), True),
        (("source", "at_least", 5), False),
        (("has_needs", "eq", True), True),
        (("has_needs", "eq", 1), False),
        (("region", "eq", "north"), False),
        (("region", "ne", "north"), True),
        (("region", "known", None), False),
        (("intent", "known", False), True),
        (("nothing", "at_least", 0), False),
    ],
)
def test_a_condition_holds_or_not(condition: tuple[str, Any, Any], holds: bool) -> None:
    assert Condition(*condition).holds(FACTS) is holds


def test_all_conditions_must_hold_and_points_may_be_taken_away() -> None:
    fits = rule(30, ("source", "eq", "fair"), ("likelihood", "at_least", 50))
    misses = rule(30, ("source", "eq", "fair"), ("likelihood", "at_least", 90))
    assert points(facts(), fits, misses, rule(-10)) == 20


def test_half_of_the_points_are_left_after_a_half_life() -> None:
    decaying = rule(40, half_life_days=Decimal(10))
    assert [points(facts(days_ago=days), decaying) for days in (0, 10, 20)] == [40, 20, 10]
    assert points(facts(days_ago=400), rule(40)) == 40


def test_touches_count_each_for_itself_the_freshest_first_and_no_more_than_told() -> None:
    old, new = NOON - timedelta(days=10), NOON
    clicks = [Touch("click", "interested", at) for at in (old, old, new)]
    per_click = rule(8, ("kind", "eq", "click"), per_touch=True)
    assert points(facts(*clicks), per_click) == 24
    two = rule(8, ("kind", "eq", "click"), per_touch=True, most=2, half_life_days=Decimal(10))
    made = score(facts(*clicks), [two], BANDS, at=NOON)
    assert (made.points, made.reasons[0].whole, made.reasons[0].times) == (Decimal(12), Decimal(16), 2)
    assert points(facts(*clicks), rule(8, ("verdict", "eq", "bored"), per_touch=True)) == 0


def test_the_grade_of_the_highest_band_that_is_reached_is_proposed() -> None:
    assert [grade_of(Decimal(one), BANDS) for one in (100, 50, 49, 20, 5, 4)] == [
        "A",
        "A",
        "B",
        "B",
        "C",
        None,
    ]


def test_the_weightiest_reason_stands_first() -> None:
    rules = [
        Rule("small", Decimal(1), (Condition("has_needs", "eq", True),)),
        Rule("large", Decimal(-9), (Condition("has_needs", "eq", True),)),
        Rule("none", Decimal(99), (Condition("has_needs", "eq", False),)),
    ]
    assert [one.rule for one in score(facts(), rules, BANDS, at=NOON).reasons] == ["large", "small"]


@given(st.integers(1, 1000), st.integers(0, 400), st.integers(0, 400), st.integers(1, 100))
@settings(max_examples=50)
def test_what_decays_never_grows_and_never_turns_against_the_lead(
    whole: int, early: int, later: int, half_life: int
) -> None:
    decaying = rule(whole, half_life_days=Decimal(half_life))
    fresh, stale = (points(facts(days_ago=days), decaying) for days in sorted((early, later)))
    assert 0 <= stale <= fresh <= whole
