"""Invoices in dispute and the settlement, on both databases."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from chassis.database import Database
from chassis.errors import Conflict
from services.finance.approvals.decisions import decide_approval
from services.finance.budgets.model import Budget
from services.finance.invoices.actions import enter_invoice, override_invoice, reject_invoice
from services.finance.invoices.model import Invoice
from services.finance.purchases.actions import order_purchase, receive_goods
from services.finance.purchases.matching import Tolerance
from services.finance.purchases.model import Purchase
from tests.services.finance.builders import CLARA, FAY, MIA, purchase_in
from tests.services.finance.settlement.test_actions import LAST, checklist, ended, settle


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def delivered(database: Database, budget: Budget) -> Purchase:
    """Two pieces at 10.00 arrived; the first was invoiced at 20.00, so that nothing is committed any more."""
    with database.transaction(MIA) as session:
        purchase = purchase_in(session, budget, ("2", "10"))
    with database.transaction(FAY) as session:
        decide_approval(session, FAY, approval_id=purchase.approval_id, outcome="approve")
    with database.transaction(CLARA) as session:
        order_purchase(session, CLARA, purchase_id=purchase.id)
        items = [{"item_id": purchase.lines[0].id, "quantity": Decimal(2)}]
        receive_goods(session, CLARA, purchase_id=purchase.id, items=items, tolerance=Tolerance())
    first = charge(database, purchase, "R-1")
    with database.transaction(FAY) as session:
        override_invoice(session, FAY, invoice_id=first.id, comment="So be it")
    return purchase


def charge(database: Database, purchase: Purchase, number: str) -> Invoice:
    """An invoice for one piece at twice its price."""
    line = {"item_id": purchase.lines[0].id, "quantity": Decimal(1), "unit_price": Decimal(20)}
    with database.transaction(CLARA) as session:
        return enter_invoice(
            session,
            CLARA,
            purchase_id=purchase.id,
            kind="invoice",
            number=number,
            invoiced_on=LAST,
            currency="EUR",
            lines=[line],
            tolerance=Tolerance(),
        )


def test_an_invoice_in_dispute_stands_in_the_way_though_nothing_is_committed(database: Database) -> None:
    budget = ended(database, "100.00")
    invoice = charge(database, delivered(database, budget), "R-2")
    (item,) = checklist(database, budget).blocking
    assert (item.subject, item.source_id, item.amount) == ("invoice", invoice.id, Decimal(20))
    with database.transaction(FAY) as session:
        reject_invoice(session, FAY, invoice_id=invoice.id, comment="No")
    assert settle(database, budget).direct == Decimal(20)


def test_a_settled_budget_takes_no_invoice_not_even_one_in_dispute(database: Database) -> None:
    budget = ended(database, "100.00")
    purchase = delivered(database, budget)
    settle(database, budget)
    with pytest.raises(Conflict, match="was settled on"):
        charge(database, purchase, "R-2")
