"""The index finds the rules that fit a lead, as going through them one by one would."""

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.assignment.rules import CONDITIONS, Facts, Rule, RuleIndex

VALUES = ("", "north", "South", "pumps")
AMOUNTS = st.none() | st.integers(0, 5).map(Decimal)
SOME = st.lists(st.sampled_from(VALUES[1:]), max_size=2, unique=True).map(tuple)

RULES = st.builds(
    Rule,
    code=st.just("c"),
    name=st.just("n"),
    by=st.just("round_robin"),
    regions=SOME,
    products=SOME,
    sources=SOME,
    currency=st.sampled_from(["", "EUR", "CNY"]),
    least=AMOUNTS,
    below=AMOUNTS,
)
FACTS = st.builds(
    Facts,
    region=st.sampled_from(VALUES),
    products=st.lists(st.sampled_from(VALUES[1:]), max_size=2).map(tuple),
    source=st.sampled_from(VALUES),
    amount=AMOUNTS,
    currency=st.sampled_from(["", "EUR", "CNY"]),
)


def sane(rule: Rule) -> bool:
    bounded = rule.least is not None or rule.below is not None
    ordered = rule.least is None or rule.below is None or rule.least < rule.below
    return bounded == bool(rule.currency) and ordered


def fits(rule: Rule, facts: Facts) -> bool:
    """By the words of the rule."""
    for name, fact in CONDITIONS.items():
        wanted = {value.casefold() for value in getattr(rule, name)}
        if wanted and getattr(facts, fact).casefold() not in wanted:
            return False
    products = {value.casefold() for value in rule.products}
    if products and products.isdisjoint(value.casefold() for value in facts.products):
        return False
    if not rule.currency:
        return True
    if facts.amount is None or facts.currency != rule.currency:
        return False
    return (rule.least or 0) <= facts.amount and (rule.below is None or facts.amount < rule.below)


@settings(max_examples=50)
@given(st.lists(RULES.filter(sane), max_size=12), FACTS)
def test_the_index_finds_what_going_through_the_rules_finds(rules: list[Rule], facts: Facts) -> None:
    found = [place for place, _ in RuleIndex(rules).matching(facts)]
    assert found == [place for place, rule in enumerate(rules, start=1) if fits(rule, facts)]


def test_of_many_rules_the_ones_that_fit_come_in_their_order() -> None:
    rules = [Rule(code=f"r{n}", name=f"{n}", regions=(f"region {n % 100}",)) for n in range(1000)]
    found = [place for place, _ in RuleIndex(rules).matching(Facts(region="Region 7"))]
    assert found == list(range(8, 1001, 100))


def test_a_rule_comes_back_from_what_is_kept_of_it() -> None:
    kept = {"code": "c", "name": "n", "regions": ["north"], "least": "5.50", "below": None, "currency": "EUR"}
    assert Rule.of(kept) == Rule(
        code="c", name="n", regions=("north",), least=Decimal("5.50"), currency="EUR"
    )
