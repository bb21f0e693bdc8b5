"""Scoring rules as data: in force, tried beforehand, and shown when a lead is judged."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from chassis.database import Database
from chassis.ids import new_id
from contracts.lead import ScoringSaved
from services.lead.judging.actions import qualify_lead
from services.lead.leads.actions import take_answer
from services.lead.leads.model import Lead
from services.lead.scoring import queries
from services.lead.scoring.actions import change_scoring
from services.lead.scoring.model import Scoring
from services.lead.scoring.schemas import NewScoring
from tests.services.lead.builders import (
    MIA,
    act,
    add_contact,
    add_scoring,
    events,
    record,
    responded,
    timeline,
)

Databases = Callable[[str], Database]

FAIR: dict[str, Any] = {
    "name": "Met at a fair",
    "points": "30",
    "when": [{"fact": "source", "op": "eq", "value": "fair"}],
}
CLICK: dict[str, Any] = {
    "name": "Clicked",
    "points": "25",
    "when": [{"fact": "kind", "op": "eq", "value": "click"}],
    "per_touch": True,
}


def test_the_rules_in_force_score_a_lead_by_lead_contact_and_touches(database_of: Databases) -> None:
    database = database_of("lead")
    with_mail = {
        "name": "Has mail",
        "points": "1.5",
        "when": [{"fact": "has_email", "op": "eq", "value": True}],
    }
    scoring_id = add_scoring(database, FAIR, CLICK, with_mail)
    contact, campaign_id = add_contact(database, email="ann@example.com"), new_id()
    with database.transaction() as session:
        take_answer(session, responded(contact.id, campaign_id))
    fair = record(database, source="fair")
    with database.reading() as session:
        found = queries.score_of(session, MIA, fair)
        [answered] = session.scalars(select(Lead).where(Lead.campaign_id == campaign_id))
        clicked = queries.score_of(session, MIA, answered.id)
    assert (found.scoring_id, found.points, found.proposed_grade) == (scoring_id, Decimal("31.5"), "B")
    assert [(one.rule, one.points) for one in found.reasons] == [
        ("Met at a fair", 30),
        ("Has mail", Decimal("1.5")),
    ]
    assert (clicked.points, clicked.reasons[0].rule) == (Decimal("26.5"), "Clicked")


def test_a_judgement_shows_what_the_rules_propose(database_of: Databases) -> None:
    database = database_of("lead")
    lead_id = record(database, source="fair")
    add_scoring(database, FAIR)
    act(database, qualify_lead, lead_id, outcome="near_term", grade="A", value=Decimal(5), currency="EUR")
    assert timeline(database, lead_id)[-1][2] == "near_term, grade A (rules propose B, 30.0 points)"


def test_one_set_of_a_department_is_in_force(database_of: Databases) -> None:
    database = database_of("lead")
    first = add_scoring(database, FAIR)
    add_scoring(database, CLICK)
    with database.transaction(MIA) as session:
        change_scoring(session, MIA, scoring=session.get_one(Scoring, first), active=True)
    with database.reading() as session:
        assert [one.id for one in session.scalars(select(Scoring).where(Scoring.active))] == [first]
    assert [one.active for one in events(database, ScoringSaved)] == [True, False, True, False, True]


def test_a_preview_counts_what_rules_would_make_of_open_leads(database_of: Databases) -> None:
    database = database_of("lead")
    fair, other = record(database, source="fair"), record(database)
    scoring_id = add_scoring(database, FAIR)
    act(database, qualify_lead, fair, outcome="near_term", grade="A", value=Decimal(5), currency="EUR")
    gone = record(database, source="fair")
    act(database, qualify_lead, gone, outcome="not_a_target", reason="a competitor")
    with database.reading() as session:
        scoring = queries.find_scoring(session, MIA, scoring_id)
        kept = queries.preview(session, MIA, scoring)
        tried = queries.preview(session, MIA, scoring, bands=[{"grade": "A", "points": "30"}])
    assert (kept.leads, kept.grades, kept.changed) == (2, {"B": 1, "C": 1}, 1)
    assert [one.lead_id for one in kept.best] == [fair, other]
    assert (tried.grades, tried.changed) == ({"A": 1, "none": 1}, 0)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"when": [{"fact": "shoe_size", "op": "eq", "value": 1}]}, "rules.0.when.0.fact"),
        ({"when": [{"fact": "kind", "op": "eq", "value": "x"}]}, "rules.0.when"),
        ({"when": [{"fact": "source", "op": "in", "value": "fair"}]}, "rules.0.when.0.value"),
        ({"when": [{"fact": "likelihood", "op": "at_least", "value": "60"}]}, "rules.0.when.0.value"),
        ({"when": []}, "rules.0.when"),
        ({"points": "NaN"}, "rules.0.points"),
        ({"points": "1000000"}, "rules.0.points"),
        ({"half_life_days": "0"}, "rules.0.half_life_days"),
        ({"most": 3}, "rules.0.most"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_by_field(change: dict[str, Any], field: str) -> None:
    bands = [{"grade": "A", "points": "1"}]
    body = {"department": "north", "name": "x", "rules": [{**FAIR, **change}], "bands": bands}
    messages: Any = NewScoring().validate(body)
    for step in field.split("."):
        messages = messages[int(step) if step.isdigit() else step]
    assert messages


def test_a_better_grade_needs_more_points() -> None:
    bands = [{"grade": "B", "points": "50"}, {"grade": "A", "points": "20"}]
    body = {"department": "north", "name": "x", "rules": [FAIR], "bands": bands}
    assert list(NewScoring().validate(body)) == ["bands"]
