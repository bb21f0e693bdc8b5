"""What stands between a budget and its settlement.

A promise to somebody (an entry of kind ``commit``) must be kept or taken back by who made it. What we only
set aside for ourselves (``reserve``) is released by the settlement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.finance.budgets.model import SourceKind
from services.finance.facts.model import CampaignFacts
from services.finance.money import in_currency
from services.finance.settlement.figures import Figures

Subject = Literal["budget", "campaign", "approval", "invoice", "commitment", "reservation"]
Status = Literal["ok", "blocks", "released"]


@dataclass(frozen=True)
class Held:
    """What one source still has committed on one line."""

    line_id: UUID
    source: SourceKind
    source_id: UUID
    amount: Decimal
    promised: bool


@dataclass(frozen=True)
class OpenApproval:
    """A request on the desk that may still change the budget."""

    id: UUID
    kind: str
    title: str


@dataclass(frozen=True)
class Disputed:
    """An invoice that an approver may still accept, and then is cost, whatever is left committed for it."""

    id: UUID
    number: str
    amount: Decimal


@dataclass(frozen=True)
class Item:
    """One line of the checklist; ``source`` and ``source_id`` are what it is about, if it is one thing."""

    subject: Subject
    status: Status
    detail: str
    currency: str
    amount: Decimal | None = None
    source: str | None = None
    source_id: UUID | None = None


@dataclass(frozen=True)
class Checklist:
    """Whether a budget may be settled, why not, and what would be released."""

    budget_id: UUID
    campaign_id: UUID
    currency: str
    items: Sequence[Item]
    total: Figures

    @property
    def ready(self) -> bool:
        return not self.blocking

    @property
    def blocking(self) -> list[Item]:
        return [item for item in self.items if item.status == "blocks"]


def campaign_item(facts: CampaignFacts | None, *, currency: str) -> Item:
    """Only what has ended is settled."""
    if facts is None:
        return Item("campaign", "blocks", "Nothing is known of the campaign yet.", currency)
    status: Status = "ok" if facts.has_ended else "blocks"
    return Item("campaign", status, f"The campaign is {facts.state}.", currency)


def approval_items(approvals: Sequence[OpenApproval], *, currency: str) -> list[Item]:
    """One for each request that is open on the desk."""
    if not approvals:
        return [Item("approval", "ok", "Nothing waits for approval.", currency)]
    return [
        Item(
            "approval",
            "blocks",
            f"The {one.kind} {one.title!r} waits for approval.",
            currency,
            source=one.kind,
            source_id=one.id,
        )
        for one in approvals
    ]


def invoice_items(invoices: Sequence[Disputed], *, currency: str) -> list[Item]:
    """One for each invoice in dispute."""
    return [
        Item(
            "invoice",
            "blocks",
            f"The invoice {one.number} is in dispute.",
            currency,
            one.amount,
            source="invoice",
            source_id=one.id,
        )
        for one in invoices
    ]


def held_items(held: Sequence[Held], *, currency: str) -> list[Item]:
    """One for each source that has something committed."""
    items = [_held_item(one, currency=currency) for one in held]
    if not any(one.promised for one in held):
        items.insert(0, Item("commitment", "ok", "No commitment is open.", currency))
    return items


def _held_item(held: Held, *, currency: str) -> Item:
    amount = f"{in_currency(held.amount, currency)} {currency}"
    subject: Subject = "commitment" if held.promised else "reservation"
    status: Status = "blocks" if held.promised else "released"
    what = "committed" if held.promised else "reserved, and is released"
    detail = f"The {held.source} {held.source_id} has {amount} {what}."
    return Item(subject, status, detail, currency, held.amount, held.source, held.source_id)
