"""Claims from submission to payment, on both databases."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.ids import new_id
from contracts.finance import (
    ApprovalDecided,
    ApprovalOpened,
    ApprovalVoided,
    BudgetPosted,
    ClaimApproved,
    ClaimReturned,
    ClaimSettled,
    ClaimSubmitted,
)
from contracts.roles import ADMINISTRATOR, FINANCE_APPROVER, MARKETING_STAFF
from services.finance.approvals import queries as approvals
from services.finance.approvals.decisions import decide_approval
from services.finance.approvals.model import Outcome
from services.finance.budgets import queries as budgets
from services.finance.budgets.ledger import Balance
from services.finance.claims import actions, queries
from services.finance.claims.items import NewItem
from services.finance.claims.model import Claim
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, MIA, budget_of, published


class Desk:
    """A budget of 100.00 EUR on one line, and people who claim against it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction(FAY) as session:
            self.budget = budget_of(session, "100.00")
        self.line_id = self.budget.lines[0].id

    def claim(self, amount: str = "30.00", *, currency: str = "EUR", by: Actor = MIA) -> Claim:
        line_id = self.line_id
        with self.database.transaction(by) as session:
            return actions.submit_claim(
                session, by, line_id=line_id, amount=Decimal(amount), currency=currency, purpose="Flyers"
            )

    def decide(self, claim: Claim, outcome: Outcome, *, by: Actor = FAY) -> None:
        assert claim.approval_id is not None
        with self.database.transaction(by) as session:
            decide_approval(session, by, approval_id=claim.approval_id, outcome=outcome, comment="No receipt")

    def pay(self, claim: Claim, *, by: Actor = CLARA) -> None:
        with self.database.transaction(by) as session:
            actions.pay_claim(session, by, claim_id=claim.id)

    def withdraw(self, claim: Claim, *, by: Actor = MIA) -> None:
        with self.database.transaction(by) as session:
            actions.withdraw_claim(session, by, claim_id=claim.id)

    def state(self, claim: Claim) -> str:
        with self.database.reading() as session:
            return queries.claim(session, FAY, claim.id).state

    def approval_state(self, approval_id: UUID) -> str:
        with self.database.reading() as session:
            return approvals.approval(session, FAY, approval_id).state

    @property
    def balance(self) -> Balance:
        with self.database.reading() as session:
            assert budgets.drifted_lines(session) == []
            return budgets.budget(session, FAY, self.budget.id).lines[0].balance

    @property
    def settled(self) -> list[str]:
        return [event.outcome for event in published(self.database, ClaimSettled)]


@pytest.fixture
def desk(database_of: Callable[[str], Database]) -> Desk:
    return Desk(database_of("finance"))


def balance(*, committed: str = "0", incurred: str = "0") -> Balance:
    return Balance(Decimal(100), Decimal(committed), Decimal(incurred))


def test_a_claim_is_committed_at_once_and_reaches_the_desk(desk: Desk) -> None:
    claim = desk.claim("30.00")
    assert desk.balance == balance(committed="30")
    (submitted,) = published(desk.database, ClaimSubmitted)
    (opened,) = published(desk.database, ApprovalOpened)
    assert (submitted.claim_id, submitted.total.amount) == (claim.id, Decimal("30.00"))
    assert (opened.kind, opened.subject_id, opened.requested_by) == ("claim", claim.id, "mia")


def test_an_entry_is_tied_to_its_claim(desk: Desk) -> None:
    claim = desk.claim("30.00")
    last = published(desk.database, BudgetPosted)[-1]
    assert (last.kind, last.claim_id, last.note) == ("commit", claim.id, "Flyers")


