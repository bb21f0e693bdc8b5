"""Receipts, invoices, payments and claims that meet on one budget line, on PostgreSQL."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import eventlet
import pytest

from chassis.database import Database
from chassis.errors import Conflict
from services.finance.budgets import queries as budgets
from services.finance.claims.actions import submit_claim
from services.finance.invoices.actions import enter_invoice, pay_invoice
from services.finance.invoices.model import Invoice
from services.finance.purchases.actions import order_purchase, receive_goods
from services.finance.purchases.matching import Tolerance
from services.finance.purchases.model import Purchase
from services.finance.purchases.queries import purchase as purchase_of
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import CLARA, FAY, MIA, approve, budget_of, purchase_in

ORDERS = 4


class Warehouse:
    """Orders of 10 pieces at 10.00, all paid from one line of 1000.00."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.budget = budget_of(session, "1000.00")
            asked = [purchase_in(session, self.budget, ("10", "10")) for _ in range(ORDERS)]
        self.orders = [self._ordered(one) for one in asked]

    def _ordered(self, purchase: Purchase) -> tuple[UUID, UUID]:
        approve(self.database, purchase.approval_id, FAY)
        with self.database.transaction(CLARA) as session:
            order_purchase(session, CLARA, purchase_id=purchase.id)
        return purchase.id, purchase.lines[0].id

    def receive(self, order: tuple[UUID, UUID]) -> None:
        items = [{"item_id": order[1], "quantity": Decimal(5)}]
        with self.database.transaction(CLARA) as session:
            receive_goods(session, CLARA, purchase_id=order[0], items=items, tolerance=Tolerance())

    def invoice(self, order: tuple[UUID, UUID], number: str) -> Invoice:
        lines = [{"item_id": order[1], "quantity": Decimal(5), "unit_price": Decimal(10)}]
        with self.database.transaction(CLARA) as session:
            return enter_invoice(
                session,
                CLARA,
                purchase_id=order[0],
                kind="invoice",
                number=number,
                invoiced_on=date(2026, 11, 2),
                currency="EUR",
                lines=lines,
                tolerance=Tolerance(),
            )

    def pay(self, invoice: Invoice) -> None:
        with self.database.transaction(CLARA) as session:
            pay_invoice(session, CLARA, invoice_id=invoice.id, reference="SEPA")

    def claim(self) -> None:
        line_id = self.budget.lines[0].id
        with self.database.transaction(MIA) as session:
            submit_claim(session, MIA, line_id=line_id, amount=Decimal(1), currency="EUR", purpose="Taxi")

    def request(self) -> None:
        with self.database.transaction(MIA) as session:
            asked = purchase_in(session, self.budget, ("1", "10"))
        approve(self.database, asked.approval_id, FAY)


@pytest.fixture
def warehouse(fresh_database: DatabaseFactory) -> Warehouse:
    return Warehouse(fresh_database("finance", "postgresql"))


def test_whatever_meets_on_a_line_nothing_clashes_and_nothing_is_lost(warehouse: Warehouse) -> None:
    def deliver_and_invoice(order: tuple[UUID, UUID], number: str) -> None:
        warehouse.receive(order)
        warehouse.pay(warehouse.invoice(order, number))

    acts: list[Callable[[], None]] = [warehouse.claim] * 6 + [warehouse.request] * 2
    for order in warehouse.orders:
        acts += [partial(deliver_and_invoice, order, f"R-{half}") for half in "ab"]
    list(eventlet.GreenPool(len(acts)).imap(lambda act: act(), acts))
    with warehouse.database.reading() as session:
        assert budgets.drifted_lines(session) == []
        line = budgets.budget(session, FAY, warehouse.budget.id).lines[0]
        states = {purchase_of(session, FAY, order[0]).state for order in warehouse.orders}
    assert (line.committed, line.incurred) == (Decimal(26), Decimal(100 * ORDERS))
    assert states == {"paid"}


def test_the_same_invoice_entered_at_once_counts_once(warehouse: Warehouse) -> None:
    order = warehouse.orders[0]
    warehouse.receive(order)
    warehouse.receive(order)

    def attempt(_: int) -> str:
        try:
            warehouse.invoice(order, "R-1")
        except Conflict:
            return "refused"
        return "entered"

    assert sorted(eventlet.GreenPool(4).imap(attempt, range(4))) == ["entered"] + ["refused"] * 3
    with warehouse.database.reading() as session:
        assert budgets.budget(session, FAY, warehouse.budget.id).lines[0].incurred == Decimal(50)
