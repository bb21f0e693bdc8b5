"""The states of a claim."""

from decimal import Decimal

import pytest

from chassis.clock import now
from chassis.errors import Conflict
from chassis.ids import new_id
from services.finance.claims.model import LEADS_FROM, Claim, Settlement, State


def claim(state: State = "submitted", amount: str = "10.00", purpose: str = "Flyers") -> Claim:
    return Claim(
        line_id=new_id(), claimant="mia", amount=Decimal(amount), currency="EUR", purpose=purpose, state=state
    )


@pytest.mark.parametrize("state", ["paid", "rejected", "withdrawn"])
@pytest.mark.parametrize("outcome", ["paid", "rejected", "withdrawn"])
def test_a_claim_ends_once(state: State, outcome: Settlement) -> None:
    with pytest.raises(Conflict, match=state):
        claim(state).settle(outcome, by="clara", at=now())


def test_a_claim_is_not_paid_before_it_is_approved() -> None:
    with pytest.raises(Conflict, match="submitted"):
        claim().settle("paid", by="clara", at=now())


def test_an_approved_claim_is_no_longer_rejected() -> None:
    assert LEADS_FROM["rejected"] == ("submitted",)


def test_a_settled_claim_tells_who_ended_it_and_why() -> None:
    ended = claim()
    ended.settle("rejected", by="fay", at=now(), reason="No receipt")
    assert (ended.state, ended.settled_by, ended.reason) == ("rejected", "fay", "No receipt")


def test_the_digest_fixes_what_the_approver_agrees_to() -> None:
    one = claim()
    assert one.digest == one.digest
    other = claim(amount="10.01")
    other.line_id = one.line_id
    assert one.digest != other.digest
    other.amount = Decimal("10.0000")
    assert one.digest == other.digest


def test_a_claim_that_an_advance_was_used_for_is_paid_and_not_withdrawn() -> None:
    one = claim("approved")
    one.advanced = Decimal("0.01")
    with pytest.raises(Conflict, match="advance"):
        one.settle("withdrawn", by="mia", at=now())
    one.settle("paid", by="clara", at=now())
    assert one.state == "paid"
