"""Planned purchases as handed in, and the rules they must meet. Pure: no database."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol
from uuid import UUID

from babel.numbers import get_currency_precision

from chassis.errors import Invalid
from contracts.campaign import BudgetLine
from services.campaign.catalogue.model import PURCHASES
from services.campaign.catalogue.usage import Use
from services.campaign.planning.design import CEILING, Problems, amount_problem, decimals

QUANTITY_DECIMALS = 4
PRICE_DECIMALS = 4


class Bought(Protocol):
    """Something that is paid from a budget line."""

    @property
    def line_id(self) -> UUID: ...
    @property
    def amount(self) -> Decimal: ...


@dataclass(frozen=True, kw_only=True)
class Item:
    """A planned purchase as handed in. Without ``item_id`` it is new. Prices may be finer than money."""

    line_id: UUID
    kind: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    supplier: str = ""
    needed_on: date | None = None
    item_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class AskedItem:
    """A planned purchase whose ``line`` may be one that is only asked for, and then has but a name."""

    line: UUID | str | None
    rest: Mapping[str, Any]


def items_on(lines: Sequence[BudgetLine], asked: Iterable[AskedItem], *, field: str) -> list[Item]:
    """``asked`` with the ids of the lines that they name. Raises Invalid for a name that no line has."""
    ids = {line.name: line.line_id for line in lines}
    found, problems = [], {}
    for place, one in enumerate(asked):
        line_id = one.line if isinstance(one.line, UUID) else ids.get(one.line or "")
        if line_id is None:
            name = "line" if one.line else "line_id"
            problems[f"{field}.{place}.{name}"] = ["is not a budget line of the plan as amended"]
        else:
            found.append(Item(line_id=line_id, **one.rest))
    if problems:
        raise Invalid(problems)
    return found


def amount_of(item: Item, currency: str) -> Decimal:
    """Quantity times price, rounded half up to the decimals of ``currency``."""
    step = Decimal(1).scaleb(-get_currency_precision(currency))
    return (item.quantity * item.unit_price).quantize(step, ROUND_HALF_UP)


def uses_of(items: Iterable[Item], *, field: str = "items") -> list[Use]:
    """Every code of a list that ``items`` name."""
    return [Use(f"{field}.{place}.kind", PURCHASES, item.kind) for place, item in enumerate(items)]


def item_problems(
    items: Sequence[Item],
    *,
    currency: str,
    lines: Sequence[BudgetLine],
    known: Set[UUID],
    field: str = "items",
) -> Problems:
    """What is wrong with ``items``, as reasons by field; ``known`` are those that the plan has already."""
    problems: Problems = {}
    times = Counter(item.item_id for item in items)
    there = {line.line_id for line in lines}
    for place, item in enumerate(items):
        path = f"{field}.{place}"
        problems |= _number_problems(item, currency=currency, field=path)
        if item.line_id not in there:
            problems[f"{path}.line_id"] = ["is not a budget line of this campaign"]
        if item.item_id is not None and item.item_id not in known:
            problems[f"{path}.item_id"] = ["is not a planned purchase of this campaign"]
        elif item.item_id is not None and times[item.item_id] > 1:
            problems[f"{path}.item_id"] = ["is named more than once"]
    if problems:
        return problems
    bought = [Purchase(item.line_id, amount_of(item, currency)) for item in items]
    spent = spent_by_line(bought)
    for line in lines:
        if spent.get(line.line_id, 0) > line.amount:
            problems.setdefault(field, []).append(too_dear(line, spent))
    return problems


@dataclass(frozen=True)
class Purchase:
    """What an item takes from its line."""

    line_id: UUID
    amount: Decimal


def spent_by_line(purchases: Iterable[Bought]) -> Mapping[UUID, Decimal]:
    """The sum of what is bought, by budget line."""
    spent: dict[UUID, Decimal] = defaultdict(Decimal)
    for one in purchases:
        spent[one.line_id] += one.amount
    return spent


def too_dear(line: BudgetLine, spent: Mapping[UUID, Decimal]) -> str:
    """That more shall be bought from a line than it has, in words."""
    return f"take {spent[line.line_id]} from the line {line.name}, which has {line.amount}"


def _number_problems(item: Item, *, currency: str, field: str) -> Problems:
    if not 0 < item.quantity <= CEILING or decimals(item.quantity) > QUANTITY_DECIMALS:
        return {f"{field}.quantity": [f"must be above 0 with at most {QUANTITY_DECIMALS} decimals"]}
    if not 0 <= item.unit_price <= CEILING or decimals(item.unit_price) > PRICE_DECIMALS:
        return {f"{field}.unit_price": [f"must be 0 or more with at most {PRICE_DECIMALS} decimals"]}
    if item.quantity * item.unit_price > CEILING:
        return {f"{field}.unit_price": [f"comes to more than {CEILING}"]}
    if problem := amount_problem(amount_of(item, currency), currency):
        return {f"{field}.unit_price": [problem]}
    return {}
