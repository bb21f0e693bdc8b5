"""Judging over HTTP."""

from typing import Any

import pytest

from chassis.ids import new_id
from contracts.roles import ANALYST, LEAD_ADMINISTRATOR, MARKETING_STAFF
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA

MEG = person("meg", MARKETING_STAFF)
NEAR_TERM = {"outcome": "near_term", "grade": "A", "value": "1200.50", "currency": "EUR"}


@pytest.fixture
def path(lead: Client) -> str:
    body = {"department": "north", "email": f"{new_id()}@example.com", "region": "saxony"}
    contact_id = lead.post("/contacts", as_=MIA, json=body).json()["id"]
    return f"/leads/{lead.post('/leads', as_=MIA, json={'contact_id': contact_id}).json()['id']}"


def test_a_judgement_is_shown_with_its_checklist_and_who_took_it_back(lead: Client, path: str) -> None:
    body = {**NEAR_TERM, "checklist": {"budget": {"answer": "yes", "note": "this year"}, "time": {}}}
    assert lead.post(f"{path}/qualification", as_=MIA, json=body).status_code == 200
    undone = lead.post(f"{path}/undoing", as_=MIA, json={"reason": "other company"}).json()
    assert (undone["state"], undone["outcome"], undone["grade"]) == ("new", None, None)
    [shown] = lead.get(f"{path}/judgements", as_=MIA).json()["items"]
    assert shown["checklist"]["budget"] == {"answer": "yes", "note": "this year"}
    assert shown["checklist"]["need"]["answer"] == "unknown"
    assert (shown["judged_by"], shown["undone_by"], shown["undone_because"]) == (
        "mia",
        "mia",
        "other company",
    )
    again = lead.post(f"{path}/undoing", as_=MIA, json={"reason": "other company"})
    assert (again.status_code, again.json()["detail"]) == (409, "The lead has no judgement to take back")


def test_a_lead_is_discarded_for_a_reason(lead: Client, path: str) -> None:
    refused = lead.post(f"{path}/disqualification", as_=MIA, json={"reason": " "})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    found = lead.post(f"{path}/disqualification", as_=MIA, json={"reason": "a competitor"}).json()
    assert (found["state"], found["reason"], found["pool"]) == ("disqualified", "a competitor", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"checklist": {"budget": {"answer": "perhaps"}}}, "checklist.budget.answer"),
        ({"checklist": {"luck": {"answer": "yes"}}}, "checklist.luck"),
        ({"wake_at": "2099-01-01T00:00:00Z"}, "wake_at"),
        ({"outcome": "long_term", "wake_at": "2001-01-01T00:00:00Z"}, "wake_at"),
    ],
)
def test_a_faulty_judgement_is_refused_by_field(
    lead: Client, path: str, changes: dict[str, Any], field: str
) -> None:
    answer = lead.post(f"{path}/qualification", as_=MIA, json={**NEAR_TERM, **changes})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_who_is_granted_a_right_judges_and_nobody_else(lead: Client, path: str) -> None:
    east = person("eva", LEAD_ADMINISTRATOR, departments=("north",))
    assert lead.post(f"{path}/qualification", as_=MEG, json=NEAR_TERM).status_code == 403
    granted = {"department": "north", "subject": "meg", "regions": ["saxony"]}
    right = lead.post("/judging-rights", as_=MIA, json=granted)
    assert (right.status_code, right.json()["regions"]) == (201, ["saxony"])
    assert lead.post("/judging-rights", as_=MIA, json=granted).status_code == 409
    assert lead.post(f"{path}/qualification", as_=east, json=NEAR_TERM).status_code == 403
    assert lead.post(f"{path}/qualification", as_=MEG, json=NEAR_TERM).status_code == 200
    [listed] = lead.get("/judging-rights?subject=meg", as_=person("ana", ANALYST)).json()["items"]
    assert lead.delete(f"/judging-rights/{listed['id']}", as_=MIA).status_code == 204
    assert lead.post(f"{path}/qualification", as_=east, json=NEAR_TERM).status_code == 200


@pytest.mark.parametrize(
    "body", [{}, {"subject": "meg", "role": "sales_rep"}, {"role": "analyst"}, {"role": "no such"}]
)
def test_a_right_is_a_persons_or_a_roles(lead: Client, body: dict[str, str]) -> None:
    answer = lead.post("/judging-rights", as_=MIA, json={"department": "north", **body})
    assert answer.status_code == 422
