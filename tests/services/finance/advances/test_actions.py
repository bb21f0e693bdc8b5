"""Advances from request to settlement, on both databases."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from contracts.finance import AdvanceRefused, AdvanceSettled, ClaimSettled
from services.finance.advances import actions, queries
from services.finance.advances.model import Advance
from services.finance.advances.settling import repay_advance
from services.finance.approvals.decisions import decide_approval, withdraw_approval
from services.finance.approvals.model import Outcome
from services.finance.budgets import queries as budgets
from services.finance.claims.actions import pay_claim, submit_claim, submit_items, withdraw_claim
from services.finance.claims.items import NewItem
from services.finance.claims.model import Claim
from services.finance.settlement.queries import checklist
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import CLARA, FAY, MIA, advance_of, approve, budget_of, published


class Purse:
    """A budget of 100.00 EUR on one line."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.budget = budget_of(session, "100.00")
        self.line_id: UUID = self.budget.lines[0].id

    def advance(self, amount: str, state: str = "paid") -> Advance:
        return advance_of(self.database, self.line_id, amount, state=state)

    def claim(self, amount: str) -> Claim:
        """A claim of mia's that fay approved."""
        with self.database.transaction(MIA) as session:
            claim = submit_claim(
                session, MIA, line_id=self.line_id, amount=Decimal(amount), currency="EUR", purpose="Tent"
            )
        assert claim.approval_id is not None
        approve(self.database, claim.approval_id, FAY)
        return claim

    def pay(self, claim: Claim) -> Claim:
        with self.database.transaction(CLARA) as session:
            return pay_claim(session, CLARA, claim_id=claim.id)

    def repay(self, advance: Advance, amount: str) -> Advance:
        with self.database.transaction(CLARA) as session:
            return repay_advance(session, CLARA, advance_id=advance.id, amount=Decimal(amount))

    def seen(self, advance: Advance) -> Advance:
        with self.database.reading() as session:
            return queries.advance(session, FAY, advance.id)

    @property
    def figures(self) -> tuple[int, int]:
        """What is committed and incurred on the line, in whole euros."""
        with self.database.reading() as session:
            assert budgets.drifted_lines(session) == []
            balance = budgets.budget(session, FAY, self.budget.id).lines[0].balance
            assert balance.committed % 1 == balance.incurred % 1 == 0
            return int(balance.committed), int(balance.incurred)


@pytest.fixture
def purse(database_of: Callable[[str], Database]) -> Purse:
    return Purse(database_of("finance"))


def test_what_is_claimed_against_an_advance_is_neither_committed_nor_spent_twice(purse: Purse) -> None:
    advance = purse.advance("50.00")
    assert purse.figures == (50, 0)
    paid = purse.pay(purse.claim("30.00"))
    assert (paid.state, paid.advanced, paid.paid_out) == ("paid", Decimal(30), Decimal(0))
    assert purse.figures == (20, 30)
    assert purse.repay(advance, "20.00").state == "settled"
    assert purse.figures == (0, 30)
    told = published(purse.database, AdvanceSettled)
    assert [(one.how, one.total.amount, one.left.amount) for one in told] == [
        ("claim", Decimal(30), Decimal(20)),
        ("repayment", Decimal(20), Decimal(0)),
    ]
    (settled,) = published(purse.database, ClaimSettled)
    assert settled.advanced is not None and settled.advanced.amount == Decimal(30)


def test_a_claim_beyond_all_advances_uses_them_up_and_the_rest_is_paid_out(purse: Purse) -> None:
    first, second = purse.advance("10.00"), purse.advance("15.00")
    paid = purse.pay(purse.claim("40.00"))
    assert (paid.advanced, paid.paid_out) == (Decimal(25), Decimal(15))
    assert (purse.seen(first).state, purse.seen(second).state) == ("settled", "settled")
    assert purse.figures == (0, 40)


def test_an_advance_that_is_not_paid_out_yet_settles_nothing(purse: Purse) -> None:
    purse.advance("10.00", "approved")
    assert purse.pay(purse.claim("40.00")).advanced == Decimal(0)
    assert purse.figures == (10, 40)


def test_no_more_comes_back_than_is_open(purse: Purse) -> None:
    advance = purse.advance("10.00")
    with pytest.raises(Conflict, match=r"Only 10\.00 EUR of the advance are open"):
        purse.repay(advance, "10.01")
    with pytest.raises(Conflict, match="is approved: nothing is open"):
        purse.repay(purse.advance("5.00", "approved"), "1.00")


