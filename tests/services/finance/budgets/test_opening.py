"""Later versions of a plan, on both databases."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from contracts.finance import BudgetBreached, BudgetPosted, BudgetReplanned
from services.finance.budgets import queries
from services.finance.budgets.actions import post
from services.finance.budgets.ledger import Balance, Kind
from services.finance.budgets.model import ApprovedPlan, Budget, PlannedLine, Source
from services.finance.budgets.opening import open_budget
from tests.services.finance.builders import FAY, budget_of, published, replan


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Iterator[Database]:
    database = database_of("finance")
    yield database
    with database.reading() as session:
        assert queries.drifted_lines(session) == []


def opened(database: Database, *amounts: str, **line: Any) -> Budget:
    with database.transaction(FAY) as session:
        return budget_of(session, *amounts, **line)


def approve(database: Database, plan: ApprovedPlan) -> Budget:
    with database.transaction(FAY) as session:
        open_budget(session, FAY, plan=plan)
    with database.reading() as session:
        return queries.budget(session, FAY, session.scalars(queries.budgets(FAY)).one().id)


def spend(database: Database, budget: Budget, kind: Kind, amount: str) -> None:
    with database.transaction(FAY) as session:
        post(
            session,
            FAY,
            budget_id=budget.id,
            line_id=budget.lines[0].id,
            kind=kind,
            amount=Decimal(amount),
            source=Source("purchase", budget.id),
        )


def test_a_later_plan_moves_its_lines_to_the_new_amounts_and_opens_new_ones(database: Database) -> None:
    budget = opened(database, "50.00")
    kept = PlannedLine(budget.lines[0].id, "Changed", Decimal(99), kind="print", responsible="rosa")
    later = approve(database, replan(budget, kept, PlannedLine(new_id(), "New", Decimal(7))))
    assert [line.balance for line in later.lines] == [Balance(Decimal(99)), Balance(Decimal(7))]
    assert [(line.name, line.kind, line.responsible) for line in later.lines] == [
        ("Changed", "print", "rosa"),
        ("New", None, "mia"),
    ]
    assert [(one.kind, one.amount) for one in published(database, BudgetPosted)][1:] == [
        ("adjust", Decimal(49)),
        ("budget", Decimal(7)),
    ]
    (replanned,) = published(database, BudgetReplanned)
    assert (replanned.plan_version, [line.name for line in replanned.lines]) == (2, ["New"])


def test_a_line_that_left_the_plan_gives_back_what_is_available_and_only_settles(database: Database) -> None:
    budget = opened(database, "50.00")
    spend(database, budget, "commit", "20.00")
    later = approve(database, replan(budget))
    assert later.lines[0].balance == Balance(Decimal(20), Decimal(20))
    assert later.lines[0].closed_at is not None
    spend(database, budget, "release", "5.00")
    with pytest.raises(Conflict, match="left the plan"):
        spend(database, budget, "commit", "1.00")


def test_a_line_that_left_the_plan_takes_what_makes_it_smaller(database: Database) -> None:
    budget = opened(database, "50.00")
    spend(database, budget, "commit", "20.00")
    approve(database, replan(budget))
    spend(database, budget, "release", "20.00")
    with pytest.raises(Conflict, match="left the plan"):
        spend(database, budget, "adjust", "1.00")
    spend(database, budget, "adjust", "-20.00")
    with database.reading() as session:
        assert queries.budget(session, FAY, budget.id).lines[0].balance == Balance()


def test_a_line_that_comes_back_is_open_again(database: Database) -> None:
    budget = opened(database, "50.00")
    approve(database, replan(budget))
    back = PlannedLine(budget.lines[0].id, "Back", Decimal(30))
    later = approve(database, replan(budget, back, version=3))
    assert (later.lines[0].closed_at, later.lines[0].available) == (None, Decimal(30))


def test_a_line_keeps_what_it_has_used_when_the_plan_gives_less(database: Database) -> None:
    budget = opened(database, "50.00")
    spend(database, budget, "commit", "40.00")
    less = PlannedLine(budget.lines[0].id, "Less", Decimal(25))
    later = approve(database, replan(budget, less))
    assert later.lines[0].balance == Balance(Decimal(40), Decimal(40))
    (breach,) = published(database, BudgetBreached)
    assert (breach.over, breach.balance.budget, breach.entry_id) == (Decimal(15), Decimal(40), None)


@pytest.mark.parametrize("policy", ["warn", "ignore"])
def test_a_line_that_does_not_stop_goes_below_zero_with_the_plan(database: Database, policy: str) -> None:
    budget = opened(database, "50.00", on_breach=policy)
    spend(database, budget, "commit", "40.00")
    less = PlannedLine(budget.lines[0].id, "Less", Decimal(25), on_breach="warn")
    assert approve(database, replan(budget, less)).lines[0].available == Decimal(-15)
    stopping = PlannedLine(budget.lines[0].id, "Stop", Decimal(25))
    later = approve(database, replan(budget, stopping, version=3))
    assert later.lines[0].available == 0
    assert later.lines[0].on_breach == "stop"


def test_a_later_plan_in_another_currency_is_refused_and_changes_nothing(database: Database) -> None:
    budget = opened(database, "50.00")
    with pytest.raises(Conflict, match="EUR"):
        approve(database, replan(budget, currency="JPY"))
    assert published(database, BudgetReplanned) == []


def test_every_version_of_the_plan_is_kept(database: Database) -> None:
    budget = opened(database, "50.00")
    approve(database, replan(budget, PlannedLine(budget.lines[0].id, "Changed", Decimal(60))))
    with database.reading() as session:
        kept = session.scalars(queries.versions(session, FAY, budget.id)).all()
    assert sorted((one.plan_version, one.total, one.lines[0].amount) for one in kept) == [
        (1, Decimal(50), Decimal(50)),
        (2, Decimal(60), Decimal(60)),
    ]
