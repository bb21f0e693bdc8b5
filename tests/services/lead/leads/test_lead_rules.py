"""The life of a lead, without a database."""

from decimal import Decimal

import pytest

from chassis.errors import Conflict, Invalid
from services.lead.leads import rota
from services.lead.leads.model import Lead, Outcome, Rep
from tests.services.lead.builders import NOON


def judge(lead: Lead, outcome: Outcome, reason: str = "") -> Lead:
    lead.qualify(outcome=outcome, grade="A", value=Decimal(10), currency="EUR", reason=reason, at=NOON)
    return lead


def test_a_near_term_lead_may_be_assigned() -> None:
    lead = judge(Lead(), "near_term")
    lead.assign("rita", at=NOON)
    assert (lead.state, lead.assignee) == ("assigned", "rita")


def test_a_lead_that_nobody_has_judged_is_not_assigned() -> None:
    with pytest.raises(Conflict, match="near-term"):
        Lead().assign("rita", at=NOON)


def test_a_long_term_lead_is_not_assigned_until_it_is_near() -> None:
    lead = judge(Lead(), "long_term")
    with pytest.raises(Conflict):
        lead.assign("rita", at=NOON)
    judge(lead, "near_term").assign("rita", at=NOON)
    assert lead.state == "assigned"


def test_a_discard_needs_a_reason() -> None:
    with pytest.raises(Invalid, match="reason"):
        judge(Lead(), "not_a_target")


def test_a_discarded_lead_is_judged_no_more() -> None:
    lead = judge(Lead(), "not_a_target", "competitor")
    with pytest.raises(Conflict, match="discarded"):
        judge(lead, "near_term")


def test_an_assigned_lead_can_go_to_another_rep() -> None:
    lead = judge(Lead(), "near_term")
    lead.assign("rita", at=NOON)
    lead.assign("rolf", at=NOON)
    assert lead.assignee == "rolf"


def reps(*names: str) -> list[Rep]:
    return [Rep(subject=name, name=name, department="north", active=True, turn=0) for name in names]


def test_turns_go_round_by_name() -> None:
    crew = reps("rolf", "rita", "rosa")
    taken = []
    for _ in range(6):
        rep = rota.choose(crew, department="north").rep
        rota.take_turn(rep, crew, at=NOON)
        taken.append(rep.name)
    assert taken == ["rita", "rolf", "rosa", "rita", "rolf", "rosa"]


def test_who_was_chosen_by_hand_waits_for_the_others() -> None:
    crew = reps("rita", "rolf")
    chosen = rota.named(crew, assignee="rita", chosen_by="mia")
    rota.take_turn(chosen.rep, crew, at=NOON)
    assert chosen.why == "chosen by mia"
    assert rota.choose(crew, department="north").rep.name == "rolf"


def test_without_active_reps_nobody_is_chosen() -> None:
    with pytest.raises(Conflict, match="no active sales rep"):
        rota.choose([], department="north")


def test_a_stranger_is_not_chosen() -> None:
    with pytest.raises(Invalid, match="assignee"):
        rota.named(reps("rita"), assignee="zorro", chosen_by="mia")
