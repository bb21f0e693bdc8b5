"""Batches that are gathered while the advances and claims in them change, on PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import eventlet
import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict
from contracts.roles import MARKETING_STAFF
from services.finance.advances import queries as advances
from services.finance.advances.actions import pay_advance, request_advance
from services.finance.advances.model import Advance
from services.finance.advances.settling import repay_advance
from services.finance.budgets import queries as budgets
from services.finance.budgets.model import Budget
from services.finance.claims.actions import pay_claim, submit_claim
from services.finance.claims.model import Claim
from services.finance.payments.actions import confirm_batch, export_batch, gather_payments, keep_payee
from services.finance.payments.model import PaymentBatch
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, approve, budget_of

PEOPLE = [person(f"claimant{number}", MARKETING_STAFF) for number in range(4)]
IBAN = "DE89370400440532013000"


class Till:
    """Two budgets; everybody has an advance of 10.00 and an approved claim of 25.00 on each of them."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.budgets = [budget_of(session, "1000.00", code=code) for code in ("FAIR", "SHOW")]
        with database.transaction(CLARA) as session:
            for one in PEOPLE:
                keep_payee(
                    session, CLARA, department="north", person=one.subject, name=one.subject, iban=IBAN
                )
        self.advances = [self._advance(one, budget) for one in PEOPLE for budget in self.budgets]
        self.claims = [self._claim(one, budget) for one in reversed(PEOPLE) for budget in self.budgets]

    def _advance(self, by: Actor, budget: Budget) -> UUID:
        with self.database.transaction(by) as session:
            advance = request_advance(
                session,
                by,
                line_id=budget.lines[0].id,
                amount=Decimal(10),
                currency="EUR",
                purpose="Cash",
                needed_on=date(2999, 1, 1),
            )
        approve(self.database, advance.approval_id, FAY)
        with self.database.transaction(CLARA) as session:
            return pay_advance(session, CLARA, advance_id=advance.id).id

    def _claim(self, by: Actor, budget: Budget) -> UUID:
        line_id = budget.lines[0].id
        with self.database.transaction(by) as session:
            claim = submit_claim(
                session, by, line_id=line_id, amount=Decimal(25), currency="EUR", purpose="Fair"
            )
        assert claim.approval_id is not None
        approve(self.database, claim.approval_id, FAY)
        return claim.id

    def gather(self) -> PaymentBatch:
        with self.database.transaction(CLARA) as session:
            return gather_payments(
                session,
                CLARA,
                department="north",
                currency="EUR",
                payer_name="Fanfare",
                payer_iban=IBAN,
                pay_on=date(2999, 1, 1),
            )

    def repay(self, advance_id: UUID) -> Advance:
        with self.database.transaction(CLARA) as session:
            return repay_advance(session, CLARA, advance_id=advance_id, amount=Decimal(4))

    def pay(self, claim_id: UUID) -> Claim:
        with self.database.transaction(CLARA) as session:
            return pay_claim(session, CLARA, claim_id=claim_id)

    def confirm(self, batch: PaymentBatch) -> PaymentBatch:
        with self.database.transaction(CLARA) as session:
            export_batch(session, CLARA, batch_id=batch.id)
            return confirm_batch(session, CLARA, batch_id=batch.id, failed={})


@pytest.fixture
def till(fresh_database: DatabaseFactory) -> Till:
    return Till(fresh_database("finance", "postgresql"))


def attempt(act: Callable[[], object]) -> str:
    """Whether it was done. A deadlock is neither, and fails the test."""
    try:
        act()
    except Conflict:
        return "refused"
    return "done"


def test_a_batch_is_gathered_while_its_advances_are_repaid_and_its_claims_paid(till: Till) -> None:
    acts: list[Callable[[], object]] = [till.gather, till.gather]
    acts += [partial(till.repay, one) for one in reversed(till.advances)]
    acts += [partial(till.pay, one) for one in till.claims[::3]]
    outcomes = Counter(eventlet.GreenPool(len(acts)).imap(attempt, acts))
    assert outcomes["done"] >= 1
    with till.database.reading() as session:
        assert budgets.drifted_lines(session) == []
        held = session.scalars(advances.advances(FAY)).all()
        assert all(one.amount == one.used + one.repaid + one.open and one.open >= 0 for one in held)


def test_a_batch_is_confirmed_while_another_is_gathered_over_the_same_budgets(till: Till) -> None:
    batch = till.gather()
    more = [till._claim(one, budget) for one in PEOPLE[:3] for budget in reversed(till.budgets)]
    acts: list[Callable[[], object]] = [partial(till.confirm, batch), till.gather]
    acts += [partial(till.pay, one) for one in more]
    outcomes = Counter(eventlet.GreenPool(len(acts)).imap(attempt, acts))
    assert outcomes["done"] >= 2
    with till.database.reading() as session:
        assert budgets.drifted_lines(session) == []
        spent = [budgets.budget(session, FAY, budget.id).lines[0].incurred for budget in till.budgets]
    assert min(spent) >= Decimal(25 * len(PEOPLE))