@pytest.mark.parametrize("outcome", ["reject", "send_back"])
def test_a_refused_advance_gives_its_amount_back(purse: Purse, outcome: Outcome) -> None:
    advance = purse.advance("50.00", "requested")
    with purse.database.transaction(FAY) as session:
        decide_approval(session, FAY, approval_id=advance.approval_id, outcome=outcome, comment="Pay by card")
    assert purse.figures == (0, 0)
    (told,) = published(purse.database, AdvanceRefused)
    assert (told.outcome, told.reason) == ("rejected", "Pay by card")


@pytest.mark.parametrize("at_the_desk", [True, False])
def test_a_withdrawn_advance_gives_its_amount_back(purse: Purse, at_the_desk: bool) -> None:
    advance = purse.advance("50.00", "requested")
    with purse.database.transaction(MIA) as session:
        if at_the_desk:
            withdraw_approval(session, MIA, approval_id=advance.approval_id)
        else:
            actions.withdraw_advance(session, MIA, advance_id=advance.id)
    assert (purse.seen(advance).state, purse.figures) == ("withdrawn", (0, 0))


def test_nobody_pays_out_their_own_advance_and_nobody_twice(purse: Purse) -> None:
    own, paid = purse.advance("5.00", "approved"), purse.advance("5.00")
    with pytest.raises(Forbidden), purse.database.transaction(MIA) as session:
        actions.pay_advance(session, MIA, advance_id=own.id)
    with pytest.raises(Conflict, match="The advance is paid"), purse.database.transaction(CLARA) as session:
        actions.pay_advance(session, CLARA, advance_id=paid.id)


def test_an_open_advance_stands_in_the_way_of_the_settlement(purse: Purse) -> None:
    advance = purse.advance("50.00")
    with purse.database.reading() as session:
        budget = budgets.budget(session, FAY, purse.budget.id)
        blocking = checklist(session, budget).blocking
    assert ("advance", advance.id) in [(item.source, item.source_id) for item in blocking]


def test_the_database_refuses_to_change_what_was_settled_of_an_advance(purse: Purse) -> None:
    purse.repay(purse.advance("10.00"), "1.00")
    with pytest.raises(DBAPIError, match="only grows"), purse.database.transaction() as session:
        session.execute(text("DELETE FROM advance_entries"))


def test_what_is_asked_for_yesterday_or_in_another_currency_is_refused_by_field(purse: Purse) -> None:
    good: dict[str, Any] = {
        "line_id": purse.line_id,
        "amount": Decimal(1),
        "currency": "EUR",
        "purpose": "Cash",
    }
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"needed_on": date(2020, 1, 1)}, "needed_on"),
        ({"currency": "USD"}, "currency"),
    ]
    for changes, field in wrong:
        with pytest.raises(Invalid) as refused, purse.database.transaction(MIA) as session:
            actions.request_advance(session, MIA, **{"needed_on": date(2999, 1, 1), **good, **changes})
        assert [one["field"] for one in refused.value.fields] == [field]
    assert purse.figures == (0, 0)


def test_of_two_claims_on_one_receipt_at_the_same_moment_one_passes(fresh_database: DatabaseFactory) -> None:
    purse = Purse(fresh_database("finance", "postgresql"))
    items = [NewItem(purse.line_id, Decimal(5), spent_on=date(2026, 1, 2), receipt_number="R-7")]

    def attempt(_: int) -> str:
        try:
            with purse.database.transaction(MIA) as session:
                submit_items(session, MIA, items=items, currency="EUR", purpose="Taxi")
        except Conflict as refused:
            assert "was claimed before" in refused.detail
            return "refused"
        return "passed"

    assert sorted(eventlet.GreenPool(6).imap(attempt, range(6))) == ["passed"] + ["refused"] * 5
    assert purse.figures == (5, 0)


def test_two_claims_paid_at_the_same_moment_use_an_advance_once(fresh_database: DatabaseFactory) -> None:
    purse = Purse(fresh_database("finance", "postgresql"))
    purse.advance("20.00")
    claims = [purse.claim("15.00") for _ in range(2)]
    paid = list(eventlet.GreenPool(2).imap(purse.pay, claims))
    assert sorted(claim.advanced for claim in paid) == [Decimal(5), Decimal(15)]
    assert purse.figures == (0, 30)


def test_a_paid_claim_is_not_withdrawn(purse: Purse) -> None:
    claim = purse.claim("5.00")
    purse.pay(claim)
    with pytest.raises(Conflict), purse.database.transaction(MIA) as session:
        withdraw_claim(session, MIA, claim_id=claim.id)
