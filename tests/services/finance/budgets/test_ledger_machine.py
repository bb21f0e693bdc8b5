"""Any order of postings keeps the database, the entries and the arithmetic of one mind."""

from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.model import Outcome
from services.finance.budgets import queries
from services.finance.budgets.actions import change_line, post_entry, take_number
from services.finance.budgets.ledger import KINDS, POLICIES, SIGNED, Balance, Kind, OnBreach, Overdrawn
from services.finance.budgets.model import LedgerEntry, Source
from services.finance.transfers.actions import withdraw_transfer
from services.finance.transfers.model import Transfer
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import CLARA, FAY, budget_of, transfer_of

POLICIES_OF_LINES = st.sampled_from(POLICIES)
AMOUNTS = st.decimals(min_value="0.01", max_value="120", places=2)
LINES = st.integers(0, 1)
SOURCE = Source("settlement", new_id())


class Ledger(RuleBasedStateMachine):
    """Posts to a budget of two lines, and does the same with plain arithmetic beside it."""

    database: Database

    @initialize(first=AMOUNTS, second=AMOUNTS, policy=POLICIES_OF_LINES)
    def open(self, first: Decimal, second: Decimal, policy: OnBreach) -> None:
        with self.database.transaction(FAY) as session:
            self.budget = budget_of(session, str(first), str(second), on_breach=policy)
        self.expected = [Balance(first), Balance(second)]
        self.policies = [policy, policy]
        self.posted = 2

    @rule(line=LINES, kind=st.sampled_from(KINDS), amount=AMOUNTS, takes=st.booleans())
    def post(self, line: int, kind: Kind, amount: Decimal, takes: bool) -> None:
        amount = -amount if takes and kind in SIGNED else amount
        try:
            after = self.expected[line].after(kind, amount, on_breach=self.policies[line])
        except Overdrawn:
            assert not self._accepts(line, kind, amount)
            return
        assert self._accepts(line, kind, amount)
        self.expected[line] = after
        self.posted += 1

    @rule(giving=LINES, amount=AMOUNTS, agreed=st.booleans())
    def transfer(self, giving: int, amount: Decimal, agreed: bool) -> None:
        lines, before = self.budget.lines, self.expected[giving]
        try:
            with self.database.transaction(FAY) as session:
                first, second = lines[giving], lines[1 - giving]
                approval_id = transfer_of(session, first, second, str(amount)).approval_id
            with self.database.transaction(FAY) as session:
                outcome: Outcome = "approve" if agreed else "reject"
                decide_approval(session, FAY, approval_id=approval_id, outcome=outcome)
        except Conflict:
            # Either the line could not cover it, or its budget would have fallen below zero.
            assert before.available < amount or before.budget < amount
            self._give_up()
            return
        self.posted += 4 if agreed else 2
        if agreed:
            self.expected[giving] += Balance(budget=-amount)
            self.expected[1 - giving] += Balance(budget=amount)

    def _give_up(self) -> None:
        """What was asked for and could not be carried out is withdrawn."""
        with self.database.transaction(CLARA) as session:
            for one in session.scalars(select(Transfer).where(Transfer.state == "requested")).all():
                withdraw_transfer(session, CLARA, transfer_id=one.id)
                self.posted += 2

    @rule(line=LINES, policy=POLICIES_OF_LINES)
    def change_policy(self, line: int, policy: OnBreach) -> None:
        line_id = self.budget.lines[line].id
        try:
            with self.database.transaction(CLARA) as session:
                budget = queries.budget_for_update(session, CLARA, self.budget.id)
                change_line(session, CLARA, budget=budget, line_id=line_id, on_breach=policy)
        except Conflict:
            assert policy == "stop" and self.expected[line].available < 0
            return
        self.policies[line] = policy

    @invariant()
    def balances_are_as_expected_and_the_sums_of_their_entries(self) -> None:
        with self.database.reading() as session:
            budget = queries.budget(session, FAY, self.budget.id)
            assert [line.balance for line in budget.lines] == self.expected
            assert queries.drifted_lines(session) == []
            ledger = queries.entries(session, FAY, self.budget.id)
            numbers = session.scalars(ledger.with_only_columns(LedgerEntry.sequence)).all()
        assert len(set(numbers)) == len(numbers) == self.posted

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
        max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    run_state_machine_as_test(Ledger, settings=limits)
