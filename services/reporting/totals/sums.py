"""Sums over campaigns. Pure: counts add up; money only where it is in one currency."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from typing import Any

from services.reporting.evaluation.formulas import Facts

COUNTS = tuple(field.name for field in fields(Facts) if isinstance(field.default, int))
AMOUNTS = tuple(field.name for field in fields(Facts) if isinstance(field.default, Decimal))


def total_of(facts: Iterable[Facts]) -> Facts:
    """All of them together. Money in several currencies is not added: costs are None then, revenue zero."""
    every = list(facts)
    summed: dict[str, Any] = {name: sum(getattr(one, name) for one in every) for name in COUNTS}
    currency = _currency(every)
    for name in AMOUNTS:
        amounts = [getattr(one, name) for one in every]
        known = [amount for amount in amounts if amount is not None]
        whole = len(known) == len(amounts) and (currency is not None or not any(known))
        summed[name] = sum(known, Decimal()) if whole else _unknown(name)
    return Facts(**summed, currency=currency)


def _currency(facts: Sequence[Facts]) -> str | None:
    """The one currency of those that have any money, or else of all of them; None where there are several."""
    spending = {one.currency for one in facts if any(getattr(one, name) != 0 for name in AMOUNTS)}
    found = spending or {one.currency for one in facts}
    return found.pop() if len(found) == 1 else None


def _unknown(name: str) -> Decimal | None:
    return Decimal() if name == "revenue" else None
