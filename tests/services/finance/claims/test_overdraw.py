"""However many claims come at once, a line is never overdrawn."""

from collections import Counter
from decimal import Decimal

import eventlet

from chassis.database import Database
from chassis.errors import Conflict
from contracts.finance import BudgetPosted, ClaimSubmitted
from services.finance.budgets import queries
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget
from services.finance.claims.actions import submit_claim
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import FAY, MIA, budget_of, published

CLAIMS = 80
COVERED = 20


def claim_one(database: Database, budget: Budget) -> str:
    line_id, amount = budget.lines[0].id, Decimal("10.00")
    try:
        with database.transaction(MIA) as session:
            submit_claim(session, MIA, line_id=line_id, amount=amount, currency="EUR", purpose="Taxi")
    except Conflict as refused:
        assert "0.00 EUR available" in refused.detail
        return "refused"
    return "passed"


def test_of_claims_at_once_exactly_those_pass_that_the_line_covers(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("finance", "postgresql")
    with database.transaction(FAY) as session:
        budget = budget_of(session, "200.00", "200.00")
    pool = eventlet.GreenPool(CLAIMS)
    outcomes = Counter(pool.imap(lambda _: claim_one(database, budget), range(CLAIMS)))
    assert outcomes == {"passed": COVERED, "refused": CLAIMS - COVERED}
    assert len(published(database, ClaimSubmitted)) == COVERED
    assert len(published(database, BudgetPosted)) == 2 + COVERED
    with database.reading() as session:
        assert queries.drifted_lines(session) == []
        full, untouched = queries.budget(session, FAY, budget.id).lines
    assert full.balance == Balance(budget=Decimal(200), committed=Decimal(200))
    assert untouched.balance == Balance(budget=Decimal(200))


def test_postings_at_once_are_numbered_in_the_order_of_their_figures(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("finance", "postgresql")
    with database.transaction(FAY) as session:
        budget = budget_of(session, "1000.00")
    list(eventlet.GreenPool(40).imap(lambda _: claim_one(database, budget), range(40)))
    with database.reading() as session:
        entries = session.scalars(queries.entries(session, FAY, budget.id)).all()
    commits = sorted((entry for entry in entries if entry.kind == "commit"), key=lambda entry: entry.sequence)
    assert [entry.committed for entry in commits] == [Decimal(10 * number) for number in range(1, 41)]
    assert [entry.sequence for entry in commits] == list(range(3, 43))
