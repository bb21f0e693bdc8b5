"""The life of a lead, without a database."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from chassis.errors import Conflict, Invalid
from services.lead.leads.model import Lead
from services.lead.leads.states import Outcome
from tests.services.lead.builders import NOON

DAY = timedelta(days=1)


def judge(lead: Lead, outcome: Outcome, reason: str = "", *, at: datetime = NOON) -> Lead:
    lead.qualify(
        outcome=outcome,
        grade="A",
        value=Decimal(10),
        currency="EUR",
        reason=reason,
        at=at,
        wake_at=at + DAY if outcome == "long_term" else None,
    )
    return lead


def holder(lead: Lead) -> tuple[str, str | None, str | None]:
    return lead.state, lead.assignee, lead.pool


def owned(*, until: str = "assigned") -> Lead:
    """A lead of Rita's that came as far as ``until``."""
    lead = Lead(captured_at=NOON)
    lead.assign("rita", at=NOON)
    if until != "assigned":
        lead.accept(at=NOON)
    if until == "working":
        lead.work(at=NOON)
    return lead


def test_a_new_lead_lies_in_the_inbox() -> None:
    assert holder(Lead()) == ("new", None, "inbox")


def test_a_near_term_lead_without_an_owner_lies_in_the_pool_of_sales() -> None:
    assert holder(judge(Lead(), "near_term")) == ("pooled", None, "sales")


def test_a_near_term_lead_stays_in_the_pool_that_somebody_chose() -> None:
    lead = Lead()
    lead.put_into("cranes", at=NOON)
    assert holder(judge(lead, "near_term")) == ("pooled", None, "cranes")


@pytest.mark.parametrize(
    ("until", "then"), [("assigned", "assigned"), ("accepted", "qualified"), ("working", "qualified")]
)
def test_a_near_term_lead_stays_with_its_owner(until: str, then: str) -> None:
    assert holder(judge(owned(until=until), "near_term")) == (then, "rita", None)


def test_judging_an_assigned_lead_leaves_the_deadline_to_accept_it() -> None:
    lead = Lead()
    lead.assign("rita", at=NOON, accept_by=NOON + DAY)
    assert judge(lead, "near_term").accept_by == NOON + DAY
    lead.accept(at=NOON)
    assert lead.accept_by is None


def test_a_long_term_lead_rests_and_its_owner_is_remembered() -> None:
    lead = judge(owned(), "long_term")
    assert (*holder(lead), lead.previous, lead.wake_at) == ("nurtured", None, "nurture", "rita", NOON + DAY)


def test_a_resting_lead_is_woken_before_it_is_assigned() -> None:
    lead = judge(Lead(), "long_term")
    with pytest.raises(Conflict, match="nurtured"):
        lead.assign("rita", at=NOON)
    assert lead.wake(at=NOON) == "inbox"
    lead.assign("rita", at=NOON)
    assert (*holder(lead), lead.wake_at) == ("assigned", "rita", None, None)


def test_a_lead_rests_until_a_time_to_come() -> None:
    with pytest.raises(Invalid, match="wake_at"):
        Lead().lay_aside(wake_at=NOON, at=NOON)


def test_a_lead_that_was_near_term_before_it_rested_wakes_in_the_pool_of_sales() -> None:
    lead = judge(owned(until="working"), "near_term")
    lead.lay_aside(wake_at=NOON + DAY, at=NOON)
    assert lead.wake(at=NOON) == "sales"


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_discard_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid, match="reason"):
        judge(Lead(), "not_a_target", reason)


def test_a_discarded_lead_is_judged_no_more() -> None:
    lead = judge(Lead(), "not_a_target", "competitor")
    assert holder(lead) == ("disqualified", None, None)
    with pytest.raises(Conflict, match="disqualified"):
        judge(lead, "near_term")


def test_an_assigned_lead_can_go_to_another_rep_who_has_to_accept_it_anew() -> None:
    lead = owned(until="working")
    lead.assign("rolf", at=NOON)
    assert (*holder(lead), lead.previous, lead.accepted_at) == ("assigned", "rolf", None, "rita", None)


def test_a_returned_lead_lies_in_a_pool() -> None:
    lead = owned()
    assert lead.give_back(pool="returns", at=NOON) == "rita"
    assert (*holder(lead), lead.previous) == ("returned", None, "returns", "rita")


def test_only_a_near_term_lead_that_somebody_works_on_is_converted() -> None:
    with pytest.raises(Conflict, match="not judged"):
        owned(until="working").convert({"name": "x"}, at=NOON)
    lead = judge(owned(until="working"), "near_term")
    lead.convert({"name": "x"}, at=NOON)
    assert (*holder(lead), lead.opportunity) == ("converted", "rita", None, {"name": "x"})
