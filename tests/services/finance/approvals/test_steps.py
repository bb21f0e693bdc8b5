"""Who decides on a step: from which seat, in whose place, and when it has waited too long."""

from datetime import timedelta

import pytest

from chassis.clock import now
from chassis.errors import Conflict, Forbidden
from contracts.roles import ADMINISTRATOR, FINANCE_APPROVER
from services.finance.approvals.flows import IfNobody, StepRule, Substitutes
from services.finance.approvals.model import Approval
from services.finance.authority.seats import Seat
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, FRED, ROOT, flow, opened, subject

ONE = StepRule(name="check", role=FINANCE_APPROVER)
JOINT = StepRule(name="joint", role=FINANCE_APPROVER, mode="all_of", required=2)
FAYS = Seat("fay", FAY.roles, frozenset({"north"}))


def named(*persons: str, if_nobody: IfNobody = "role") -> StepRule:
    return StepRule(name="board", role=FINANCE_APPROVER, persons=persons, if_nobody=if_nobody)


def opened_without(absent: str, *rules: StepRule) -> Approval:
    return Approval.of(subject(), flow(*rules), at=now(), absent=frozenset({absent}))


def test_who_is_away_is_not_asked() -> None:
    approval = opened_without("ann", named("ann", "ben"))
    assert approval.open_step.persons == ["ben"]


def test_the_holders_of_the_role_take_the_place_of_the_absent() -> None:
    approval = opened_without("ann", named("ann"))
    assert (approval.open_step.persons, approval.open_step.role) == ([], FINANCE_APPROVER)


def test_a_step_without_anybody_is_skipped_where_its_rule_says_so() -> None:
    approval = opened_without("ann", named("ann", if_nobody="skip"), ONE)
    assert [step.state for step in approval.steps] == ["skipped", "open"]


def test_an_administrator_takes_the_place_of_the_requester_where_the_rule_says_so() -> None:
    approval = opened(named("mia", if_nobody="administrator"))
    with pytest.raises(Forbidden):
        approval.decide(FAY, outcome="approve", comment="", at=now())
    approval.decide(ROOT, outcome="approve", comment="", at=now())
    assert approval.state == "approved"


def test_nobodys_silence_approves() -> None:
    approval = opened_without("ann", named("ann", if_nobody="skip"), named("mia", if_nobody="skip"))
    assert (approval.state, approval.open_step.position, approval.open_step.role) == (
        "open",
        2,
        ADMINISTRATOR,
    )


def test_a_delegate_decides_on_the_seat_that_was_lent_to_him() -> None:
    approval = opened(ONE)
    seat = approval.seat_for([Seat.own(CLARA), FAYS])
    approval.decide(CLARA, outcome="approve", comment="", at=now(), seat=seat)
    (decision,) = approval.steps[0].decisions
    assert (decision.person, decision.by, approval.state) == ("fay", "clara", "approved")


def test_one_human_counts_once_however_many_seats_he_has() -> None:
    approval = opened(JOINT)
    approval.decide(FRED, outcome="approve", comment="", at=now())
    with pytest.raises(Conflict, match="You have decided"):
        approval.seat_for([Seat.own(FRED), FAYS])


def test_one_seat_counts_once_whoever_sits_on_it() -> None:
    approval = opened(JOINT)
    approval.decide(FAY, outcome="approve", comment="", at=now())
    with pytest.raises(Conflict, match="fay has decided"):
        approval.seat_for([Seat.own(CLARA), FAYS])


def test_nobody_decides_on_the_seat_of_the_requester_nor_as_one() -> None:
    approval = opened(ONE)
    mias = Seat("mia", frozenset({FINANCE_APPROVER}))
    with pytest.raises(Forbidden, match="for a finance_approver"):
        approval.seat_for([Seat.own(CLARA), mias])
    with pytest.raises(Forbidden, match="own request"):
        approval.seat_for([Seat.own(CLARA), mias], on_behalf_of="mia")
    with pytest.raises(Forbidden, match="own request"):
        approval.seat_for([Seat.own(person("mia")), FAYS], on_behalf_of="fay")


@pytest.mark.parametrize(
    "seat",
    [
        Seat("fay", FAY.roles, frozenset({"south"})),
        Seat("fay", FAY.roles, frozenset({"north"}), frozenset({"claim"})),
    ],
)
def test_a_seat_reaches_only_the_departments_and_kinds_it_was_lent_for(seat: Seat) -> None:
    with pytest.raises(Forbidden):
        opened(ONE).seat_for([Seat.own(CLARA), seat])
    with pytest.raises(Forbidden, match="stand in for fay"):
        opened(ONE).seat_for([Seat.own(CLARA), seat], on_behalf_of="fay")


def test_substitutes_decide_only_after_the_escalation() -> None:
    rule = StepRule(
        name="board",
        role=FINANCE_APPROVER,
        persons=("ann",),
        remind_after_hours=1,
        escalate_after_hours=2,
        escalate_to=Substitutes(persons=("clara",)),
    )
    approval, at = opened(rule), now()
    step = approval.open_step
    with pytest.raises(Forbidden):
        approval.decide(CLARA, outcome="approve", comment="", at=at)
    assert not step.remind(at=at) and not step.escalate(at=at + timedelta(hours=1.5))
    assert step.remind(at=at + timedelta(hours=1.5)) and not step.remind(at=at + timedelta(hours=1.5))
    assert step.escalate(at=at + timedelta(hours=2.5)) and step.due_at is None
    approval.decide(CLARA, outcome="approve", comment="", at=at)
    assert approval.state == "approved"


def test_a_step_that_is_decided_is_due_for_nothing() -> None:
    approval = opened(StepRule(name="check", role=FINANCE_APPROVER, remind_after_hours=1))
    approval.decide(FAY, outcome="approve", comment="", at=now())
    assert approval.steps[0].due_at is None
    assert not approval.steps[0].remind(at=now() + timedelta(days=9))
