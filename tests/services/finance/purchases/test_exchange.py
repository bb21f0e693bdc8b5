"""Purchases in another currency than the budget's, on both databases."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Forbidden, Invalid
from contracts.finance import InvoiceAccepted, PurchaseCancelled, PurchaseRequested
from services.finance.approvals.decisions import withdraw_approval
from services.finance.budgets import queries as budgets
from services.finance.budgets.model import Budget
from services.finance.invoices.actions import enter_invoice, pay_invoice
from services.finance.invoices.model import Invoice
from services.finance.purchases.actions import close_purchase, order_purchase, receive_goods
from services.finance.purchases.matching import Tolerance
from services.finance.purchases.model import Purchase
from services.finance.purchases.queries import purchase as purchase_of
from tests.services.finance.builders import (
    CLARA,
    FAY,
    MIA,
    approve,
    budget_of,
    decide,
    limited,
    published,
    purchase_in,
    record_rates,
)

TODAY = now().date()


class Importer:
    """A budget of 1000.00 EUR and a supplier who wants dollars, at 1.10 for a euro today."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rate("1.1")
        with database.transaction(FAY) as session:
            self.budget: Budget = budget_of(session, "1000.00")

    def rate(self, rate: str) -> None:
        with self.database.transaction(CLARA) as session:
            record_rates(session, ("EUR", "USD", TODAY.isoformat(), rate))

    def asked(self, *lines: tuple[str, str], currency: str = "USD") -> Purchase:
        with self.database.transaction(MIA) as session:
            return purchase_in(session, self.budget, *lines, currency=currency)

    def ordered(self, *lines: tuple[str, str]) -> Purchase:
        purchase = self.asked(*lines)
        approve(self.database, purchase.approval_id, FAY)
        items = [{"item_id": line.id, "quantity": line.quantity} for line in purchase.lines]
        with self.database.transaction(CLARA) as session:
            order_purchase(session, CLARA, purchase_id=purchase.id)
            receive_goods(session, CLARA, purchase_id=purchase.id, items=items, tolerance=Tolerance())
        return purchase

    def invoice(self, purchase: Purchase, number: str = "R-1", **changes: Any) -> Invoice:
        lines = [
            {"item_id": line.id, "quantity": line.quantity, "unit_price": line.unit_price}
            for line in purchase.lines
        ]
        values: dict[str, Any] = {"kind": "invoice", "currency": "USD", "invoiced_on": TODAY, "lines": lines}
        with self.database.transaction(CLARA) as session:
            return enter_invoice(
                session,
                CLARA,
                purchase_id=purchase.id,
                number=number,
                tolerance=Tolerance(),
                **{**values, **changes},
            )

    @property
    def figures(self) -> tuple[str, str]:
        with self.database.reading() as session:
            assert budgets.drifted_lines(session) == []
            line = budgets.budget(session, FAY, self.budget.id).lines[0]
            return f"{line.committed:.2f}", f"{line.incurred:.2f}"


@pytest.fixture
def importer(database_of: Callable[[str], Database]) -> Importer:
    return Importer(database_of("finance"))


def test_prices_in_dollars_are_committed_in_euros_to_the_cent(importer: Importer) -> None:
    purchase = importer.ordered(("1", "33.33"), ("1", "33.33"), ("1", "33.34"))
    assert [line.amount for line in purchase.lines] == [Decimal("30.30"), Decimal("30.30"), Decimal("30.31")]
    assert (purchase.total, purchase.original_total) == (Decimal("90.91"), Decimal(100))
    assert purchase.lines[0].exchange_rate_on == TODAY
    assert importer.figures == ("90.91", "0.00")
    (requested,) = published(importer.database, PurchaseRequested)
    assert requested.original is not None and requested.original.currency == "USD"
    assert (requested.total.amount, requested.total.currency) == (Decimal("90.91"), "EUR")


def test_an_invoice_costs_what_its_own_day_says_and_the_rest_is_released(importer: Importer) -> None:
    purchase = importer.ordered(("10", "11"))
    assert importer.figures == ("100.00", "0.00")
    importer.rate("1.25")
    invoice = importer.invoice(purchase)
    assert (invoice.state, invoice.total, invoice.cost) == ("accepted", Decimal(110), Decimal(88))
    assert importer.figures == ("0.00", "88.00")
    (accepted,) = published(importer.database, InvoiceAccepted)
    assert accepted.cost is not None and accepted.cost.amount == Decimal(88)
    importer.rate("1")
    credit = importer.invoice(purchase, "G-1", kind="credit_note")
    assert (credit.total, credit.cost) == (Decimal(110), Decimal(88))
    assert importer.figures == ("0.00", "0.00")


def test_a_dearer_dollar_takes_more_from_the_line(importer: Importer) -> None:
    purchase = importer.ordered(("10", "11"))
    importer.rate("1")
    invoice = importer.invoice(purchase)
    assert importer.figures == ("0.00", "110.00")
    with importer.database.transaction(CLARA) as session:
        pay_invoice(session, CLARA, invoice_id=invoice.id, reference="SWIFT")
        close_purchase(session, CLARA, purchase_id=purchase.id)
    assert importer.figures == ("0.00", "110.00")


def test_a_rate_that_is_missing_is_named_and_nothing_is_left(importer: Importer) -> None:
    with pytest.raises(Invalid) as refused:
        importer.asked(("1", "10"), currency="CHF")
    assert [one["field"] for one in refused.value.fields] == ["currency"]
    assert published(importer.database, PurchaseRequested) == []
    purchase = importer.ordered(("10", "11"))
    for changes in ({"invoiced_on": date(2020, 1, 1)}, {"currency": "EUR"}):
        with pytest.raises(Invalid) as refused:
            importer.invoice(purchase, **changes)
        assert [one["field"] for one in refused.value.fields] == ["currency"]
    assert importer.figures == ("100.00", "0.00")


def test_a_limit_in_another_currency_counts_by_the_rate_of_the_day(importer: Importer) -> None:
    limited(importer.database, "fay", "110.00", currency="USD")
    within, beyond = importer.asked(("10", "11")), importer.asked(("10", "11.01"))
    with pytest.raises(Forbidden, match=r"limit is 110\.00 USD, and this is 110\.10 USD"):
        decide(importer.database, beyond.approval_id, FAY)
    decide(importer.database, within.approval_id, FAY)
    assert importer.figures == ("100.00", "0.00")


def test_a_purchase_keeps_why_it_was_withdrawn_at_the_desk(importer: Importer) -> None:
    purchase = importer.asked(("1", "10"), currency="EUR")
    with importer.database.transaction(MIA) as session:
        withdraw_approval(session, MIA, approval_id=purchase.approval_id, reason="Wrong supplier")
    with importer.database.reading() as session:
        found = purchase_of(session, FAY, purchase.id)
    assert (found.state, found.outcome_reason) == ("withdrawn", "Wrong supplier")
    (told,) = published(importer.database, PurchaseCancelled)
    assert (told.outcome, told.reason) == ("withdrawn", "Wrong supplier")
