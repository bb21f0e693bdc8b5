"""Any order of postings keeps the database, the entries and the arithmetic of one mind."""

from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.budgets import queries
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import KINDS, Balance, Kind, Overdrawn
from services.finance.budgets.model import Source
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import FAY, budget_of

AMOUNTS = st.decimals(min_value="0.01", max_value="120", places=2)
LINES = st.integers(0, 1)
SOURCE = Source("settlement", new_id())


class Ledger(RuleBasedStateMachine):
    """Posts to a budget of two lines, and does the same with plain arithmetic beside it."""

    database: Database

    @initialize(first=AMOUNTS, second=AMOUNTS)
    def open(self, first: Decimal, second: Decimal) -> None:
        with self.database.transaction(FAY) as session:
            self.budget = budget_of(session, str(first), str(second))
        self.expected = [Balance(first), Balance(second)]
        self.posted = 2

    @rule(line=LINES, kind=st.sampled_from(KINDS), amount=AMOUNTS)
    def post(self, line: int, kind: Kind, amount: Decimal) -> None:
        try:
            after = self.expected[line].after(kind, amount)
        except Overdrawn:
            assert not self._accepts(line, kind, amount)
            return
        assert self._accepts(line, kind, amount)
        self.expected[line] = after
        self.posted += 1

    @invariant()
    def balances_are_as_expected(self) -> None:
        with self.database.reading() as session:
            budget = queries.budget(session, FAY, self.budget.id)
            assert [line.balance for line in budget.lines] == self.expected

    @invariant()
    def every_balance_is_the_sum_of_its_entries(self) -> None:
        with self.database.reading() as session:
            assert queries.drifted_lines(session) == []
            ledger = session.scalars(queries.entries(session, FAY, self.budget.id)).all()
        assert sorted(entry.sequence for entry in ledger) == list(range(2, self.posted + 2))

    def _accepts(self, line: int, kind: Kind, amount: Decimal) -> bool:
        line_id = self.budget.lines[line].id
        try:
            with self.database.transaction(FAY) as session:
                budget = take_number(session, self.budget.id)
                post_entry(
                    session, FAY, budget=budget, line_id=line_id, kind=kind, amount=amount, source=SOURCE
                )
        except Conflict:
            return False
        return True


def test_no_order_of_postings_overdraws_a_line_or_loses_an_entry(fresh_database: DatabaseFactory) -> None:
    Ledger.database = fresh_database("finance")
    limits = settings(
        max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(Ledger, settings=limits)
