"""Reads of exchange rates, and conversion by the rate of a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from chassis.config import load
from chassis.errors import Invalid
from services.finance.money import LARGEST, currencies
from services.finance.rates.model import DIGITS, ExchangeRate
from services.finance.rounding import round_to, significant
from services.finance.settings import FinanceSettings


@dataclass(frozen=True)
class Converted:
    """An amount in the currency that was asked for, and where it comes from.

    One unit of ``original_currency`` was ``rate`` units of ``currency`` on the day ``rate_on``.
    """

    amount: Decimal
    currency: str
    original_amount: Decimal
    original_currency: str
    rate: Decimal
    rate_on: date


def rates(
    *, base: str | None = None, quote: str | None = None, since: date | None = None, until: date | None = None
) -> Select[ExchangeRate]:
    """The recorded rates, for days from ``since`` to ``until``."""
    found = select(ExchangeRate)
    if base is not None:
        found = found.where(ExchangeRate.base == base)
    if quote is not None:
        found = found.where(ExchangeRate.quote == quote)
    if since is not None:
        found = found.where(ExchangeRate.day >= since)
    if until is not None:
        found = found.where(ExchangeRate.day <= until)
    return found


def convert(
    session: Session, amount: Decimal, *, currency: str, to: str, on: date, field: str = "currency"
) -> Converted:
    """What ``amount`` in ``currency`` is in the currency ``to``, by the latest rate on or before ``on``.

    Halves are rounded to even, in the decimals of ``to``. A rate may be recorded for the pair, for its
    inverse, or for both against a third currency on one day. Raises Invalid, naming ``field``, when none
    is recorded or the last one is older than the setting allows.
    """
    for code in (currency, to):
        if code not in currencies():
            raise Invalid({field: [f"{code} is not a known currency."]})
    found = rate_on(session, currency=currency, to=to, on=on)
    if found is None:
        oldest = on - most_age()
        raise Invalid({field: [f"There is no rate from {currency} to {to} from {oldest} to {on}."]})
    rate, day = found
    converted = round_to(amount * rate, to)
    if converted > LARGEST:
        raise Invalid({"amount": [f"Must be at most {LARGEST} {to}."]})
    return Converted(converted, to, amount, currency, rate, day)


def converter(session: Session) -> Callable[[Decimal, str, str, datetime], Decimal | None]:
    """Converts at the rate of a moment's day; None where there is none. Each rate is looked up once."""
    found: dict[tuple[str, str, date], tuple[Decimal, date] | None] = {}

    def converted(amount: Decimal, currency: str, to: str, at: datetime) -> Decimal | None:
        key = currency, to, at.date()
        if key not in found:
            found[key] = rate_on(session, currency=currency, to=to, on=at.date())
        rate = found[key]
        return None if rate is None else round_to(amount * rate[0], to)

    return converted


def rate_on(session: Session, *, currency: str, to: str, on: date) -> tuple[Decimal, date] | None:
    """What one unit of ``currency`` was in ``to``, and on which day; None where no rate is recorded."""
    if currency == to:
        return Decimal(1), on
    oldest = on - most_age()
    found = [
        one
        for one in (
            _between(session, currency=currency, to=to, oldest=oldest, on=on),
            _across(session, currency=currency, to=to, oldest=oldest, on=on),
        )
        if one is not None
    ]
    if not found:
        return None
    rate, day = max(found, key=lambda one: one[1])
    return significant(rate, DIGITS), day


def _between(
    session: Session, *, currency: str, to: str, oldest: date, on: date
) -> tuple[Decimal, date] | None:
    pair = and_(ExchangeRate.base == currency, ExchangeRate.quote == to)
    inverse = and_(ExchangeRate.base == to, ExchangeRate.quote == currency)
    found = session.scalars(
        select(ExchangeRate)
        .where(or_(pair, inverse), ExchangeRate.day >= oldest, ExchangeRate.day <= on)
        .order_by(ExchangeRate.day.desc(), pair.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    return (found.rate if found.base == currency else 1 / found.rate), found.day


def _across(
    session: Session, *, currency: str, to: str, oldest: date, on: date
) -> tuple[Decimal, date] | None:
    first, second = aliased(ExchangeRate), aliased(ExchangeRate)
    found = session.execute(
        select(first.rate, second.rate, first.day)
        .join(second, and_(second.base == first.base, second.day == first.day))
        .where(first.quote == currency, second.quote == to, first.day >= oldest, first.day <= on)
        .order_by(first.day.desc(), first.base)
        .limit(1)
    ).first()
    if found is None:
        return None
    from_base, to_base, day = found
    return to_base / from_base, day


@cache
def most_age() -> timedelta:
    """How old the rate that an amount is converted by may be."""
    return timedelta(days=load(FinanceSettings, "finance").rate_max_age_days)
