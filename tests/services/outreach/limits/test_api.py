"""Limits over HTTP: who may set which, and that they are listed, refused and taken away."""

from typing import Any

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, MARKETING_MANAGER
from tests.harness.people import person
from tests.services.outreach.builders import ANNA, MIA, OTTO, STRANGER
from tests.services.outreach.conftest import Served

ADA = person("ada", ADMINISTRATOR, departments=())
HEAD = person("hedy", MARKETING_MANAGER, departments=("*",))

HOURS = {"department": "north", "channel": "sms", "country": "US", "region": "Florida"} | {
    "opens": "10:00",
    "closes": "18:00",
    "days": [1, 2, 3],
    "source": "our own promise",
}
CAP = {"name": "weekly", "department": "north", "copies": 2, "days": 7, "channels": ["email"]}
RATE = {"scope": "recipient_domain", "key": "Mail.Example", "per_second": 5.5}
PLAN = {"sending_domain": "News.Example.com", "maxima": [50, 100, 200], "starts_on": "2026-12-01"}
OWNED = [("/quiet-hours", HOURS), ("/frequency-caps", CAP)]
SHARED = [("/rate-limits", RATE), ("/warm-ups", PLAN)]

of_each = pytest.mark.parametrize(("path", "body"), OWNED + SHARED)
of_departments = pytest.mark.parametrize(("path", "body"), OWNED)
of_all = pytest.mark.parametrize(("path", "body"), SHARED)

Body = dict[str, Any]


def listed(served: Served, path: str, actor: Actor) -> list[Body]:
    items: list[Body] = served.client.get(path, as_=actor).json()["items"]
    return items


@of_each
def test_a_limit_is_set_listed_and_taken_away(served: Served, path: str, body: Body) -> None:
    made = served.client.post(path, as_=HEAD, json=body)
    assert made.status_code == 201
    assert made.json()["added_by"] == "hedy"
    assert [one["id"] for one in listed(served, path, ANNA)] == [made.json()["id"]]
    gone = served.client.delete(f"{path}/{made.json()['id']}", as_=HEAD)
    assert gone.status_code == 204
    assert listed(served, path, ANNA) == []
    assert served.client.delete(f"{path}/{new_id()}", as_=HEAD).status_code == 404


@of_each
def test_only_managers_set_limits(served: Served, path: str, body: Body) -> None:
    assert served.client.post(path, as_=OTTO, json=body).status_code == 403
    assert served.client.post(path, as_=ANNA, json=body).status_code == 403
    assert served.client.post(path, as_=ADA, json=body).status_code == 201


@of_departments
def test_a_manager_sets_limits_for_their_own_department(served: Served, path: str, body: Body) -> None:
    assert served.client.post(path, as_=STRANGER, json=body).status_code == 403
    made = served.client.post(path, as_=MIA, json=body)
    assert made.status_code == 201
    assert listed(served, path, STRANGER) == []
    assert served.client.delete(f"{path}/{made.json()['id']}", as_=STRANGER).status_code == 404


@of_departments
def test_what_holds_for_all_is_seen_by_all_and_set_by_few(served: Served, path: str, body: Body) -> None:
    general = {**body, "department": "*"}
    assert served.client.post(path, as_=MIA, json=general).status_code == 403
    made = served.client.post(path, as_=HEAD, json=general).json()
    assert [one["department"] for one in listed(served, path, STRANGER)] == ["*"]
    assert served.client.delete(f"{path}/{made['id']}", as_=MIA).status_code == 403


@of_all
def test_what_all_senders_share_is_set_by_who_sees_every_department(
    served: Served, path: str, body: Body
) -> None:
    assert served.client.post(path, as_=MIA, json=body).status_code == 403
    made = served.client.post(path, as_=HEAD, json=body).json()
    assert served.client.delete(f"{path}/{made['id']}", as_=MIA).status_code == 403
    assert served.client.post(path, as_=HEAD, json=body).status_code == 409


def test_names_are_kept_in_the_form_they_are_compared_in(served: Served) -> None:
    hours = served.client.post("/quiet-hours", as_=MIA, json=HOURS).json()
    rate = served.client.post("/rate-limits", as_=HEAD, json=RATE).json()
    plan = served.client.post("/warm-ups", as_=HEAD, json=PLAN).json()
    assert (hours["region"], rate["key"], plan["sending_domain"]) == (
        "FL",
        "mail.example",
        "news.example.com",
    )
    assert rate["burst"] == 5


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/quiet-hours", {**HOURS, "opens": "25:00"}, "opens"),
        ("/quiet-hours", {**HOURS, "days": [0]}, "days.0"),
        ("/quiet-hours", {**HOURS, "country": ""}, "region"),
        ("/quiet-hours", {**HOURS, "channel": "pigeon"}, "channel"),
        ("/frequency-caps", {**CAP, "days": 0}, "days"),
        ("/frequency-caps", {**CAP, "over": "shrug"}, "over"),
        ("/rate-limits", {**RATE, "per_second": 0}, "per_second"),
        ("/rate-limits", {**RATE, "scope": "moon"}, "scope"),
        ("/warm-ups", {**PLAN, "maxima": [100, 50]}, "maxima"),
        ("/warm-ups", {**PLAN, "sending_domain": "localhost"}, "sending_domain"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_by_name(
    served: Served, path: str, body: Body, field: str
) -> None:
    answer = served.client.post(path, as_=HEAD, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
