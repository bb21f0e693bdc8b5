"""Sums over campaigns: counts add up, money where it is in one currency."""

from decimal import Decimal

from services.reporting.evaluation.formulas import Facts, evaluate
from services.reporting.totals.sums import total_of

EUROS = Facts(leads=2, valid_leads=1, direct_cost=Decimal(100), allocated_cost=Decimal(20), currency="EUR")


def test_counts_and_money_of_one_currency_add_up() -> None:
    both = total_of([EUROS, EUROS])
    assert (both.leads, both.valid_leads, both.cost, both.currency) == (4, 2, Decimal(240), "EUR")
    assert evaluate(both)["cost_per_lead"].value == Decimal(120)


def test_money_in_two_currencies_is_not_added() -> None:
    dollars = Facts(leads=1, direct_cost=Decimal(50), currency="USD")
    both = total_of([EUROS, dollars])
    assert (both.leads, both.cost, both.currency) == (3, None, None)
    assert evaluate(both)["roi"].value is None


def test_a_campaign_without_money_does_not_spoil_the_currency() -> None:
    both = total_of([EUROS, Facts(leads=1, currency="USD")])
    assert (both.cost, both.currency) == (Decimal(120), "EUR")


def test_what_is_mixed_within_one_campaign_stays_unknown() -> None:
    mixed = Facts(direct_cost=None, allocated_cost=None, budget=None, committed=None, currency="EUR")
    assert total_of([EUROS, mixed]).cost is None


def test_nothing_sums_to_nothing() -> None:
    assert total_of([]) == Facts()