def test_an_approved_claim_that_is_paid_becomes_cost(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.decide(claim, "approve")
    assert (desk.state(claim), desk.balance) == ("approved", balance(committed="30"))
    (approved,) = published(desk.database, ClaimApproved)
    assert (approved.claim_id, approved.total.amount, approved.approved_by) == (claim.id, Decimal(30), "fay")
    desk.pay(claim)
    assert (desk.state(claim), desk.balance) == ("paid", balance(incurred="30"))
    assert desk.settled == ["paid"]
    (decided,) = published(desk.database, ApprovalDecided)
    assert (decided.kind, decided.subject_hash) == ("claim", claim.digest)


def test_a_claim_is_paid_once(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.decide(claim, "approve")
    desk.pay(claim)
    with pytest.raises(Conflict, match="paid"):
        desk.pay(claim)
    assert desk.balance == balance(incurred="30")


def test_a_claim_is_not_paid_before_it_is_approved(desk: Desk) -> None:
    with pytest.raises(Conflict, match="submitted"):
        desk.pay(desk.claim())


def test_a_claim_sent_back_gives_its_amount_back_and_is_judged_anew(desk: Desk) -> None:
    claim = desk.claim("30.00")
    former = claim.approval_id
    desk.decide(claim, "send_back")
    assert (desk.state(claim), desk.balance, desk.settled) == ("returned", balance(), [])
    assert [event.reason for event in published(desk.database, ClaimReturned)] == ["No receipt"]
    with desk.database.transaction(MIA) as session:
        items = [NewItem(desk.line_id, Decimal("20.00"))]
        actions.revise_claim(session, MIA, claim_id=claim.id, items=items, purpose="Fewer flyers")
        again = actions.hand_in_claim(session, MIA, claim_id=claim.id)
        assert again.approval_id != former and again.edition == 2
    assert desk.balance == balance(committed="20")
    with pytest.raises(Conflict, match="submitted"), desk.database.transaction(MIA) as session:
        actions.revise_claim(session, MIA, claim_id=claim.id, items=items, purpose="More")


def test_what_is_not_granted_is_available_at_once(desk: Desk) -> None:
    with desk.database.transaction(MIA) as session:
        items = [NewItem(desk.line_id, Decimal(amount)) for amount in ("30.00", "10.00")]
        claim = actions.submit_items(session, MIA, items=items, currency="EUR", purpose="Fair")
        grants = {str(claim.items[0].id): Decimal(12)}
    with desk.database.transaction(FAY) as session:
        cut = actions.approve_claim(session, FAY, claim_id=claim.id, grants=grants, reason="Too dear")
        assert [(item.granted, item.reason) for item in cut.items] == [
            (Decimal(12), "Too dear"),
            (Decimal(10), ""),
        ]
    assert desk.balance == balance(committed="22")
    desk.pay(claim)
    assert desk.balance == balance(incurred="22")


def test_a_receipt_is_claimed_once_unless_an_approver_clears_it(desk: Desk) -> None:
    items = [NewItem(desk.line_id, Decimal(5), spent_on=date(2026, 1, 2), receipt_number="R-7")]
    moe = person("moe", MARKETING_STAFF)

    def write(session: Session, by: Actor) -> Claim:
        return actions.draft_claim(session, by, items=items, currency="EUR", purpose="Taxi")

    with desk.database.transaction(MIA) as session:
        first = actions.submit_items(session, MIA, items=items, currency="EUR", purpose="Taxi")
    with desk.database.transaction(moe) as session:
        second = write(session, moe)
    with pytest.raises(Conflict, match=str(first.id)), desk.database.transaction(moe) as session:
        actions.hand_in_claim(session, moe, claim_id=second.id)
    assert desk.balance == balance(committed="5")
    with desk.database.transaction(FAY) as session:
        actions.clear_claim(session, FAY, claim_id=second.id, reason="One taxi, two riders")
    with desk.database.transaction(moe) as session:
        actions.hand_in_claim(session, moe, claim_id=second.id)
    assert desk.balance == balance(committed="10")


def test_a_refused_claim_gives_its_amount_back(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.decide(claim, "reject")
    assert (desk.state(claim), desk.balance) == ("rejected", balance())
    assert desk.settled == ["rejected"]
    assert published(desk.database, BudgetPosted)[-1].note == "No receipt"


def test_a_withdrawn_claim_gives_its_amount_back_and_leaves_the_desk(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.withdraw(claim)
    assert (desk.state(claim), desk.balance) == ("withdrawn", balance())
    assert claim.approval_id is not None
    assert desk.approval_state(claim.approval_id) == "voided"
    assert desk.settled == ["withdrawn"]
    (voided,) = published(desk.database, ApprovalVoided)
    assert (voided.kind, voided.subject_id) == ("claim", claim.id)
    with pytest.raises(Conflict, match="voided"):
        desk.decide(claim, "approve")


def test_an_approved_claim_may_still_be_withdrawn_until_it_is_paid(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.decide(claim, "approve")
    desk.withdraw(claim)
    with pytest.raises(Conflict, match="withdrawn"):
        desk.pay(claim)
    assert desk.balance == balance()
    assert claim.approval_id is not None
    assert desk.approval_state(claim.approval_id) == "approved"
    assert published(desk.database, ApprovalVoided) == []


def test_a_claim_is_withdrawn_once(desk: Desk) -> None:
    claim = desk.claim("30.00")
    desk.withdraw(claim)
    with pytest.raises(Conflict, match="withdrawn"):
        desk.withdraw(claim)
    assert desk.balance == balance()


def test_a_colleague_does_not_withdraw_a_claim_but_an_administrator_may(desk: Desk) -> None:
    claim = desk.claim()
    with pytest.raises(Forbidden):
        desk.withdraw(claim, by=CLARA)
    desk.withdraw(claim, by=person("ada", ADMINISTRATOR))
    assert desk.state(claim) == "withdrawn"


def test_claims_are_covered_to_the_last_cent_and_no_further(desk: Desk) -> None:
    desk.claim("99.99")
    with pytest.raises(Conflict, match=r"0\.01 EUR available"):
        desk.claim("0.02")
    desk.claim("0.01")
    assert desk.balance == balance(committed="100")


def test_a_refused_claim_leaves_nothing_behind(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.claim("100.01")
    assert published(desk.database, ClaimSubmitted) == []
    assert published(desk.database, ApprovalOpened) == []
    with desk.database.reading() as session:
        assert session.scalars(queries.claims(FAY)).all() == []


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        ("0", "EUR", "amount"),
        ("-5", "EUR", "amount"),
        ("1.005", "EUR", "amount"),
        ("5", "USD", "currency"),
        ("5", "ZZZ", "currency"),
    ],
)
def test_what_is_no_amount_in_the_budgets_currency_is_refused_by_field(
    desk: Desk, amount: str, currency: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        desk.claim(amount, currency=currency)
    assert refused.value.fields[0]["field"] == field
    assert desk.balance == balance()


def test_a_line_of_another_department_does_not_exist_for_a_claimant(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.claim(by=person("sue", MARKETING_STAFF, departments=("south",)))
    desk.line_id = new_id()
    with pytest.raises(NotFound):
        desk.claim()


def test_nobody_approves_their_own_claim(desk: Desk) -> None:
    both = person("max", MARKETING_STAFF, FINANCE_APPROVER)
    claim = desk.claim(by=both)
    with pytest.raises(Forbidden, match="own request"):
        desk.decide(claim, "approve", by=both)


def test_staff_see_their_own_claims_and_finance_sees_all_of_the_department(desk: Desk) -> None:
    own = desk.claim(by=MIA)
    other = desk.claim(by=person("moe", MARKETING_STAFF))
    with desk.database.reading() as session:
        assert [claim.id for claim in session.scalars(queries.claims(MIA))] == [own.id]
        assert {claim.id for claim in session.scalars(queries.claims(CLARA))} == {own.id, other.id}
        with pytest.raises(NotFound):
            queries.claim(session, MIA, other.id)


def test_nobody_clears_a_claim_of_his_own(desk: Desk) -> None:
    with desk.database.transaction(FAY) as session:
        draft = actions.draft_claim(
            session, FAY, items=[NewItem(desk.line_id, Decimal(5))], currency="EUR", purpose="Taxi"
        )
    with pytest.raises(Forbidden, match="their own"), desk.database.transaction(FAY) as session:
        actions.clear_claim(session, FAY, claim_id=draft.id, reason="It is mine")
