"""Allocating pools and taking it back, on both databases."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.ids import new_id
from contracts.finance import BudgetPosted, PoolAllocated, PoolReversed
from contracts.finance.pools import Driver
from services.finance.allocation import queries
from services.finance.allocation.actions import allocate_pool, change_pool, open_pool, reverse_pool
from services.finance.allocation.model import CostPool, PoolCost
from services.finance.allocation.proposal import Proposal, propose
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.indirect import post_share
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry, Source
from services.finance.budgets.queries import drifted_lines
from services.finance.facts.model import CampaignLead
from tests.services.finance.builders import (
    CLARA,
    FAY,
    budget_of,
    campaign_ran,
    noon,
    pool_design,
    pool_of,
    published,
    record_rates,
)

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Iterator[Database]:
    """Whatever a test did to it, every balance is the sum of its entries."""
    database = database_of("finance")
    yield database
    with database.reading() as session:
        assert drifted_lines(session) == []


def ran(
    database: Database, code: str, first: date = FIRST, last: date | None = LAST, **changes: Any
) -> Budget:
    """The budget of a campaign that ran."""
    with database.transaction(FAY) as session:
        budget = budget_of(session, "1000.00", code=code, **changes)
        campaign_ran(session, budget.campaign_id, first, last)
        return budget


def spend(database: Database, budget: Budget, amount: str, on: date) -> None:
    with database.transaction(CLARA) as session:
        source = Source("purchase", new_id())
        for kind in ("commit", "incur"):
            post_entry(
                session,
                CLARA,
                budget=take_number(session, budget.id),
                line_id=budget.lines[0].id,
                kind=kind,
                amount=Decimal(amount),
                source=source,
            )
        session.flush()


def allocate(database: Database, pool_id: UUID) -> CostPool:
    with database.transaction(CLARA) as session:
        pool = queries.pool_for_update(session, CLARA, pool_id)
        return allocate_pool(session, CLARA, pool=pool)


def reverse(database: Database, pool_id: UUID) -> CostPool:
    with database.transaction(CLARA) as session:
        pool = queries.pool_for_update(session, CLARA, pool_id)
        return reverse_pool(session, CLARA, pool=pool, reason="Booked twice")


def proposal(database: Database, pool_id: UUID) -> Proposal:
    with database.reading() as session:
        return propose(session, queries.pool(session, CLARA, pool_id))


def proposed(database: Database, pool_id: UUID) -> dict[str, str]:
    return {one.campaign_code: str(one.amount) for one in proposal(database, pool_id).shares}


def borne(database: Database) -> dict[UUID, Balance]:
    """The balances of the lines for indirect costs, by budget."""
    with database.reading() as session:
        lines = session.scalars(select(BudgetLine).where(BudgetLine.kind == "indirect"))
        return {line.budget_id: line.balance for line in lines}


def test_every_campaign_that_ran_in_the_period_bears_its_share(database: Database) -> None:
    a, b, c = ran(database, "A"), ran(database, "B", last=None), ran(database, "C")
    ran(database, "BEFORE", date(2026, 9, 1), date(2026, 10, 31))
    ran(database, "AFTER", date(2026, 12, 1))
    ran(database, "SOUTH", department="south")
    with database.transaction(FAY) as session:
        budget_of(session, "10.00", code="PLANNED")
    pool = pool_of(database, "60.00", "40.00")
    assert proposed(database, pool.id) == {"A": "33.34", "B": "33.33", "C": "33.33"}
    assert borne(database) == {}
    allocate(database, pool.id)
    amounts = {a.id: "33.34", b.id: "33.33", c.id: "33.33"}
    assert borne(database) == {key: Balance(incurred=Decimal(amount)) for key, amount in amounts.items()}


def test_an_allocation_is_told_with_all_shares_and_posted_for_the_pool(database: Database) -> None:
    budget = ran(database, "A")
    pool = pool_of(database, "100.00")
    allocate(database, pool.id)
    (told,) = published(database, PoolAllocated)
    assert [(one.budget_id, one.value, one.amount) for one in told.shares] == [
        (budget.id, Decimal(1), Decimal("100.00"))
    ]
    posted = published(database, BudgetPosted)[-1]
    assert (posted.kind, posted.amount, posted.source, posted.source_id) == (
        "allocate",
        Decimal("100.00"),
        "allocation",
        pool.id,
    )
    assert (posted.balance.name, posted.balance.available) == ("Indirect costs", Decimal("-100.00"))


def test_a_pool_is_allocated_once_and_again_only_after_a_reversal(database: Database) -> None:
    a, b = ran(database, "A"), ran(database, "B")
    pool = pool_of(database, "0.01")
    allocate(database, pool.id)
    before = borne(database)
    with pytest.raises(Conflict, match="allocated again"):
        allocate(database, pool.id)
    reverse(database, pool.id)
    assert borne(database) == {a.id: Balance()}
    allocate(database, pool.id)
    assert borne(database) == before
    (reversed_,) = published(database, PoolReversed)
    assert (reversed_.run, reversed_.reason) == (1, "Booked twice")
    first, second = published(database, PoolAllocated)
    assert (first.shares, second.run) == (second.shares, 2)
    with database.reading() as session:
        kept = session.scalars(queries.allocations(session, CLARA, pool.id)).all()
    assert [(one.run, one.budget_id, one.amount) for one in kept] == [
        (1, a.id, Decimal("0.01")),
        (1, b.id, Decimal(0)),
        (2, a.id, Decimal("0.01")),
        (2, b.id, Decimal(0)),
    ]


def test_two_pools_share_one_line_of_a_budget(database: Database) -> None:
    budget = ran(database, "A")
    for amount in ("10.00", "5.50"):
        allocate(database, pool_of(database, amount).id)
    assert borne(database) == {budget.id: Balance(incurred=Decimal("15.50"))}


def test_a_pool_that_is_not_allocated_has_nothing_to_reverse(database: Database) -> None:
    with pytest.raises(Conflict, match="is open"):
        reverse(database, pool_of(database).id)


def test_direct_cost_is_what_was_spent_in_the_period(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = ran(database, "A"), ran(database, "B")
    for budget, amount, day in ((a, "100.00", 1), (a, "50.00", 30), (b, "50.00", 15)):
        monkeypatch.setattr("services.finance.budgets.actions.now", lambda day=day: noon(date(2026, 11, day)))
        spend(database, budget, amount, date(2026, 11, day))
    monkeypatch.setattr("services.finance.budgets.actions.now", lambda: noon(date(2026, 12, 1)))
    spend(database, b, "500.00", date(2026, 12, 1))
    pool = pool_of(database, "100.00", driver="direct_cost")
    assert proposed(database, pool.id) == {"A": "75.00", "B": "25.00"}


def test_leads_are_those_captured_in_the_period(database: Database) -> None:
    a, b = ran(database, "A"), ran(database, "B")
    with database.transaction() as session:
        for budget, day in ((a, FIRST), (a, LAST), (a, LAST), (b, LAST), (b, date(2026, 12, 1))):
            session.add(CampaignLead(lead_id=new_id(), campaign_id=budget.campaign_id, captured_at=noon(day)))
    pool = pool_of(database, "100.00", driver="leads")
    assert proposed(database, pool.id) == {"A": "75.00", "B": "25.00"}


def test_targets_and_duration_are_those_of_the_campaign(database: Database) -> None:
    with database.transaction(FAY) as session:
        for code, targets, last in (("A", 300, date(2026, 11, 10)), ("B", 100, LAST)):
            budget = budget_of(session, "10.00", code=code)
            campaign_ran(session, budget.campaign_id, FIRST, last, targets=targets)
    assert proposed(database, pool_of(database, driver="targets").id) == {"A": "75.00", "B": "25.00"}
    assert proposed(database, pool_of(database, driver="duration").id) == {"A": "25.00", "B": "75.00"}


@pytest.mark.parametrize("driver", ["direct_cost", "leads", "targets"])
def test_where_the_driver_measures_nothing_it_is_refused(database: Database, driver: str) -> None:
    ran(database, "A")
    pool = pool_of(database, driver=driver)
    with pytest.raises(Conflict, match=f"no {driver.replace('_', ' ')} in the period"):
        allocate(database, pool.id)
    assert published(database, PoolAllocated) == []


def test_where_no_campaign_ran_it_is_refused(database: Database) -> None:
    with pytest.raises(Conflict, match="No campaign of north"):
        allocate(database, pool_of(database).id)


def test_chosen_campaigns_bear_it_whether_they_ran_or_not(database: Database) -> None:
    ran(database, "A")
    with database.transaction(FAY) as session:
        chosen = budget_of(session, "10.00", code="PLANNED")
    pool = pool_of(database, campaign_ids=[chosen.campaign_id])
    assert proposed(database, pool.id) == {"PLANNED": "100.00"}


def test_only_campaigns_with_a_budget_of_the_department_are_chosen(database: Database) -> None:
    foreign = ran(database, "SOUTH", department="south")
    with pytest.raises(Invalid, match="campaign_ids: .*has no budget in department north"):
        pool_of(database, campaign_ids=[foreign.campaign_id])


def test_a_budget_in_another_currency_without_a_rate_is_named(database: Database) -> None:
    ran(database, "A")
    ran(database, "TOKYO", currency="JPY")
    with pytest.raises(Conflict, match=r"TOKYO \(JPY\)"):
        allocate(database, pool_of(database).id)


@pytest.mark.parametrize(
    ("driver", "shares"),
    [
        ("equal", {"A": ("50.00", "50.00"), "TOKYO": ("50.00", "8000")}),
        ("direct_cost", {"A": ("33.33", "33.33"), "TOKYO": ("66.67", "10667")}),
    ],
)
def test_a_budget_in_another_currency_is_charged_by_the_rate_of_the_last_day(
    database: Database, monkeypatch: pytest.MonkeyPatch, driver: Driver, shares: dict[str, tuple[str, str]]
) -> None:
    near, far = ran(database, "A"), ran(database, "TOKYO", currency="JPY")
    with database.transaction(CLARA) as session:
        record_rates(session, ("EUR", "JPY", "2026-11-27", "160"))
    monkeypatch.setattr("services.finance.budgets.actions.now", lambda: noon(date(2026, 11, 15)))
    spend(database, near, "1.00", date(2026, 11, 15))
    spend(database, far, "320", date(2026, 11, 15))
    pool = pool_of(database, "100.00", driver=driver)
    found = proposal(database, pool.id).shares
    assert {one.campaign_code: (f"{one.amount:.2f}", str(one.cost)) for one in found} == shares
    allocate(database, pool.id)
    assert borne(database)[far.id].incurred == Decimal(shares["TOKYO"][1])
    (told,) = published(database, PoolAllocated)
    assert sum(share.amount for share in told.shares) == told.total.amount
    assert [share.cost and share.cost.currency for share in told.shares] == [None, "JPY"]
    reverse(database, pool.id)
    assert borne(database)[far.id].incurred == 0


def test_a_settled_budget_is_left_out_and_refused_where_it_was_chosen(database: Database) -> None:
    ran(database, "A")
    settled = ran(database, "DONE")
    chosen = pool_of(database, campaign_ids=[settled.campaign_id])
    with database.transaction() as session:
        session.execute(
            text("UPDATE budgets SET settled_at = '2026-12-01 00:00:00' WHERE campaign_code = 'DONE'")
        )
    pool = pool_of(database)
    assert proposed(database, pool.id) == {"A": "100.00"}
    assert [one.campaign_code for one in proposal(database, pool.id).left_out] == ["DONE"]
    with pytest.raises(Conflict, match="Settled budgets take no allocation: DONE"):
        allocate(database, chosen.id)
    source = Source("allocation", pool.id)
    with pytest.raises(Conflict, match="was settled on"), database.transaction(CLARA) as session:
        post_share(session, CLARA, budget_id=settled.id, amount=Decimal(1), note="", source=source)


def test_nobody_promises_anything_from_the_line_for_indirect_costs(database: Database) -> None:
    budget = ran(database, "A")
    allocate(database, pool_of(database).id)
    with pytest.raises(Conflict, match="nothing is promised"), database.transaction(CLARA) as session:
        taken = take_number(session, budget.id)
        assert taken.indirect_line_id is not None
        post_entry(
            session,
            CLARA,
            budget=taken,
            line_id=taken.indirect_line_id,
            kind="commit",
            amount=Decimal(1),
            source=Source("purchase", new_id()),
        )


def test_a_pool_is_changed_while_nothing_of_it_is_allocated(database: Database) -> None:
    ran(database, "A")
    pool = pool_of(database, "10.00")

    def change() -> CostPool:
        with database.transaction(CLARA) as session:
            found = queries.pool_for_update(session, CLARA, pool.id)
            return change_pool(session, CLARA, pool=found, design=pool_design("7.00", "1.00", name="New"))

    assert (change().total, change().name) == (Decimal(8), "New")
    allocate(database, pool.id)
    with pytest.raises(Conflict, match="cannot be changed"):
        change()
    reverse(database, pool.id)
    assert change().state == "reversed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_on": date(2026, 10, 31)}, "ends_on"),
        ({"currency": "ABC"}, "currency"),
        ({"costs": [PoolCost("Rent", Decimal("1.001"))]}, "lines.0.amount"),
        ({"costs": [PoolCost("Rent", Decimal(1)), PoolCost("Rent", Decimal(-1))]}, "lines.1.amount"),
        ({"campaign_ids": [UUID(int=1), UUID(int=1)]}, "campaign_ids"),
        ({"costs": [PoolCost("Rent", Decimal(1), [UUID(int=1)])]}, "lines.0.documents"),
    ],
)
def test_a_pool_that_makes_no_sense_is_refused_by_field(
    database: Database, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        pool_of(database, **changes)
    assert refused.value.fields[0]["field"] == field


def test_nobody_opens_a_pool_for_another_department(database: Database) -> None:
    with pytest.raises(Forbidden), database.transaction(CLARA) as session:
        open_pool(session, CLARA, pool_design(department="south"))


def test_the_database_refuses_to_change_a_share(database: Database) -> None:
    ran(database, "A")
    allocate(database, pool_of(database).id)
    with pytest.raises(DBAPIError, match="only grows"), database.transaction() as session:
        session.execute(text("UPDATE pool_shares SET amount = 1"))


def test_entries_of_both_signs_explain_the_line(database: Database) -> None:
    ran(database, "A")
    pool = pool_of(database, "12.34")
    allocate(database, pool.id)
    reverse(database, pool.id)
    with database.reading() as session:
        entries = session.scalars(select(LedgerEntry).where(LedgerEntry.source_id == pool.id)).all()
    assert sorted(entry.amount for entry in entries) == [Decimal("-12.34"), Decimal("12.34")]
