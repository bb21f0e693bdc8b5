"""What counts as an amount of money."""

from decimal import Decimal

import pytest

from chassis.errors import Invalid
from services.finance.money import check_money, in_currency


def refused_field(amount: str, currency: str = "EUR") -> str:
    with pytest.raises(Invalid) as refused:
        check_money(Decimal(amount), currency)
    return refused.value.fields[0]["field"]


@pytest.mark.parametrize("amount", ["0.01", "10", "10.50", "10.5000", "1E+3", "99999999999999.99"])
def test_a_positive_amount_with_the_currencys_decimals_is_money(amount: str) -> None:
    check_money(Decimal(amount), "EUR")


@pytest.mark.parametrize("amount", ["0", "-1", "-0.01", "NaN", "sNaN", "Infinity"])
def test_what_is_not_above_zero_is_refused_by_the_name_of_its_field(amount: str) -> None:
    assert refused_field(amount) == "amount"


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("0.001", "EUR"), ("1E-999999", "EUR"), ("10.5", "JPY"), ("1.0001", "BHD"), ("1.00001", "CLF")],
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    assert refused_field(amount, currency) == "amount"


def test_an_amount_that_no_column_holds_is_refused() -> None:
    assert refused_field("1E+999999") == "amount"


@pytest.mark.parametrize("currency", ["XXX", "XTS", "ZZZ", "eur", "", "EURO"])
def test_an_unknown_currency_is_refused_by_the_name_of_its_field(currency: str) -> None:
    assert refused_field("1", currency) == "currency"


def test_zero_passes_only_where_nothing_is_an_amount() -> None:
    check_money(Decimal("0.00"), "EUR", or_nothing=True)
    with pytest.raises(Invalid):
        check_money(Decimal("-1"), "EUR", or_nothing=True)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("12.5000", "EUR", "12.50"), ("12", "JPY", "12"), ("0E-4", "BHD", "0.000")],
)
def test_an_amount_is_shown_with_its_currencys_decimals(amount: str, currency: str, shown: str) -> None:
    assert str(in_currency(Decimal(amount), currency)) == shown
