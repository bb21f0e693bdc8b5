"""No money, no release; and what copies cost is never more than was set aside."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest

from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from contracts.campaign import WaveFundsReturned, WaveFundsWanted
from contracts.event import Money
from contracts.finance import BudgetPosted, FundingCharged, FundingEnded, FundingGranted, FundingRefused
from contracts.outreach import MailingFinished, MailingOutcomes, Outcome
from services.finance.budgets import queries as budgets
from services.finance.budgets.ledger import Balance
from services.finance.budgets.model import Budget
from services.finance.funding import actions, suspending
from tests.services.finance.builders import CLARA, budget_of, published

How = Literal["accepted", "failed", "suppressed", "uncertain"]


class Desk:
    """A budget of 100.00 EUR on one line, and a wave that asks for some of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(CLARA) as session:
            self.budget: Budget = budget_of(session, "100.00")
        self.wave_id, self.mailing_id = new_id(), new_id()

    def ask(self, targets: int = 1000, *, unit_cost: str = "0.0345", **changes: Any) -> UUID:
        cost = Decimal(unit_cost)
        total = Money(amount=(cost * targets).quantize(Decimal("0.01")), currency="EUR")
        values: dict[str, Any] = {
            "funding_id": new_id(),
            "wave_id": self.wave_id,
            "campaign_id": self.budget.campaign_id,
            "line_id": self.budget.lines[0].id,
            "targets": targets,
            "unit_cost": cost,
            "total": total,
            "at": now(),
        }
        event = WaveFundsWanted(**{**values, **changes})
        with self.database.transaction() as session:
            actions.fund_wave(session, event)
        return event.funding_id

    def hear(self, *copies: tuple[int, How], mailing_id: UUID | None = None) -> None:
        page = [
            Outcome(target_id=new_id(), contact_id=new_id(), outcome=how, at=now())
            for count, how in copies
            for _ in range(count)
        ]
        event = MailingOutcomes(
            mailing_id=mailing_id or self.mailing_id,
            wave_id=self.wave_id,
            campaign_id=self.budget.campaign_id,
            outcomes=page,
        )
        with self.database.transaction() as session:
            actions.charge_copies(session, event)

    def finish(self, *, mailing_id: UUID | None = None, resend_of: UUID | None = None) -> None:
        counts = {"recipients": 0, "accepted": 0, "failed": 0, "suppressed": 0, "uncertain": 0}
        event = MailingFinished(
            mailing_id=mailing_id or self.mailing_id,
            wave_id=self.wave_id,
            campaign_id=self.budget.campaign_id,
            finished_at=now(),
            resend_of=resend_of,
            **counts,
        )
        with self.database.transaction() as session:
            actions.end_mailing(session, event)

    @property
    def balance(self) -> Balance:
        with self.database.reading() as session:
            return budgets.budget(session, CLARA, self.budget.id).lines[0].balance


@pytest.fixture
def desk(database_of: Callable[[str], Database]) -> Iterator[Desk]:
    """Whatever a test did to it, every balance is the sum of its entries."""
    desk = Desk(database_of("finance"))
    yield desk
    with desk.database.reading() as session:
        assert budgets.drifted_lines(session) == []


def stands(budget: str, committed: str, incurred: str) -> Balance:
    return Balance(Decimal(budget), Decimal(committed), Decimal(incurred))


def test_what_a_wave_will_cost_is_set_aside_before_it_goes_out(desk: Desk) -> None:
    funding_id = desk.ask(1000)
    assert desk.balance == stands("100", "34.50", "0")
    (granted,) = published(desk.database, FundingGranted)
    assert (granted.funding_id, granted.reserved) == (funding_id, Decimal("34.50"))
    entry = published(desk.database, BudgetPosted)[-1]
    assert (entry.kind, entry.source, entry.source_id) == ("reserve", "wave", desk.wave_id)


def test_a_wave_that_the_line_cannot_cover_is_refused_with_what_there_is(desk: Desk) -> None:
    desk.ask(3000)
    (refused,) = published(desk.database, FundingRefused)
    assert refused.reason == "The line has 100.00 EUR available, 103.50 is asked for."
    assert desk.balance == stands("100", "0", "0")
    desk.ask(2000)
    assert len(published(desk.database, FundingGranted)) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"campaign_id": new_id()}, "The campaign has no budget."),
        ({"line_id": new_id()}, "The budget has no such line."),
        ({"total": Money(amount=Decimal(1), currency="USD")}, "The budget is in EUR."),
    ],
)
def test_a_wave_that_asks_the_wrong_budget_is_refused(
    desk: Desk, changes: dict[str, Any], reason: str
) -> None:
    desk.ask(**changes)
    assert [one.reason for one in published(desk.database, FundingRefused)] == [reason]


def test_copies_that_went_or_may_have_gone_turn_the_reservation_into_cost(desk: Desk) -> None:
    desk.ask(1000)
    desk.hear((400, "accepted"), (50, "failed"), (50, "uncertain"))
    assert desk.balance == stands("100", "18.98", "15.52")
    desk.hear((500, "accepted"))
    desk.finish()
    assert desk.balance == stands("100", "0", "32.78")
    assert [one.copies for one in published(desk.database, FundingCharged)] == [450, 950]
    (ended,) = published(desk.database, FundingEnded)
    assert (ended.reserved, ended.incurred, ended.released) == (
        Decimal("34.50"),
        Decimal("32.78"),
        Decimal("1.72"),
    )


def test_pages_of_one_copy_each_cost_what_one_page_of_all_costs(desk: Desk) -> None:
    desk.ask(100)
    for _ in range(100):
        desk.hear((1, "accepted"))
    desk.finish()
    assert desk.balance == stands("100", "0", "3.45")


def test_a_resend_of_what_was_uncertain_is_not_charged_again(desk: Desk) -> None:
    desk.ask(100)
    desk.hear((100, "uncertain"))
    desk.finish()
    again = new_id()
    desk.hear((100, "accepted"), mailing_id=again)
    desk.finish(mailing_id=again, resend_of=desk.mailing_id)
    assert desk.balance == stands("100", "0", "3.45")
    assert len(published(desk.database, FundingEnded)) == 1


def test_a_wave_that_does_not_go_out_gives_everything_back_once(desk: Desk) -> None:
    funding_id = desk.ask(1000)
    event = WaveFundsReturned(
        funding_id=funding_id,
        wave_id=desk.wave_id,
        campaign_id=desk.budget.campaign_id,
        reason="The campaign is cancelled",
        at=now(),
    )
    for _ in range(2):
        with desk.database.transaction() as session:
            actions.take_back(session, event)
    assert desk.balance == stands("100", "0", "0")


def test_a_wave_that_asked_for_nothing_costs_nothing(desk: Desk) -> None:
    desk.hear((10, "accepted"))
    desk.finish()
    assert desk.balance == stands("100", "0", "0")


def test_a_suspended_budget_gives_no_money_until_it_is_unsuspended(desk: Desk) -> None:
    def suspend() -> None:
        with desk.database.transaction(CLARA) as session:
            suspending.suspend(session, CLARA, budget_id=desk.budget.id, reason="Prices are checked")

    suspend()
    with pytest.raises(Conflict, match="suspended already: Prices are checked"):
        suspend()
    desk.ask()
    assert [one.reason for one in published(desk.database, FundingRefused)] == [
        "The budget is suspended: Prices are checked"
    ]
    with desk.database.transaction(CLARA) as session:
        suspending.unsuspend(session, CLARA, budget_id=desk.budget.id)
    desk.ask()
    assert len(published(desk.database, FundingGranted)) == 1
