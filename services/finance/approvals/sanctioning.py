"""Approving in part: how much of each item is granted. Plain arithmetic on amounts of one currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chassis.errors import Invalid
from contracts.finance.approvals import RequestKind
from services.finance.money import check_money, in_currency

PARTLY: frozenset[RequestKind] = frozenset({"claim", "purchase"})
"""The kinds of request that may be granted in part."""


def items_of(content: Mapping[str, Any]) -> dict[str, Decimal]:
    """The amount asked by item, where a request lists its items as ``items: [{id, name, amount}]``."""
    return {str(item["id"]): Decimal(item["amount"]) for item in content.get("items", ())}


def lowered(
    standing: Mapping[str, Decimal], wanted: Mapping[str, Decimal], *, currency: str
) -> dict[str, Decimal]:
    """``standing`` with the amounts that are ``wanted`` in its place.

    Raises Invalid, naming the item, for an unknown one, an amount above what stands, or one that the currency
    cannot hold; and when nothing at all would be granted.
    """
    problems: dict[str, Any] = {}
    for item, amount in wanted.items():
        field = f"sanctioned.{item}"
        if item not in standing:
            problems[field] = ["There is no such item."]
            continue
        check_money(amount, currency, field=field, or_nothing=True)
        if amount > standing[item]:
            problems[field] = [f"Must be at most {in_currency(standing[item], currency)}."]
    if problems:
        raise Invalid(problems)
    granted = {**standing, **wanted}
    if not any(granted.values()):
        raise Invalid({"sanctioned": ["Nothing would be granted. Reject it instead."]})
    return granted
