"""How decisions move an approval."""

import pytest

from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Conflict, Forbidden
from contracts.roles import ADMINISTRATOR, ANALYST, FINANCE_APPROVER
from services.finance.approvals.flows import StepRule
from services.finance.approvals.model import Approval, Outcome
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, FINN, FRED, opened, subject

ONE = StepRule(name="finance_approval", role=FINANCE_APPROVER)
JOINT = StepRule(name="joint_review", role=FINANCE_APPROVER, mode="all_of", required=2)
BOARD = StepRule(name="board", role=FINANCE_APPROVER, mode="all_of", persons=("clara", "fay"))


def decide(
    approval: Approval, actor: Actor, outcome: Outcome = "approve", *, step: int | None = None
) -> Approval:
    approval.decide(actor, outcome=outcome, comment="as seen", at=now(), step=step)
    return approval


def step_states(approval: Approval) -> list[str]:
    return [step.state for step in approval.steps]


def test_one_approval_passes_an_any_of_step() -> None:
    approval = decide(opened(ONE), FAY)
    assert approval.state == "approved"
    assert approval.closed_at is not None


def test_steps_are_passed_one_after_the_other() -> None:
    approval = decide(opened(ONE, JOINT), FAY)
    assert (approval.state, step_states(approval)) == ("open", ["passed", "open"])


def test_a_joint_review_passes_when_the_required_number_agrees() -> None:
    approval = decide(decide(opened(JOINT), FAY), FRED)
    assert approval.state == "approved"


def test_a_joint_review_waits_for_the_last_reviewer() -> None:
    assert decide(opened(JOINT), FAY).state == "open"


def test_a_joint_review_of_named_people_needs_all_of_them() -> None:
    approval = decide(opened(BOARD), FAY)
    assert approval.state == "open"
    assert decide(approval, CLARA).state == "approved"


def test_a_step_with_names_is_closed_to_other_holders_of_its_role() -> None:
    with pytest.raises(Forbidden, match="named"):
        decide(opened(BOARD), FRED)


@pytest.mark.parametrize(("outcome", "state"), [("reject", "rejected"), ("send_back", "sent_back")])
def test_a_single_no_ends_the_whole_approval(outcome: Outcome, state: str) -> None:
    approval = decide(decide(opened(JOINT, ONE), FAY), FRED, outcome)
    assert (approval.state, step_states(approval)) == (state, ["failed", "skipped"])


def test_nobody_decides_on_their_own_request() -> None:
    with pytest.raises(Forbidden, match="own request"):
        decide(opened(ONE), person("mia", FINANCE_APPROVER))


@pytest.mark.parametrize("role", [ADMINISTRATOR, ANALYST])
def test_only_a_holder_of_the_steps_role_decides(role: str) -> None:
    with pytest.raises(Forbidden, match="finance_approver"):
        decide(opened(ONE), person("ada", role))


def test_an_administrator_decides_where_he_is_named() -> None:
    rule = StepRule(name="board", role=FINANCE_APPROVER, persons=("ada",))
    assert decide(opened(rule), person("ada", ADMINISTRATOR)).state == "approved"


def test_nobody_decides_twice_on_one_step() -> None:
    approval = decide(opened(JOINT), FAY)
    with pytest.raises(Conflict, match="already"):
        decide(approval, FAY)


def test_one_person_may_decide_on_two_steps() -> None:
    approval = decide(decide(decide(opened(ONE, JOINT), FAY), FAY), FINN)
    assert approval.state == "approved"


def test_a_closed_approval_takes_no_decision() -> None:
    approval = decide(opened(ONE), FAY)
    with pytest.raises(Conflict, match="approved"):
        decide(approval, FRED)


def test_a_decision_meant_for_another_step_is_refused() -> None:
    approval = decide(opened(ONE, JOINT), FAY, step=1)
    with pytest.raises(Conflict, match="Step 1"):
        decide(approval, FAY, step=1)


def test_a_voided_approval_takes_no_decision() -> None:
    approval = opened(ONE)
    approval.void(at=now())
    with pytest.raises(Conflict, match="voided"):
        decide(approval, FAY)


def test_a_verdict_outlives_what_comes_after_it() -> None:
    approval = decide(opened(ONE), FAY)
    approval.void(at=now())
    assert approval.state == "approved"


def test_an_approval_gives_way_to_a_later_version_only() -> None:
    approval = opened(version=2)
    assert approval.gives_way_to(subject(version=3))
    assert not approval.gives_way_to(subject(version=1))
    assert not approval.gives_way_to(subject(version=2))


def test_the_same_version_comes_again_after_it_was_sent_back_or_changed() -> None:
    assert decide(opened(ONE), FAY, "send_back").gives_way_to(subject())
    assert opened(ONE).gives_way_to(subject(digest="1" * 64))
    assert not decide(opened(ONE), FAY).gives_way_to(subject(digest="1" * 64))
