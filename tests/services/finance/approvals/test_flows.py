"""Which flow a request goes by, and who its steps ask."""

from decimal import Decimal

from chassis.clock import now
from services.finance.approvals.flows import ApprovalFlow, StepRule, choose_flow
from tests.services.finance.builders import flow

SMALL = flow(code="small", up_to=Decimal(10_000))
LARGE = flow(code="large", above=Decimal(10_000))


def chosen(
    *flows: ApprovalFlow, amount: str = "10", department: str = "north", currency: str = "EUR"
) -> str | None:
    found = choose_flow(flows, kind="plan", department=department, currency=currency, amount=Decimal(amount))
    return found.code if found else None


def test_the_upper_bound_belongs_to_the_band_below_it() -> None:
    assert [chosen(SMALL, LARGE, amount=amount) for amount in ("0", "10000", "10000.01")] == [
        "small",
        "small",
        "large",
    ]


def test_a_flow_of_ones_own_department_goes_before_the_general_one() -> None:
    own = flow(code="own", department="north")
    assert chosen(own, SMALL) == "own"
    assert chosen(own, SMALL, department="south") == "small"


def test_a_flow_for_the_currency_goes_before_the_general_one() -> None:
    yen = flow(code="yen", currency="JPY", up_to=Decimal(1_500_000))
    assert chosen(yen, LARGE, amount="1000000", currency="JPY") == "yen"
    assert chosen(yen, LARGE, amount="1000000") == "large"


def test_where_two_bands_overlap_the_higher_one_counts() -> None:
    assert chosen(flow(code="all"), LARGE, amount="20000") == "large"


def test_a_flow_of_another_kind_or_a_retired_one_covers_nothing() -> None:
    assert chosen(flow(code="claims", kind="claim")) is None
    assert chosen(flow(code="retired", retired_at=now())) is None


def test_a_joint_review_asks_everybody_named_but_the_requester() -> None:
    rule = StepRule(name="board", role="finance_approver", mode="all_of", persons=("ann", "ben", "mia"))
    assert rule.reviewers(requester="mia") == ("ann", "ben")
    assert rule.approvals_needed(requester="mia") == 2


def test_when_too_few_of_the_named_remain_the_holders_of_the_role_take_their_place() -> None:
    rule = StepRule(name="board", role="finance_approver", mode="all_of", required=2, persons=("ann", "mia"))
    assert rule.reviewers(requester="mia") == ()
    assert rule.approvals_needed(requester="mia") == 2


def test_a_rule_survives_being_kept_as_a_document() -> None:
    rule = StepRule(name="board", role="finance_approver", mode="all_of", required=2, persons=("ann", "ben"))
    assert StepRule.from_document(rule.as_document()) == rule
