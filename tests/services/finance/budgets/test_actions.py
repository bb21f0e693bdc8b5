"""Opening budgets and posting to the ledger, on both databases."""

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.errors import Conflict, Invalid
from contracts.finance import BudgetBreached, BudgetOpened, BudgetPosted
from services.finance.budgets import queries
from services.finance.budgets.actions import post_entry, take_number
from services.finance.budgets.ledger import Balance, Kind, OnBreach
from services.finance.budgets.model import Budget, BudgetLine, LedgerEntry, Source
from tests.harness.databases import DatabaseFactory
from tests.services.finance.builders import FAY, budget_of, published


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Iterator[Database]:
    """Whatever a test did to it, every balance is the sum of its entries."""
    database = database_of("finance")
    yield database
    with database.reading() as session:
        assert queries.drifted_lines(session) == []


def opened(database: Database, *amounts: str) -> Budget:
    with database.transaction(FAY) as session:
        return budget_of(session, *amounts)


def post(database: Database, budget: Budget, *postings: tuple[Kind, str], line: int = 0) -> None:
    for kind, amount in postings:
        with database.transaction(FAY) as session:
            post_entry(
                session,
                FAY,
                budget=take_number(session, budget.id),
                line_id=budget.lines[line].id,
                kind=kind,
                amount=Decimal(amount),
                note="as agreed",
                source=Source("purchase", budget.id),
            )


def balances(database: Database, budget: Budget) -> list[Balance]:
    with database.reading() as session:
        return [line.balance for line in queries.budget(session, FAY, budget.id).lines]


def test_a_budget_opens_with_what_was_planned(database: Database) -> None:
    budget = opened(database, "1000.00", "250.50")
    assert balances(database, budget) == [Balance(Decimal(1000)), Balance(Decimal("250.50"))]


def test_opening_publishes_the_budget_and_one_posting_for_each_line(database: Database) -> None:
    budget = opened(database, "1000.00", "250.50")
    (event,) = published(database, BudgetOpened)
    assert [line.available for line in event.lines] == [Decimal("1000.00"), Decimal("250.50")]
    postings = published(database, BudgetPosted)
    assert [(one.kind, one.amount, one.balance) for one in postings] == [
        ("budget", line.budget, line) for line in event.lines
    ]
    assert {one.budget_id for one in postings} == {budget.id}


def test_a_budget_without_lines_opens_too(database: Database) -> None:
    assert balances(database, opened(database)) == []


def test_committing_and_spending_move_the_figures(database: Database) -> None:
    budget = opened(database, "100.00")
    post(database, budget, ("commit", "60.00"), ("incur", "25.00"), ("release", "5.00"))
    assert balances(database, budget) == [Balance(Decimal(100), Decimal(30), Decimal(25))]


def test_a_posting_tells_the_line_right_after_it(database: Database) -> None:
    budget = opened(database, "100.00")
    post(database, budget, ("commit", "60.00"), ("incur", "60.00"))
    last = published(database, BudgetPosted)[-1]
    assert (last.kind, last.balance.committed, last.balance.incurred, last.balance.available) == (
        "incur",
        Decimal("0.00"),
        Decimal("60.00"),
        Decimal("40.00"),
    )
    assert (last.balance.responsible, last.note) == ("mia", "as agreed")


def test_entries_are_numbered_without_a_gap_and_keep_the_figures_after_them(database: Database) -> None:
    budget = opened(database, "100.00", "10.00")
    post(database, budget, ("commit", "60.00"))
    post(database, budget, ("commit", "10.00"), line=1)
    with database.reading() as session:
        ledger = session.scalars(
            queries.entries(session, FAY, budget.id).order_by(LedgerEntry.sequence)
        ).all()
    assert [entry.sequence for entry in ledger] == [2, 3, 4, 5]
    assert [entry.available for entry in ledger] == [Decimal(100), Decimal(10), Decimal(40), Decimal(0)]
    assert {entry.posted_by for entry in ledger} == {"fay"}


def test_a_line_that_cannot_cover_it_says_what_is_available(database: Database) -> None:
    budget = opened(database, "50.00")
    post(database, budget, ("commit", "20.00"))
    with pytest.raises(Conflict, match=r"30\.00 EUR available"):
        post(database, budget, ("commit", "30.01"))
    assert balances(database, budget) == [Balance(Decimal(50), Decimal(20))]


def test_a_refused_posting_leaves_no_entry_and_no_event(database: Database) -> None:
    budget = opened(database, "50.00")
    with pytest.raises(Conflict):
        post(database, budget, ("commit", "50.01"))
    assert len(published(database, BudgetPosted)) == 1
    post(database, budget, ("commit", "50.00"))
    assert [one.kind for one in published(database, BudgetPosted)] == ["budget", "commit"]


@pytest.mark.parametrize("kind", ["release", "incur"])
def test_no_more_is_settled_than_was_committed(database: Database, kind: Kind) -> None:
    budget = opened(database, "50.00")
    post(database, budget, ("commit", "20.00"))
    with pytest.raises(Conflict, match=r"only 20\.00 committed"):
        post(database, budget, (kind, "20.01"))


@pytest.mark.parametrize("kind", ["commit", "reserve", "release", "budget"])
def test_only_some_kinds_of_entries_take_a_negative_amount(
    fresh_database: DatabaseFactory, kind: Kind
) -> None:
    database = fresh_database("finance")
    budget = opened(database, "50.00")
    with pytest.raises(Invalid, match="positive"):
        post(database, budget, (kind, "-1.00"))
    assert balances(database, budget) == [Balance(Decimal(50))]


def test_a_line_of_another_budget_is_not_touched(database: Database) -> None:
    budget, other = opened(database, "50.00"), opened(database, "50.00")
    with pytest.raises(Conflict), database.transaction(FAY) as session:
        locked = take_number(session, budget.id)
        line_id, amount = other.lines[0].id, Decimal(1)
        source = Source("purchase", budget.id)
        post_entry(session, FAY, budget=locked, line_id=line_id, kind="commit", amount=amount, source=source)


@pytest.mark.parametrize(("policy", "told"), [("warn", 1), ("ignore", 0)])
def test_a_line_that_does_not_stop_takes_more_than_it_has(
    database: Database, policy: OnBreach, told: int
) -> None:
    with database.transaction(FAY) as session:
        budget = budget_of(session, "50.00", on_breach=policy)
    post(database, budget, ("commit", "70.00"), ("release", "5.00"))
    assert balances(database, budget) == [Balance(Decimal(50), Decimal(65))]
    breaches = published(database, BudgetBreached)
    assert [(one.over, one.balance.available) for one in breaches] == [(Decimal(20), Decimal(-20))] * told
    with database.reading() as session:
        version = queries.budget(session, FAY, budget.id).version
    assert version == 4 + told


@pytest.mark.parametrize("change", ["UPDATE ledger_entries SET amount = 1", "DELETE FROM ledger_entries"])
def test_the_database_refuses_to_change_an_entry(database: Database, change: str) -> None:
    opened(database, "50.00")
    with pytest.raises(DBAPIError, match="only grows"), database.transaction() as session:
        session.execute(text(change))


def test_a_line_that_was_tampered_with_is_found(database_of: Callable[[str], Database]) -> None:
    database = database_of("finance")
    opened(database, "50.00")
    with database.transaction() as session:
        line = session.scalars(select(BudgetLine)).one()
        line.budget = Decimal(51)
    with database.reading() as session:
        assert queries.drifted_lines(session) == [(line.id, Balance(Decimal(51)), Balance(Decimal(50)))]
