"""What shares come to in the currencies of the budgets, without a database."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.finance.allocation.exchange import costs
from services.finance.rounding import round_to

AMOUNTS = st.decimals(min_value=0, max_value=9999, places=2)
SHARES = st.dictionaries(st.uuids(), st.tuples(AMOUNTS, st.sampled_from(["EUR", "USD", "JPY"])), max_size=12)
RATES = {"USD": Decimal("1.0871"), "JPY": Decimal("161.37")}


@settings(max_examples=50)
@given(SHARES)
def test_the_shares_of_each_currency_add_up_to_what_their_sum_comes_to(
    shares: dict[UUID, tuple[Decimal, str]],
) -> None:
    amounts = {key: amount for key, (amount, _) in shares.items()}
    currencies = {key: currency for key, (_, currency) in shares.items()}
    found = costs(amounts, currencies, RATES)
    assert found.keys() == amounts.keys()
    for currency, rate in {"EUR": Decimal(1), **RATES}.items():
        mine = [key for key in amounts if currencies[key] == currency]
        whole = sum((amounts[key] for key in mine), Decimal(0))
        assert sum((found[key] for key in mine), Decimal(0)) == round_to(whole * rate, currency)
