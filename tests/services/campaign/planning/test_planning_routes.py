"""Planning over HTTP: what is refused, and how it is said."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.services.campaign.builders import OWNER, a_body, a_draft, a_submitted_campaign
from tests.services.campaign.conftest import Served


def fields_of(problem: dict[str, Any]) -> set[str]:
    return {one["field"] for one in problem["errors"]}


def test_every_broken_rule_is_answered_with_its_field(served: Served) -> None:
    broken: dict[str, dict[str, Any]] = {
        "ends_on": {"ends_on": "2026-01-01"},
        "currency": {"currency": "QQQ"},
        "kind": {"kind": "circus"},
        "purposes.0": {"purposes": ["fun"]},
        "budget.0.amount": {"budget": [{"name": "venue", "amount": "1.005"}]},
        "budget.1.amount": {"budget": [{"name": "a", "amount": "1"}, {"name": "b", "amount": "-1"}]},
        "budget": {"budget": [{"name": "a", "amount": "1"}, {"name": "a", "amount": "2"}]},
        "goals": {"goals": [{"metric": "m", "target": "1"}, {"metric": "m", "target": "2"}]},
        "goals.0.target": {"goals": [{"metric": "m", "target": "NaN"}]},
        "segment_id": {"segment_id": "north"},
        "colour": {"colour": "red"},
        "code": {"code": " "},
        "name": {"name": "two lines\n"},
    }
    answers = {
        field: served.client.post("/campaigns", as_=OWNER, json=a_body(**changes))
        for field, changes in broken.items()
    }
    assert {answer.status_code for answer in answers.values()} == {422}
    assert {field: fields_of(answer.json()) for field, answer in answers.items()} == {
        field: {field} for field in broken
    }


def test_a_design_without_what_it_needs_names_all_of_it(served: Served) -> None:
    refused = served.client.post("/campaigns", as_=OWNER, json={})
    needed = {"code", "name", "kind", "department", "starts_on", "ends_on", "currency"}
    assert fields_of(refused.json()) == needed


def test_a_taken_code_is_a_conflict(served: Served) -> None:
    a_draft(served.database)
    assert served.client.post("/campaigns", as_=OWNER, json=a_body()).status_code == 409


def test_a_draft_is_replaced_by_who_saw_its_present_version(served: Served) -> None:
    designed = served.client.post("/campaigns", as_=OWNER, json=a_body())
    path, seen = f"/campaigns/{designed.json()['id']}", {"If-Match": designed.headers["ETag"]}
    assert served.client.put(path, as_=OWNER, json=a_body(name="Second"), headers=seen).status_code == 200
    assert served.client.put(path, as_=OWNER, json=a_body(name="Third"), headers=seen).status_code == 412
    assert served.client.put(path, as_=OWNER, json=a_body(name="Fourth")).status_code == 428
    assert served.client.get(path, as_=OWNER).json()["name"] == "Second"


def test_a_version_that_was_read_serves_as_the_match_of_a_change(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}"
    seen = {"If-Match": f'"{served.client.get(path, as_=OWNER).json()["version"]}"'}
    assert served.client.put(path, as_=OWNER, json=a_body(), headers=seen).status_code == 200


def test_a_submitted_plan_is_not_replaced(served: Served) -> None:
    path = f"/campaigns/{a_submitted_campaign(served.database)}"
    refused = served.client.put(path, as_=OWNER, json=a_body(), headers={"If-Match": "*"})
    assert refused.status_code == 409


def test_a_submission_says_what_the_plan_lacks(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database, segment_id=None)}"
    refused = served.client.post(f"{path}/submission", as_=OWNER)
    assert refused.status_code == 422
    assert fields_of(refused.json()) == {"segment_id", "waves"}


def test_a_wave_without_a_channel_that_is_one_or_a_template_is_refused(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}"
    for wave, field in (({"channel": "pigeon"}, "channel"), ({"channel": "email"}, "template_id")):
        refused = served.client.post(f"{path}/waves", as_=OWNER, json=wave)
        assert (refused.status_code, fields_of(refused.json())) == (422, {field})


def test_a_dropped_wave_is_gone(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}"
    wave = {"channel": "email", "template_id": str(new_id())}
    wave_id = served.client.post(f"{path}/waves", as_=OWNER, json=wave).json()["id"]
    assert served.client.delete(f"{path}/waves/{wave_id}", as_=OWNER).status_code == 204
    assert served.client.get(f"{path}/waves", as_=OWNER).json()["items"] == []


@pytest.mark.parametrize(
    ("query", "found"), [("state=draft", 1), ("state=running", 0), ("code=SPRING-26", 1)]
)
def test_the_list_is_narrowed_by_what_is_asked(served: Served, query: str, found: int) -> None:
    a_draft(served.database)
    assert len(served.client.get(f"/campaigns?{query}", as_=OWNER).json()["items"]) == found


def test_the_same_order_given_twice_designs_one_campaign(served: Served) -> None:
    key, body = {"Idempotency-Key": str(new_id())}, a_body()
    first, second = (served.client.post("/campaigns", as_=OWNER, json=body, headers=key) for _ in range(2))
    assert first.json()["id"] == second.json()["id"]
