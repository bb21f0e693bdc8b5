"""The lines of a claim and their arithmetic: what is asked, what is granted, what each budget line bears."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.finance.budgets.ledger import ZERO


@dataclass(frozen=True)
class Exchange:
    """What an amount was before it was converted: one unit of ``currency`` was ``rate`` units on a day."""

    amount: Decimal
    tax: Decimal | None
    currency: str
    rate: Decimal
    rate_on: date


@dataclass(frozen=True)
class Measure:
    """What an allowance made of a quantity: one unit was worth ``rate`` in ``region``, from ``since`` on."""

    unit: str
    rate: Decimal
    region: str
    since: date


@dataclass(frozen=True)
class NewItem:
    """A line as it is handed in, in ``currency`` or, without one, in that of the claim.

    What is claimed by ``quantity`` has no amount until it is priced. ``exchange`` and ``measure`` say how an
    amount came about. ``place`` is what the names of its fields begin with when they are refused.
    """

    line_id: UUID
    amount: Decimal = ZERO
    kind: str = "other"
    spent_on: date | None = None
    description: str = ""
    tax: Decimal | None = None
    receipt_number: str = ""
    documents: tuple[UUID, ...] = ()
    currency: str | None = None
    quantity: Decimal | None = None
    region: str = ""
    place: str = ""
    exchange: Exchange | None = None
    measure: Measure | None = None


@dataclass(frozen=True)
class Share:
    """What was asked on one line against one budget line, and what of it was granted."""

    line_id: UUID
    asked: Decimal
    granted: Decimal


def granted_of(item_id: UUID, asked: Decimal, grants: Mapping[str, Decimal]) -> Decimal:
    """What an item gets: never more than was asked, all of it where the desk named no figure."""
    return min(asked, max(ZERO, grants.get(str(item_id), asked)))


def by_line(amounts: Iterable[tuple[UUID, Decimal]]) -> dict[UUID, Decimal]:
    """The sum for each budget line that is more than nothing. Lines come in one order, for locks."""
    sums: dict[UUID, Decimal] = {}
    for line_id, amount in amounts:
        sums[line_id] = sums.get(line_id, ZERO) + amount
    return {line_id: sums[line_id] for line_id in sorted(sums) if sums[line_id]}


def cuts(shares: Iterable[Share]) -> dict[UUID, Decimal]:
    """What is released on each budget line once less than everything was granted."""
    return by_line((share.line_id, share.asked - share.granted) for share in shares)
