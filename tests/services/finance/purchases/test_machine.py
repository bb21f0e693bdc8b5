"""Any order of deliveries, invoices, credits and payments keeps ledger and documents of one mind."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Problem
from services.finance.budgets import queries as budgets
from services.finance.invoices import actions as invoices
from services.finance.invoices.model import Invoice
from services.finance.purchases import actions
from services.finance.purchases.matching import Tolerance
from services.finance.purchases.queries import open_commitments, purchase
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import CLARA, FAY, approve, budget_of, purchase_in, record_rates

TOLERANCE = Tolerance(percent=Decimal(5), amount=Decimal("0.50"), over_delivery=Decimal(10))
QUANTITIES = st.integers(1, 7).map(Decimal)
PRICES = st.sampled_from([Decimal(9), Decimal(10), Decimal("10.40"), Decimal(12)])
LINES = st.integers(0, 1)


class Buying(RuleBasedStateMachine):
    """An order of 10 and 5 pieces at 10.00 out of a line of 200.00."""

    database: Database
    currency = "EUR"

    @initialize()
    def order(self) -> None:
        with self.database.transaction(FAY) as session:
            self.budget = budget_of(session, "200.00")
            record_rates(session, ("EUR", "USD", now().date().isoformat(), "1.1"))
            lines = ("10", "10"), ("5", "10")
            bought = purchase_in(session, self.budget, *lines, currency=self.currency)
        self.id, self.items = bought.id, [line.id for line in bought.lines]
        approve(self.database, bought.approval_id, FAY)
        with self.database.transaction(CLARA) as session:
            actions.order_purchase(session, CLARA, purchase_id=self.id)
        self.entered, self.payments = 0, 0

    @rule(line=LINES, quantity=QUANTITIES)
    def receive(self, line: int, quantity: Decimal) -> None:
        item = {"item_id": self.items[line], "quantity": quantity}
        self._try(actions.receive_goods, purchase_id=self.id, items=[item], tolerance=TOLERANCE)

    @rule(line=LINES, quantity=QUANTITIES, unit_price=PRICES, credit=st.booleans())
    def invoice(self, line: int, quantity: Decimal, unit_price: Decimal, credit: bool) -> None:
        self.entered += 1
        self._try(
            invoices.enter_invoice,
            purchase_id=self.id,
            kind="credit_note" if credit else "invoice",
            number=f"R-{self.entered}",
            invoiced_on=now().date(),
            currency=self.currency,
            lines=[{"item_id": self.items[line], "quantity": quantity, "unit_price": unit_price}],
            tolerance=TOLERANCE,
        )

    @rule(which=st.integers(0, 5), accept=st.booleans())
    def judge(self, which: int, accept: bool) -> None:
        for found in self._invoices()[which : which + 1]:
            act = invoices.override_invoice if accept else invoices.reject_invoice
            self._try(act, FAY, invoice_id=found.id, comment="Agreed")

    @rule(which=st.integers(0, 5))
    def pay(self, which: int) -> None:
        for found in self._invoices()[which : which + 1]:
            payable = found.state == "accepted"
            paid = self._try(invoices.pay_invoice, invoice_id=found.id, reference="SEPA")
            assert paid == payable
            self.payments += paid

    @rule(cancel=st.booleans(), really=st.integers(0, 3))
    def end(self, cancel: bool, really: int) -> None:
        if really:
            return
        if cancel:
            self._try(actions.cancel_purchase, purchase_id=self.id, reason="Off")
        else:
            self._try(actions.close_purchase, purchase_id=self.id)

    @invariant()
    def the_ledger_says_what_the_documents_say_and_nothing_is_paid_twice(self) -> None:
        entered = self._invoices()
        assert self.payments == len([one for one in entered if one.state == "paid"])
        counted = [one for one in entered if one.state in {"accepted", "paid"}]
        incurred = sum(one.cost * (1 if one.kind == "invoice" else -1) for one in counted)
        with self.database.reading() as session:
            assert budgets.drifted_lines(session) == []
            line = budgets.budget(session, FAY, self.budget.id).lines[0]
            bought = purchase(session, FAY, self.id)
            promised = session.scalars(open_commitments(self.budget.id)).all()
        assert line.incurred == incurred == bought.incurred
        assert line.committed == bought.committed == sum(one.committed for one in promised)
        for one in bought.lines:
            assert one.committed == 0 or one.invoiced < one.quantity
        if bought.state in {"closed", "cancelled"}:
            assert line.committed == 0

    def _invoices(self) -> list[Invoice]:
        mine = select(Invoice).where(Invoice.purchase_id == self.id).options(selectinload(Invoice.lines))
        with self.database.reading() as session:
            return list(session.scalars(mine.order_by(Invoice.id)))

    def _try(self, act: Callable[..., object], by: Actor = CLARA, **arguments: Any) -> bool:
        try:
            with self.database.transaction(by) as session:
                act(session, by, **arguments)
        except Problem:
            return False
        return True


class BuyingAbroad(Buying):
    """The same at prices in dollars, whose rate moves."""

    currency = "USD"

    @rule(rate=st.sampled_from(["0.9", "1.1", "1.3333"]))
    def trade(self, rate: str) -> None:
        with self.database.transaction(CLARA) as session:
            record_rates(session, ("EUR", "USD", now().date().isoformat(), rate))


def test_no_order_of_events_parts_the_ledger_from_the_documents(fresh_database: DatabaseFactory) -> None:
    Buying.database = fresh_database("finance")
    for machine, examples in ((Buying, 8), (BuyingAbroad, 6)):
        limits = settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        run_state_machine_as_test(machine, settings=limits)
