"""What the desk's verdict commits, in whole and in part, on both databases."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from contracts.finance import ApprovalOpened, PurchaseApproved, PurchaseOrdered
from services.finance.budgets import queries as budgets
from services.finance.invoices.actions import enter_invoice
from services.finance.purchases import queries
from services.finance.purchases.actions import order_purchase, receive_goods
from services.finance.purchases.matching import Tolerance
from services.finance.purchases.model import Purchase
from services.finance.purchases.requests import approve_purchase
from tests.services.finance.builders import CLARA, FAY, budget_of, published, purchase_in


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def asked(database: Database, *lines: tuple[str, str]) -> Purchase:
    with database.transaction(FAY) as session:
        return purchase_in(session, budget_of(session, "100.00"), *lines)


def approve(database: Database, purchase: Purchase, *granted: str) -> None:
    by_item = {str(line.id): Decimal(cut) for line, cut in zip(purchase.lines, granted, strict=True)}
    with database.transaction(FAY) as session:
        approve_purchase(session, FAY, purchase_id=purchase.id, granted=by_item)


def test_a_request_reaches_the_desk_with_its_items_and_commits_nothing(database: Database) -> None:
    purchase = asked(database, ("4", "10"), ("3", "9.99"))
    (opened,) = published(database, ApprovalOpened)
    assert (opened.kind, opened.subject_id, opened.total.amount) == (
        "purchase",
        purchase.id,
        Decimal("69.97"),
    )
    with database.reading() as session:
        assert session.scalars(queries.open_commitments(purchase.budget_id)).all() == []


def test_what_is_granted_in_part_is_committed_in_part_and_no_more_is_bought(database: Database) -> None:
    purchase = asked(database, ("4", "10"), ("3", "10"))
    approve(database, purchase, "20", "0")
    (approved,) = published(database, PurchaseApproved)
    assert [item.amount.amount for item in approved.items] == [Decimal(20), Decimal(0)]
    with database.transaction(CLARA) as session:
        order_purchase(session, CLARA, purchase_id=purchase.id)
        bought = [{"item_id": purchase.lines[0].id, "quantity": Decimal(4)}]
        receive_goods(session, CLARA, purchase_id=purchase.id, items=bought, tolerance=Tolerance())
        invoice = enter_invoice(
            session,
            CLARA,
            purchase_id=purchase.id,
            kind="invoice",
            number="R-1",
            invoiced_on=purchase.requested_at.date(),
            currency="EUR",
            lines=[{**bought[0], "unit_price": Decimal(10)}],
            tolerance=Tolerance(),
        )
        assert invoice.problems == ["Flyers 1: 40 in all, 20 was granted."]
        with pytest.raises(Invalid):
            refused = [{"item_id": purchase.lines[1].id, "quantity": Decimal(1)}]
            receive_goods(session, CLARA, purchase_id=purchase.id, items=refused, tolerance=Tolerance())
    with database.reading() as session:
        assert budgets.budget(session, FAY, purchase.budget_id).lines[0].committed == 20


def test_orders_of_a_department_are_numbered_without_gaps(database: Database) -> None:
    first, second = asked(database, ("1", "10")), asked(database, ("1", "10"))
    for purchase in (first, second):
        approve(database, purchase, "10")
    with pytest.raises(ZeroDivisionError), database.transaction(CLARA) as session:
        order_purchase(session, CLARA, purchase_id=second.id)
        raise ZeroDivisionError
    for purchase in (first, second):
        with database.transaction(CLARA) as session:
            order_purchase(session, CLARA, purchase_id=purchase.id)
    assert [one.order_number for one in published(database, PurchaseOrdered)] == [
        "north-000001",
        "north-000002",
    ]


def test_nothing_is_ordered_where_nothing_was_granted(database: Database) -> None:
    purchase = asked(database, ("1", "10"))
    approve(database, purchase, "0")
    with pytest.raises(Conflict), database.transaction(CLARA) as session:
        order_purchase(session, CLARA, purchase_id=purchase.id)
