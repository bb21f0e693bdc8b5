"""What an amount of money must keep to before anything is posted with it.

Currencies and their number of decimals come from CLDR, as babel carries it: EUR 2, JPY 0, BHD 3.
"""

from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, list_currencies

from chassis.errors import Invalid

LARGEST = Decimal("99999999999999.9999")
"""The largest amount that the ledger's columns hold."""

NOT_MONEY = frozenset({"XXX", "XTS"})
"""ISO 4217 codes that stand for no currency and for tests."""

KEPT_DECIMALS = 4


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """The ISO 4217 codes that are accepted."""
    return frozenset(list_currencies()) - NOT_MONEY


@lru_cache(maxsize=512)
def decimals_of(currency: str) -> int:
    """How many decimals an amount in ``currency`` may have."""
    return min(get_currency_precision(currency), KEPT_DECIMALS)


def check_money(amount: Decimal, currency: str, *, field: str = "amount", or_nothing: bool = False) -> None:
    """Raises Invalid, naming ``field`` or ``currency``, unless this is a positive amount of a known currency.

    ``or_nothing`` lets zero pass. Trailing zeros beyond the currency's decimals are not held against anybody.
    """
    if currency not in currencies():
        raise Invalid({"currency": [f"{currency} is not a known currency."]})
    if not amount.is_finite() or amount < 0 or (amount == 0 and not or_nothing):
        raise Invalid({field: ["Must be an amount greater than zero."]})
    if amount > LARGEST:
        raise Invalid({field: [f"Must be at most {LARGEST}."]})
    allowed = decimals_of(currency)
    if _decimals(amount) > allowed:
        raise Invalid({field: [f"{currency} has {allowed} decimals."]})


def in_currency(amount: Decimal, currency: str) -> Decimal:
    """The same amount written with the currency's decimals: 12.5000 EUR becomes 12.50."""
    return amount.quantize(Decimal(1).scaleb(-decimals_of(currency)))


def _decimals(amount: Decimal) -> int:
    """The decimals without trailing zeros. Reads the digits, as 1E-999999 must not become a long text."""
    _, digits, exponent = amount.as_tuple()
    if not isinstance(exponent, int) or amount == 0:
        return 0
    trailing = next(count for count, digit in enumerate(reversed(digits)) if digit)
    return max(0, -exponent - trailing)
