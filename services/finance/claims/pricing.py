"""What the lines of a claim come to: quantities by allowances, other currencies by the rate of the day.

The service computes it and takes it from nobody. Lines of one currency and day are converted together and
what comes out is split among them, so that they add up to the cent.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from chassis.errors import Invalid
from services.finance.budgets.ledger import ZERO
from services.finance.claims.items import Exchange, Measure, NewItem
from services.finance.expenses.model import ExpenseKind
from services.finance.expenses.queries import allowance_on, kinds_by_code
from services.finance.money import check_money, currencies
from services.finance.rates.queries import Converted, convert
from services.finance.rounding import round_to, split

MOST_UNITS = Decimal(10) ** 6


def priced(
    session: Session, items: Sequence[NewItem], *, currency: str, to: str, today: date
) -> list[NewItem]:
    """The items with their amounts in the currency ``to``.

    ``currency`` is that of items which name none; what has no day was spent today. Raises Invalid, naming the
    field: for what is no amount, a kind, quantity, allowance or rate that is missing, and a day to come.
    """
    kinds = kinds_by_code(session, [item.kind for item in items])
    known = [_measured(session, item, kinds.get(item.kind), today=today) for item in items]
    asked = [item if item.currency else replace(item, currency=currency) for item in known]
    for item, given in zip(asked, known, strict=True):
        _check(item, today=today, currency_field=_currency_field(given))
    groups: dict[tuple[str, date], list[int]] = {}
    for place, item in enumerate(asked):
        if item.currency != to:
            groups.setdefault((str(item.currency), item.spent_on or today), []).append(place)
    for (foreign, day), places in groups.items():
        whole = sum((asked[place].amount for place in places), ZERO)
        field = _currency_field(known[places[0]])
        found = convert(session, whole, currency=foreign, to=to, on=day, field=field)
        for place, item in zip(places, exchanged([asked[place] for place in places], found), strict=True):
            asked[place] = item
    return asked


def exchanged(items: Sequence[NewItem], found: Converted) -> list[NewItem]:
    """Items of one currency and day, whose sum was converted, with their parts of what came out.

    Raises Invalid where a part comes to nothing.
    """
    parts = split(found.amount, [item.amount for item in items], currency=found.currency)
    return [_exchanged(item, part, found) for item, part in zip(items, parts, strict=True)]


def _exchanged(item: NewItem, part: Decimal, found: Converted) -> NewItem:
    if part == ZERO:
        raise Invalid({f"{item.place}amount": [f"Comes to nothing in {found.currency}."]})
    tax = None if item.tax is None else min(part, round_to(item.tax * found.rate, found.currency))
    original = Exchange(item.amount, item.tax, found.original_currency, found.rate, found.rate_on)
    return replace(item, amount=part, tax=tax, exchange=original)


def _measured(session: Session, item: NewItem, kind: ExpenseKind | None, *, today: date) -> NewItem:
    """An item with the amount that its quantity comes to, in the currency of the allowance."""
    if kind is None:
        raise Invalid({f"{item.place}kind": [f"{item.kind} is no kind of expense."]})
    if kind.unit is None:
        if item.quantity is not None:
            raise Invalid({f"{item.place}quantity": [f"{item.kind} is claimed by its amount."]})
        return item
    if item.quantity is None or item.amount:
        raise Invalid(
            {f"{item.place}quantity": [f"{item.kind} is claimed by the {kind.unit}, without amount."]}
        )
    if not 0 < item.quantity <= MOST_UNITS or item.quantity != round(item.quantity, 4):
        raise Invalid({f"{item.place}quantity": ["Must be more than zero, with at most 4 decimals."]})
    day = item.spent_on or today
    found = allowance_on(session, kind=item.kind, region=item.region, day=day)
    if found is None:
        raise Invalid({f"{item.place}kind": [f"There is no allowance of {item.kind} on {day}."]})
    amount = round_to(item.quantity * found.rate, found.currency)
    worth = Measure(kind.unit, found.rate, found.region, found.valid_from)
    return replace(item, amount=amount, currency=found.currency, measure=worth)


def _check(item: NewItem, *, today: date, currency_field: str) -> None:
    currency = str(item.currency)
    if currency not in currencies():
        raise Invalid({currency_field: [f"{currency} is not a known currency."]})
    check_money(item.amount, currency, field=f"{item.place}{'quantity' if item.measure else 'amount'}")
    if item.tax is not None:
        check_money(item.tax, currency, field=f"{item.place}tax", or_nothing=True)
        if item.tax > item.amount:
            raise Invalid({f"{item.place}tax": ["Must be at most the amount."]})
    if item.spent_on is not None and item.spent_on > today:
        raise Invalid({f"{item.place}spent_on": ["Must not be in the future."]})


def _currency_field(item: NewItem) -> str:
    """The field that an item's currency was read from: its own, or that of the claim."""
    return f"{item.place}currency" if item.currency else "currency"
