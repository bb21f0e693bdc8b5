"""Planning over HTTP: what is refused, and how it is said."""

from typing import Any

import pytest

from chassis.ids import new_id
from tests.services.campaign.builders import (
    ADMIN,
    OWNER,
    a_body,
    a_draft,
    a_running_campaign,
    a_submitted_campaign,
)
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


def test_one_region_is_the_first_of_several_and_the_other_way_round(served: Served) -> None:
    shown = [
        served.client.post("/campaigns", as_=OWNER, json=a_body(code=code, **given)).json()
        for code, given in (
            ("A", {"region": "north"}),
            ("B", {"region": None, "regions": ["north", "east"]}),
            ("C", {"region": None}),
        )
    ]
    assert [(one["region"], one["regions"]) for one in shown] == [
        ("north", ["north"]),
        ("north", ["north", "east"]),
        (None, []),
    ]


def test_a_plan_is_checked_and_staffed_over_http(served: Served) -> None:
    lines = [{"name": "hall", "amount": "900", "kind": "venue", "on_breach": "warn"}]
    designed = served.client.post("/campaigns", as_=OWNER, json=a_body(budget=lines)).json()
    path, anything = f"/campaigns/{designed['id']}", {"If-Match": "*"}
    line_id = designed["budget"][0]["line_id"]
    item = {"line_id": line_id, "kind": "venue", "description": "Hall", "quantity": "2", "unit_price": "450"}
    bought = served.client.put(f"{path}/procurement", as_=OWNER, json={"items": [item]}, headers=anything)
    assert bought.json()["lines"] == [
        {"line_id": line_id, "name": "hall", "amount": "900.00", "purchases": "900.00"}
    ]
    member = {"person": "otto", "duty": "lead", "share_percent": 50}
    staffed = served.client.put(f"{path}/staff", as_=OWNER, json={"participants": [member]}, headers=anything)
    assert staffed.json()["participants"] == [{**member, "note": ""}]
    findings = served.client.get(f"{path}/checks", as_=OWNER).json()["findings"]
    assert [(one["field"], one["severity"]) for one in findings] == [
        ("waves", "error"),
        ("budget.0.responsible", "warning"),
    ]
    refused = served.client.patch(path, as_=OWNER, json={"name": "New"}, headers=anything)
    assert (refused.status_code, "draft" in refused.json()["detail"]) == (409, True)


def test_a_running_campaign_is_changed_and_amended_over_http(served: Served) -> None:
    path, anything = f"/campaigns/{a_running_campaign(served.database, contacts=[])}", {"If-Match": "*"}
    body = {"regions": ["north", "east"], "reason": "more room"}
    assert served.client.patch(path, as_=OWNER, json=body).status_code == 428
    changed = served.client.patch(path, as_=OWNER, json=body, headers=anything).json()
    assert changed["regions"] == ["north", "east"]
    kept = served.client.get(f"{path}/changes?field=region", as_=OWNER).json()["items"]
    assert {one["reason"] for one in kept} == {"more room"}
    wanted = {"changes": {"budget": [{"name": "venue", "amount": "5000"}]}, "reason": "dearer"}
    made = served.client.post(f"{path}/amendments", as_=OWNER, json=wanted)
    assert (made.status_code, made.json()["state"]) == (201, "pending")
    assert served.client.post(f"{path}/amendments", as_=OWNER, json=wanted).status_code == 409
    shown = served.client.get(f"{path}/amendments?state=pending", as_=OWNER).json()["items"]
    assert [one["plan_version"] for one in shown] == [2]


def test_administrators_keep_the_lists_of_codes_and_planners_read_them(served: Served) -> None:
    body = {"list": "kinds", "code": "roadshow", "label": "Roadshow", "label_zh": "路演"}
    assert served.client.post("/terms", as_=OWNER, json=body).status_code == 403
    made = served.client.post("/terms", as_=ADMIN, json=body)
    seen = {"If-Match": made.headers["ETag"]}
    path = f"/terms/{made.json()['id']}"
    assert served.client.patch(path, as_=ADMIN, json={"active": False}, headers=seen).status_code == 200
    assert served.client.patch(path, as_=ADMIN, json={"active": True}, headers=seen).status_code == 412
    retired = served.client.get("/terms?list=kinds&active=false", as_=OWNER).json()["items"]
    assert [one["code"] for one in retired] == ["roadshow"]
