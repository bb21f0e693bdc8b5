"""Settling budgets and taking it back, on both databases."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import eventlet
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from contracts.campaign import WaveFundsWanted
from contracts.event import Event, Money
from contracts.finance import (
    ApprovalOpened,
    BudgetPosted,
    BudgetReopened,
    BudgetSettled,
    ClaimSubmitted,
    FundingCharged,
    FundingEnded,
    PurchaseRequested,
)
from contracts.outreach import MailingOutcomes, Outcome
from contracts.roles import FINANCE_CLERK
from services.finance.approvals.decisions import decide_approval
from services.finance.budgets.actions import change_line, post_entry, take_number
from services.finance.budgets.indirect import post_share
from services.finance.budgets.ledger import Kind
from services.finance.budgets.model import ApprovedPlan, Budget, Source
from services.finance.budgets.opening import open_budget
from services.finance.budgets.queries import budget as budget_with_lines
from services.finance.budgets.queries import drifted_lines
from services.finance.claims.actions import pay_claim, submit_claim
from services.finance.funding.actions import charge_copies, fund_wave
from services.finance.settlement import queries
from services.finance.settlement.actions import reopen_budget, settle_budget
from services.finance.settlement.checklist import Checklist
from services.finance.settlement.model import Settlement
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person
from tests.services.finance.builders import (
    CLARA,
    FAY,
    MIA,
    budget_of,
    campaign_ran,
    noon,
    plan,
    published,
    purchase_in,
    submit,
    transfer_of,
)
from tests.services.finance.office import ADA

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
FAR = noon(LAST)
HUB = person("hubert", FINANCE_CLERK, departments=("north", "south"))


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Iterator[Database]:
    """Whatever a test did to it, every balance is the sum of its entries."""
    database = database_of("finance")
    yield database
    with database.reading() as session:
        assert drifted_lines(session) == []


def ended(database: Database, *amounts: str) -> Budget:
    """The budget of a campaign that is completed."""
    with database.transaction(FAY) as session:
        budget = budget_of(session, *amounts)
        campaign_ran(session, budget.campaign_id, FIRST, LAST)
        return budget


def post(database: Database, budget: Budget, kind: Kind, amount: str, *, of: Source) -> None:
    with database.transaction(CLARA) as session:
        post_entry(
            session,
            CLARA,
            budget=take_number(session, budget.id),
            line_id=budget.lines[0].id,
            kind=kind,
            amount=Decimal(amount),
            source=of,
        )


def claim(database: Database, budget: Budget, amount: str) -> UUID:
    with database.transaction(MIA) as session:
        line_id, total = budget.lines[0].id, Decimal(amount)
        submitted = submit_claim(
            session, MIA, line_id=line_id, amount=total, currency="EUR", purpose="Flyers"
        )
        assert submitted.approval_id is not None
        return submitted.approval_id


def checklist(database: Database, budget: Budget) -> Checklist:
    with database.reading() as session:
        return queries.checklist(session, budget_with_lines(session, FAY, budget.id))


def settle(database: Database, budget: Budget) -> Settlement:
    with database.transaction(CLARA) as session:
        held = queries.budget_for_update(session, CLARA, budget.id)
        return settle_budget(session, CLARA, budget=held)


def reopen(database: Database, budget: Budget) -> Budget:
    with database.transaction(ADA) as session:
        held = queries.budget_for_update(session, ADA, budget.id)
        return reopen_budget(session, ADA, budget=held, reason="A late invoice")


def test_a_settlement_says_what_was_planned_and_what_it_came_to(database: Database) -> None:
    budget = ended(database, "100.00", "50.00")
    purchase = Source("purchase", new_id())
    post(database, budget, "commit", "80.00", of=purchase)
    post(database, budget, "incur", "80.00", of=purchase)
    post(database, budget, "transfer", "-10.00", of=Source("transfer", new_id()))
    with database.transaction(CLARA) as session:
        source, share = Source("allocation", new_id()), Decimal("25.50")
        post_share(session, CLARA, budget_id=budget.id, amount=share, note="Rent", source=source)
    settle(database, budget)
    (told,) = published(database, BudgetSettled)
    figures = (told.planned, told.budget, told.direct, told.allocated, told.actual, told.variance)
    assert [str(one) for one in figures] == ["150.00", "140.00", "80.00", "25.50", "105.50", "34.50"]
    assert [(one.name, one.kind, str(one.variance)) for one in told.lines] == [
        ("Line 100.00", None, "10.00"),
        ("Line 50.00", None, "50.00"),
        ("Indirect costs", "indirect", "-25.50"),
    ]


def test_what_is_still_reserved_is_released(database: Database) -> None:
    budget = ended(database, "100.00")
    wave = Source("wave", new_id())
    post(database, budget, "reserve", "30.00", of=wave)
    post(database, budget, "incur", "12.00", of=wave)
    (item,) = [one for one in checklist(database, budget).items if one.status == "released"]
    assert (item.subject, item.amount, item.source_id) == ("reservation", Decimal(18), wave.id)
    assert settle(database, budget).released == Decimal(18)
    last = published(database, BudgetPosted)[-1]
    assert (last.kind, last.amount, last.source_id, last.balance.committed) == (
        "release",
        Decimal("18.00"),
        wave.id,
        Decimal("0.00"),
    )
    assert published(database, BudgetSettled)[0].released == Decimal("18.00")


def funds_wanted(budget: Budget, *, copies: int) -> WaveFundsWanted:
    """A wave asks for a euro for each copy."""
    return WaveFundsWanted(
        funding_id=new_id(),
        wave_id=new_id(),
        campaign_id=budget.campaign_id,
        line_id=budget.lines[0].id,
        targets=copies,
        unit_cost=Decimal(1),
        total=Money(amount=Decimal(copies), currency="EUR"),
        at=noon(LAST),
    )


def test_the_money_of_waves_ends_with_the_settlement(database: Database) -> None:
    budget = ended(database, "100.00")
    wanted = funds_wanted(budget, copies=30)
    with database.transaction() as session:
        fund_wave(session, wanted)
    assert settle(database, budget).released == Decimal(30)
    (told,) = published(database, FundingEnded)
    assert (told.funding_id, told.incurred, told.released) == (wanted.funding_id, Decimal(0), Decimal(30))
    late = Outcome(target_id=new_id(), contact_id=new_id(), outcome="accepted", at=noon(LAST))
    with database.transaction() as session:
        charge_copies(
            session,
            MailingOutcomes(
                mailing_id=new_id(), wave_id=wanted.wave_id, campaign_id=budget.campaign_id, outcomes=[late]
            ),
        )
    assert published(database, FundingCharged) == []


def test_the_lines_of_a_settled_budget_are_not_changed(database: Database) -> None:
    budget = ended(database, "100.00")
    settle(database, budget)
    with pytest.raises(Conflict, match="was settled on"), database.transaction(FAY) as session:
        held = budget_with_lines(session, FAY, budget.id)
        change_line(session, FAY, budget=held, line_id=held.lines[0].id, responsible="rosa")


def test_a_settled_budget_funds_no_wave(database: Database) -> None:
    budget = ended(database, "100.00")
    settle(database, budget)
    with database.transaction() as session:
        funding = fund_wave(session, funds_wanted(budget, copies=1))
    assert (funding.state, "was settled on" in funding.reason) == ("refused", True)


def test_an_open_claim_stands_in_the_way_until_it_is_paid(database: Database) -> None:
    budget = ended(database, "100.00")
    approval_id = claim(database, budget, "30.00")
    found = checklist(database, budget)
    assert (found.ready, {one.subject for one in found.blocking}) == (False, {"approval", "commitment"})
    with pytest.raises(Conflict, match=r"waits for approval.*30\.00 EUR committed"):
        settle(database, budget)
    with database.transaction(FAY) as session:
        approval = decide_approval(session, FAY, approval_id=approval_id, outcome="approve")
    (item,) = checklist(database, budget).blocking
    assert (item.subject, item.source, item.amount) == ("commitment", "claim", Decimal(30))
    with database.transaction(CLARA) as session:
        pay_claim(session, CLARA, claim_id=approval.subject_id)
    assert checklist(database, budget).ready
    assert settle(database, budget).direct == Decimal(30)


def test_an_order_stands_in_the_way_though_it_began_as_a_reservation(database: Database) -> None:
    budget = ended(database, "100.00")
    purchase = Source("purchase", new_id())
    for kind, amount in (("reserve", "40.00"), ("release", "40.00"), ("commit", "35.00")):
        post(database, budget, kind, amount, of=purchase)  # type: ignore[arg-type]
    (item,) = checklist(database, budget).blocking
    assert (item.subject, item.amount) == ("commitment", Decimal(35))


def test_only_what_has_ended_is_settled(database: Database) -> None:
    with database.transaction(FAY) as session:
        unknown, running, cancelled = (budget_of(session, "10.00") for _ in range(3))
        campaign_ran(session, running.campaign_id, FIRST)
        campaign_ran(session, cancelled.campaign_id, FIRST, launched_at=None, cancelled_at=FAR)
    with pytest.raises(Conflict, match="Nothing is known of the campaign yet"):
        settle(database, unknown)
    with pytest.raises(Conflict, match="The campaign is running"):
        settle(database, running)
    assert settle(database, cancelled).planned == Decimal(10)


def test_a_changed_plan_on_the_desk_stands_in_the_way(database: Database) -> None:
    budget = ended(database, "100.00")
    approval_id = submit(database, plan("120.00", campaign_id=budget.campaign_id, plan_version=2))
    (item,) = checklist(database, budget).blocking
    assert (item.subject, item.source, item.source_id) == ("approval", "plan", approval_id)


def test_a_purchase_that_waits_for_approval_stands_in_the_way(database: Database) -> None:
    budget = ended(database, "100.00")
    with database.transaction(MIA) as session:
        approval_id = purchase_in(session, budget, ("1", "10")).approval_id
    (item,) = checklist(database, budget).blocking
    assert (item.subject, item.source, item.source_id) == ("approval", "purchase", approval_id)


def test_a_transfer_stands_in_the_way_of_the_budget_that_takes_it_too(database: Database) -> None:
    giving, taking = ended(database, "100.00"), ended(database, "50.00")
    with database.transaction(CLARA) as session:
        transfer = transfer_of(session, giving.lines[0], taking.lines[0], "10.00")
    for budget in (giving, taking):
        (item,) = [one for one in checklist(database, budget).items if one.subject == "approval"]
        assert (item.status, item.source, item.source_id) == ("blocks", "transfer", transfer.approval_id)


def test_a_transfer_out_of_another_department_stands_in_the_way_as_well(database: Database) -> None:
    taking = ended(database, "50.00")
    with database.transaction(HUB) as session:
        giving = budget_of(session, "100.00", department="south")
        transfer_of(session, giving.lines[0], taking.lines[0], "10.00", by=HUB)
    assert [one.source for one in checklist(database, taking).blocking] == ["transfer"]


def test_nothing_is_asked_of_a_settled_budget(database: Database) -> None:
    budget, other = ended(database, "100.00"), ended(database, "50.00")
    settle(database, budget)
    with pytest.raises(Conflict, match="was settled on"), database.transaction(MIA) as session:
        purchase_in(session, budget, ("1", "10"))
    with pytest.raises(Conflict, match="was settled on"), database.transaction(CLARA) as session:
        transfer_of(session, other.lines[0], budget.lines[0], "10.00")
    assert published(database, ApprovalOpened) == []


def test_nothing_is_posted_to_a_settled_budget(database: Database) -> None:
    budget = ended(database, "100.00")
    settle(database, budget)
    with pytest.raises(Conflict, match="was settled on"):
        claim(database, budget, "1.00")
    with pytest.raises(Conflict, match="was settled on"):
        post(database, budget, "commit", "1.00", of=Source("purchase", new_id()))
    later = ApprovedPlan(
        campaign_id=budget.campaign_id,
        campaign_code="FAIR",
        name="Spring fair",
        department="north",
        responsible="mia",
        version=2,
        currency="EUR",
        lines=[],
    )
    with pytest.raises(Conflict, match="was settled on"), database.transaction(FAY) as session:
        open_budget(session, FAY, plan=later)
    assert published(database, ClaimSubmitted) == []


def test_a_budget_is_settled_once(database: Database) -> None:
    budget = ended(database, "100.00")
    settle(database, budget)
    with pytest.raises(Conflict, match="The budget was settled on"):
        settle(database, budget)
    assert len(published(database, BudgetSettled)) == 1


def test_a_reopened_budget_takes_postings_and_is_settled_anew(database: Database) -> None:
    budget = ended(database, "100.00")
    first = settle(database, budget)
    assert reopen(database, budget).settled_at is None
    (told,) = published(database, BudgetReopened)
    assert (told.settlement_id, told.reason, told.reopened_by) == (first.id, "A late invoice", "ada")
    late = Source("purchase", new_id())
    post(database, budget, "commit", "7.00", of=late)
    post(database, budget, "incur", "7.00", of=late)
    assert settle(database, budget).direct == Decimal(7)
    with database.reading() as session:
        kept = session.scalars(queries.settlements(session, FAY, budget.id).order_by(Settlement.id)).all()
    assert [(one.direct, one.reopening is not None) for one in kept] == [
        (Decimal(0), True),
        (Decimal(7), False),
    ]


def test_what_is_not_settled_is_not_reopened(database: Database) -> None:
    with pytest.raises(Conflict, match="is not settled"):
        reopen(database, ended(database, "100.00"))


@pytest.mark.parametrize("table", ["settlements", "reopenings"])
def test_the_database_refuses_to_change_what_was_settled(database: Database, table: str) -> None:
    budget = ended(database, "100.00")
    settle(database, budget)
    reopen(database, budget)
    with pytest.raises(DBAPIError, match="only grows"), database.transaction() as session:
        session.execute(text(f"DELETE FROM {table}"))


def buy(database: Database, budget: Budget, price: str) -> None:
    with database.transaction(MIA) as session:
        purchase_in(session, budget, ("1", price))


@pytest.mark.parametrize("ask, event", [(claim, ClaimSubmitted), (buy, PurchaseRequested)])
def test_requests_that_come_with_the_settlement_pass_before_it_or_not_at_all(
    fresh_database: DatabaseFactory, ask: Callable[[Database, Budget, str], object], event: type[Event]
) -> None:
    database = fresh_database("finance", "postgresql")
    budget = ended(database, "1000.00")

    def attempt(number: int) -> str:
        try:
            if number == 4:
                settle(database, budget)
            else:
                ask(database, budget, "1.00")
        except Conflict:
            return "refused"
        return "passed"

    outcomes = list(eventlet.GreenPool(12).imap(attempt, range(12)))
    asked, settled = published(database, event), published(database, BudgetSettled)
    assert outcomes.count("passed") == len(asked) + len(settled)
    with database.reading() as session:
        row = session.scalars(select(Budget).where(Budget.id == budget.id)).one()
        assert drifted_lines(session) == []
    assert (row.settled_at is not None) == (len(settled) == 1) == (not asked)
