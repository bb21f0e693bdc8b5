"""Kinds, allowances and policies, on both databases."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden
from contracts.finance import AllowanceRecorded, PolicyAgreed, PolicyEnded
from contracts.roles import FINANCE_APPROVER
from services.finance.expenses import actions, queries
from tests.harness.people import person
from tests.services.finance.builders import FAY, ROOT, allowance_of, policy_of, published

NORTHERNER = person("nora", FINANCE_APPROVER, departments=("north",))


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("finance")


def test_the_allowance_of_the_narrowest_region_that_is_valid_by_the_day_counts(database: Database) -> None:
    with database.transaction(FAY) as session:
        allowance_of(session, "0.20")
        allowance_of(session, "0.30", region="DE")
        allowance_of(session, "0.35", region="DE", valid_from=date(2026, 7, 1))
        allowance_of(session, "0.38", region="DE", valid_from=date(2026, 7, 1))
    with database.reading() as session:

        def rate(region: str, day: date) -> Decimal | None:
            found = queries.allowance_on(session, kind="mileage", region=region, day=day)
            return None if found is None else found.rate

        assert rate("DE-BY", date(2026, 6, 30)) == Decimal("0.30")
        assert rate("DE", date(2026, 7, 1)) == Decimal("0.38")
        assert rate("FR", date(2026, 7, 1)) == Decimal("0.20")
        assert rate("DE", date(2025, 12, 31)) is None
    assert [one.rate for one in published(database, AllowanceRecorded)][-1] == Decimal("0.38")


def test_a_policy_is_ended_once_and_stays_listed(database: Database) -> None:
    today = now().date()
    with database.transaction(FAY) as session:
        policy = policy_of(session, "line_limit", "100.00", kind="lodging")
    with database.transaction(FAY) as session:
        ended = actions.end_policy(session, FAY, policy_id=policy.id)
        assert (ended.valid_until, ended.ended_by) == (today, "fay")
        assert not ended.in_force(today) and ended.in_force(today - timedelta(days=1))
    with pytest.raises(Conflict, match="ended on"), database.transaction(FAY) as session:
        actions.end_policy(session, FAY, policy_id=policy.id)
    with database.reading() as session:
        assert session.scalars(queries.policies(FAY, kind="lodging")).one().id == policy.id
        assert session.scalars(queries.policies(FAY, on=today)).all() == []
    (agreed,), (told,) = published(database, PolicyAgreed), published(database, PolicyEnded)
    assert (agreed.limit and agreed.limit.amount, told.valid_until) == (Decimal(100), today)


def test_what_holds_for_all_departments_is_for_those_who_see_all(database: Database) -> None:
    with pytest.raises(Forbidden), database.transaction(NORTHERNER) as session:
        policy_of(session, "oldest", days=90, department="south", by=NORTHERNER)
    with pytest.raises(Forbidden), database.transaction(NORTHERNER) as session:
        policy_of(session, "oldest", days=90, department=None, by=NORTHERNER)
    with database.transaction(ROOT) as session:
        general = policy_of(session, "oldest", days=90, department=None, by=ROOT)
    with pytest.raises(Forbidden), database.transaction(NORTHERNER) as session:
        actions.end_policy(session, NORTHERNER, policy_id=general.id)
