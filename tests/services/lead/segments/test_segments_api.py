"""Segments over HTTP."""

import pytest

from tests.harness.serving import Client
from tests.services.lead.builders import MIA

NORTH = {"all": [{"field": "region", "op": "eq", "value": "north"}]}


def define(lead: Client, rule: object = NORTH) -> str:
    body = {"name": "North", "department": "north", "rule": rule}
    answer = lead.post("/segments", as_=MIA, json=body)
    assert answer.status_code == 201, answer.text
    return f"/segments/{answer.json()['id']}"


def test_a_preview_counts_and_samples(lead: Client) -> None:
    for number in range(12):
        body = {
            "department": "north",
            "email": f"p{number}@example.com",
            "region": "north" if number else "x",
        }
        lead.post("/contacts", as_=MIA, json=body)
    preview = lead.get(f"{define(lead)}/preview", as_=MIA).json()
    assert preview["count"] == 11
    assert len(preview["sample"]) == 10
    assert preview["sample"][0]["email"] == "p11@example.com"


def test_a_segment_is_shown_as_it_was_defined(lead: Client) -> None:
    assert lead.get(define(lead), as_=MIA).json()["rule"] == NORTH


def test_a_segment_is_changed_version_by_version(lead: Client) -> None:
    path = define(lead)
    body = {"name": "South", "rule": {"field": "region", "op": "eq", "value": "south"}}
    assert lead.put(path, as_=MIA, json=body).status_code == 428
    assert lead.put(path, as_=MIA, json=body, headers={"If-Match": '"0"'}).json()["name"] == "South"
    assert lead.put(path, as_=MIA, json=body, headers={"If-Match": '"0"'}).status_code == 412


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        ({"all": [{"field": "planet", "op": "eq", "value": "x"}]}, "rule.all.0.field"),
        ({"field": "region", "op": "like", "value": "x"}, "rule.op"),
        ("north", "rule"),
        ({}, "rule"),
    ],
)
def test_a_faulty_rule_is_refused_by_path(lead: Client, rule: object, path: str) -> None:
    body = {"name": "North", "department": "north", "rule": rule}
    answer = lead.post("/segments", as_=MIA, json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [path]
