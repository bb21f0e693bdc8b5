"""A claim and the states it goes through.

draft → submitted → approved → paid; rejected or returned while it waits for approval, and what was returned
is submitted again; withdrawn until it is paid.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from chassis.columns import Amount, Document, Moment
from chassis.database import Aggregate, Audited
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.base import Base
from services.finance.budgets.ledger import ZERO
from services.finance.claims.items import NewItem, Share, by_line, granted_of
from services.finance.money import in_currency
from services.finance.rates.model import Rate

State = Literal["draft", "submitted", "returned", "approved", "paid", "rejected", "withdrawn"]
Settlement = Literal["paid", "rejected", "withdrawn"]

LEADS_FROM: dict[State, tuple[State, ...]] = {
    "submitted": ("draft", "returned"),
    "returned": ("submitted",),
    "approved": ("submitted",),
    "rejected": ("submitted",),
    "withdrawn": ("draft", "returned", "submitted", "approved"),
    "paid": ("approved",),
}

EDITABLE: tuple[State, ...] = ("draft", "returned")


class Claim(Aggregate, Base):
    """Money that somebody asks for. What is asked is committed from submission until the claim is settled.

    ``line_id`` is the budget line of its first item. It and ``budget_id`` are no foreign keys: checking them
    would lock the line for all other claims, and the ledger, which is in the same transaction, has them.
    ``edition`` counts submissions; ``granted`` is what the desk agreed to, ``advanced`` what of it
    the claimant had been given in advance.
    """

    __tablename__ = "claims"
    __table_args__ = (Index("ix_claims_claimant_id", "claimant", "id"),)

    line_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    budget_id: Mapped[UUID] = mapped_column(Uuid)
    campaign_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    department: Mapped[str] = mapped_column(String(64), index=True)
    approval_id: Mapped[UUID | None] = mapped_column(Uuid)
    claimant: Mapped[str] = mapped_column(String(255))
    amount: Mapped[Decimal] = mapped_column(Amount)
    granted: Mapped[Decimal | None] = mapped_column(Amount)
    advanced: Mapped[Decimal] = mapped_column(Amount, default=ZERO, server_default="0")
    currency: Mapped[str] = mapped_column(String(3))
    purpose: Mapped[str] = mapped_column(String(2000))
    state: Mapped[State] = mapped_column(String(16), default="submitted")
    edition: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(2000), default="")
    cleared_by: Mapped[str | None] = mapped_column(String(255))
    cleared_because: Mapped[str] = mapped_column(String(2000), default="")
    submitted_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_at: Mapped[datetime | None] = mapped_column(Moment)
    settled_by: Mapped[str | None] = mapped_column(String(255))
    items: Mapped[list["ClaimItem"]] = relationship(
        order_by="ClaimItem.position", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def digest(self) -> str:
        """SHA-256 over what an approver agrees to."""
        amount = str(in_currency(self.amount, self.currency))
        judged: list[Any] = [str(self.line_id), amount, self.currency, self.purpose, self.claimant]
        judged += [item.judged for item in self.items]
        return hashlib.sha256(json.dumps(judged).encode()).hexdigest()

    @property
    def due(self) -> Decimal:
        """What is to be paid: what was granted, or asked while the desk has not spoken."""
        return self.amount if self.granted is None else self.granted

    @property
    def paid_out(self) -> Decimal:
        """What the claimant is still to get: what is due, less what was given in advance."""
        return self.due - self.advanced

    def set_off(self, amount: Decimal) -> None:
        """Count ``amount`` of it as given in advance. Raises Conflict unless it is approved."""
        self._require(("approved",), "be set off against an advance")
        self.advanced += amount

    def write(self, items: Sequence[NewItem], *, purpose: str) -> None:
        """Replace what it asks for. Raises Conflict once it was submitted."""
        self._require(EDITABLE, "be changed")
        self.purpose, self.line_id = purpose, items[0].line_id
        self.amount = sum((item.amount for item in items), ZERO)
        self.items = [
            ClaimItem.of(item, position=position, currency=self.currency)
            for position, item in enumerate(items, start=1)
        ]

    def submit(self, *, at: datetime) -> None:
        """Hand it in, for the first time or once more. Raises Conflict unless it is open to changes."""
        self._become("submitted")
        self.edition, self.submitted_at, self.granted, self.reason = self.edition + 1, at, None, ""

    def send_back(self, *, reason: str) -> None:
        """Open it to changes again. Raises Conflict unless it waits for approval."""
        self._become("returned")
        self.reason = reason

    def approve(self, grants: Mapping[str, Decimal] | None = None, *, reason: str = "") -> None:
        """Free it for payment, item by item. Raises Conflict unless it waits for approval."""
        self._become("approved")
        for item in self.items:
            item.granted = granted_of(item.id, item.amount, grants or {})
            item.reason = reason if item.granted < item.amount else ""
        self.granted = sum((share.granted for share in self.shares), ZERO) if self.items else self.amount

    def settle(self, outcome: Settlement, *, by: str, at: datetime, reason: str = "") -> None:
        """End it.

        Raises Conflict when it has ended already, is to be paid without approval, or to be withdrawn although
        an advance was used for it.
        """
        if outcome == "withdrawn" and self.advanced:
            raise Conflict("An advance was set off against the claim: it can only be paid.")
        self._become(outcome)
        self.settled_by, self.settled_at, self.reason = by, at, reason

    @property
    def shares(self) -> list[Share]:
        return [
            Share(item.line_id, item.amount, item.amount if item.granted is None else item.granted)
            for item in self.items
        ]

    @property
    def held(self) -> dict[UUID, Decimal]:
        """What is committed for it on each budget line, while it is submitted or approved.

        A claim from before there were items stands against its one line.
        """
        if self.state not in {"submitted", "approved"}:
            return {}
        if not self.items:
            return {self.line_id: self.due}
        return by_line((share.line_id, share.granted) for share in self.shares)

    def _become(self, state: State) -> None:
        self._require(LEADS_FROM[state], f"become {state}")
        self.state = state

    def _require(self, states: tuple[State, ...], what: str) -> None:
        if self.state not in states:
            raise Conflict(f"The claim is {self.state} and cannot {what}.")


class ClaimItem(Audited, Base):
    """One line of a claim. By the ``digests`` of its receipts a second claim on them is found.

    ``amount`` is in the currency of the claim; ``original_amount`` is what was spent, and where that was in
    another currency, ``exchange_rate`` says how it was converted. What was claimed by ``quantity`` was worth
    ``unit_rate`` a unit. ``breaches`` are the rules that it breaks.
    """

    __tablename__ = "claim_items"
    __table_args__ = (
        Index("ix_claim_items_claim_id_position", "claim_id", "position"),
        Index("ix_claim_items_spent_on_original_amount", "spent_on", "original_amount"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    position: Mapped[int]
    line_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(64))
    spent_on: Mapped[date | None] = mapped_column(Date)
    description: Mapped[str] = mapped_column(String(2000))
    amount: Mapped[Decimal] = mapped_column(Amount)
    tax: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    original_amount: Mapped[Decimal] = mapped_column(Amount, server_default="0")
    original_currency: Mapped[str] = mapped_column(String(3), server_default="")
    original_tax: Mapped[Decimal | None] = mapped_column(Amount)
    exchange_rate: Mapped[Decimal | None] = mapped_column(Rate)
    exchange_rate_on: Mapped[date | None] = mapped_column(Date)
    quantity: Mapped[Decimal | None] = mapped_column(Amount)
    unit: Mapped[str | None] = mapped_column(String(8))
    unit_rate: Mapped[Decimal | None] = mapped_column(Amount)
    unit_rate_since: Mapped[date | None] = mapped_column(Date)
    region: Mapped[str] = mapped_column(String(64), default="", server_default="")
    receipt_number: Mapped[str] = mapped_column(String(64))
    documents: Mapped[list[str]] = mapped_column(Document)
    digests: Mapped[list[str]] = mapped_column(Document)
    breaches: Mapped[list[dict[str, Any]]] = mapped_column(Document, default=list, server_default="[]")
    granted: Mapped[Decimal | None] = mapped_column(Amount)
    reason: Mapped[str] = mapped_column(String(2000), default="")

    @classmethod
    def of(cls, item: NewItem, *, position: int, currency: str) -> "ClaimItem":
        exchange, measure = item.exchange, item.measure
        return cls(
            id=new_id(),
            position=position,
            line_id=item.line_id,
            kind=item.kind,
            spent_on=item.spent_on,
            description=item.description,
            amount=item.amount,
            tax=item.tax,
            currency=currency,
            original_amount=exchange.amount if exchange else item.amount,
            original_currency=exchange.currency if exchange else currency,
            original_tax=exchange.tax if exchange else item.tax,
            exchange_rate=exchange.rate if exchange else None,
            exchange_rate_on=exchange.rate_on if exchange else None,
            quantity=item.quantity,
            unit=measure.unit if measure else None,
            unit_rate=measure.rate if measure else None,
            unit_rate_since=measure.since if measure else None,
            region=measure.region if measure else item.region,
            receipt_number=item.receipt_number,
            documents=[str(document) for document in item.documents],
            digests=[],
            breaches=[],
            reason="",
        )

    @property
    def judged(self) -> list[str]:
        """What an approver agrees to, as text."""
        amount, tax = in_currency(self.amount, self.currency), self.tax
        shown = "" if tax is None else str(in_currency(tax, self.currency))
        spent_on = self.spent_on.isoformat() if self.spent_on else ""
        whole = [str(self.line_id), self.kind, spent_on, self.description, str(amount), shown]
        return [*whole, self.receipt_number, *self.documents, *self.explained]

    @property
    def explained(self) -> list[str]:
        """How the amount came about where it was not simply spent, and the rules that it breaks."""
        told = []
        if self.quantity is not None and self.unit_rate is not None:
            told.append(f"{self.quantity.normalize():f} {self.unit} at {self.unit_rate.normalize():f}")
        if self.exchange_rate is not None:
            told.append(f"{self.spent} at {self.exchange_rate.normalize():f} of {self.exchange_rate_on}")
        return told + [str(breach["says"]) for breach in self.breaches]

    @property
    def spent(self) -> str:
        """What was spent, with its currency."""
        return f"{in_currency(self.original_amount, self.original_currency)} {self.original_currency}"

    def shares_a_receipt_with(self, other: "ClaimItem") -> bool:
        """Whether both rest on one receipt: the same number or the same file, day and amount."""
        mine = self.spent_on, self.original_amount, self.original_currency
        if mine != (other.spent_on, other.original_amount, other.original_currency):
            return False
        number = bool(self.receipt_number) and self.receipt_number == other.receipt_number
        return number or bool(set(self.digests) & set(other.digests))
