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

CLAIMS = 40
COVERED = 15


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
    """And those are numbered in the order of their figures."""
    database = fresh_database("finance", "postgresql")
    with database.transaction(FAY) as session:
        budget = budget_of(session, "150.00", "200.00")
    pool = eventlet.GreenPool(CLAIMS)
    outcomes = Counter(pool.imap(lambda _: claim_one(database, budget), range(CLAIMS)))
    assert outcomes == {"passed": COVERED, "refused": CLAIMS - COVERED}
    assert len(published(database, ClaimSubmitted)) == COVERED
    assert len(published(database, BudgetPosted)) == 2 + COVERED
    with database.reading() as session:
        assert queries.drifted_lines(session) == []
        full, untouched = queries.budget(session, FAY, budget.id).lines
        entries = session.scalars(queries.entries(session, FAY, budget.id)).all()
    assert full.balance == Balance(budget=Decimal(150), committed=Decimal(150))
    assert untouched.balance == Balance(budget=Decimal(200))
    by_number = sorted(entries, key=lambda entry: entry.sequence)
    commits = [entry for entry in by_number if entry.kind == "commit"]
    assert [entry.committed for entry in commits] == [Decimal(10 * count) for count in range(1, COVERED + 1)]
    assert [entry.sequence - commits[0].sequence for entry in commits] == list(range(COVERED))
