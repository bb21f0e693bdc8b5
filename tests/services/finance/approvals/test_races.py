"""Decisions that meet at the same moment, on PostgreSQL."""

from collections import Counter

import eventlet
import pytest

from chassis.database import Database
from chassis.errors import Conflict
from contracts.finance import ApprovalDecided, BudgetOpened
from contracts.roles import FINANCE_APPROVER
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.services.finance.builders import approve, plan, published, submit

PEOPLE = [person(f"approver{number}", FINANCE_APPROVER) for number in range(20)]


@pytest.fixture
def database(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("finance", "postgresql")


def test_of_twenty_approvals_at_once_one_decides_and_the_budget_opens_once(database: Database) -> None:
    approval_id = submit(database, plan("100.00"))

    def try_it(number: int) -> str:
        try:
            approve(database, approval_id, PEOPLE[number])
        except Conflict:
            return "late"
        return "decided"

    outcomes = Counter(eventlet.GreenPool(20).imap(try_it, range(20)))
    assert outcomes == {"decided": 1, "late": 19}
    assert len(published(database, ApprovalDecided)) == 1
    assert len(published(database, BudgetOpened)) == 1


def test_a_double_click_counts_once_in_a_joint_review(database: Database) -> None:
    approval_id = submit(database, plan("20000.00"))
    approve(database, approval_id, PEOPLE[0])

    def try_it(_number: int) -> str:
        try:
            approve(database, approval_id, PEOPLE[1])
        except Conflict:
            return "refused"
        return "counted"

    outcomes = Counter(eventlet.GreenPool(5).imap(try_it, range(5)))
    assert outcomes == {"counted": 1, "refused": 4}
    assert published(database, ApprovalDecided) == []
