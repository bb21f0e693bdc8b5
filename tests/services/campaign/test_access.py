"""Who may do what: every route of the service, asked by the wrong people."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ANALYST, FINANCE_APPROVER, FINANCE_CLERK, SALES_REP
from services.campaign.answers.actions import take_answer
from services.campaign.followups.actions import plan_follow_up
from services.campaign.planning.queries import take_campaign
from services.campaign.service import CampaignService
from tests.harness.people import person
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    a_body,
    a_draft,
    a_running_campaign,
    an_answer,
    hear,
    targets_of,
    wave_of,
)
from tests.services.campaign.conftest import Served
from tests.services.campaign.plan_builders import propose
from tests.services.campaign.tasks.builders import a_task_row, planned_tasks

TASK = "/tasks/<uuid:task_id>"
TASK_ROW = {"name": "Book", "starts_on": "2026-12-01", "ends_on": "2026-12-04"}
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/campaigns"): a_body(code="ANOTHER"),
    ("PUT", "/campaigns/<uuid:campaign_id>"): a_body(),
    ("PATCH", "/campaigns/<uuid:campaign_id>"): {"name": "Another name"},
    ("PUT", "/campaigns/<uuid:campaign_id>/staff"): {},
    ("PUT", "/campaigns/<uuid:campaign_id>/procurement"): {"items": []},
    ("POST", "/campaigns/<uuid:campaign_id>/amendments"): {
        "changes": {"ends_on": "2027-03-31"},
        "reason": "The hall is free later only",
    },
    ("POST", "/campaigns/<uuid:campaign_id>/copies"): {
        "code": "COPY",
        "name": "Copy",
        "starts_on": "2027-05-01",
    },
    ("POST", "/terms"): {"list": "kinds", "code": "roadshow", "label": "Roadshow"},
    ("PATCH", "/terms/<uuid:term_id>"): {"label": "Road show"},
    ("PUT", "/campaigns/<uuid:campaign_id>/audience"): {},
    ("POST", "/campaigns/<uuid:campaign_id>/audience/contacts"): {
        "role": "include",
        "contacts": [str(new_id())],
    },
    ("POST", "/campaigns/<uuid:campaign_id>/waves"): {"channel": "email", "template_id": str(new_id())},
    ("PUT", "/campaigns/<uuid:campaign_id>/waves/<uuid:wave_id>"): {
        "channel": "email",
        "template_id": str(new_id()),
    },
    ("POST", "/campaigns/<uuid:campaign_id>/responses"): {
        "target_id": str(new_id()),
        "kind": "call",
        "verdict": "interested",
    },
    ("POST", "/campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/verdict"): {"verdict": "interested"},
    ("POST", "/campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/follow-ups"): {
        "what": "call",
        "due_on": "2026-12-01",
    },
    ("PATCH", "/campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>"): {"what": "call"},
    ("POST", "/campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>/result"): {
        "state": "done",
        "result": "called",
    },
    ("POST", "/campaigns/<uuid:campaign_id>/tasks"): TASK_ROW,
    ("POST", "/campaigns/<uuid:campaign_id>/task-lists"): {"tasks": [TASK_ROW]},
    ("PATCH", f"{TASK}"): {"name": "Another"},
    ("POST", f"{TASK}/block"): {"reason": "no"},
    ("POST", f"{TASK}/unblock"): {},
    ("POST", f"{TASK}/progress"): {"progress": 10},
    ("POST", f"{TASK}/handover"): {"assignee": "rita"},
    ("POST", f"{TASK}/completion"): {"result": "done"},
    ("POST", f"{TASK}/cancellation"): {"reason": "no"},
    ("POST", f"{TASK}/split"): {"tasks": [TASK_ROW]},
    ("POST", f"{TASK}/reschedule"): {"ends_on": "2026-12-09", "cause": "snow"},
    ("POST", f"{TASK}/log"): {"what": "called"},
    ("POST", f"{TASK}/actions"): {"what": "call", "due_on": "2026-12-02"},
    ("POST", "/calendar/feeds"): {"scope": "mine"},
    ("POST", "/campaigns/<uuid:campaign_id>/target-shares"): {"by": "round_robin", "staff": ["rex"]},
}
QUERIES = {
    "/campaigns/<uuid:campaign_id>/audience/files": "?role=include&filename=a.csv",
    "/calendar": "?from=2026-12-01&to=2026-12-31",
    f"{TASK}/slippage": "?ends_on=2026-12-09",
}
WORKED_BY_STAFF = {
    "POST /campaigns/<uuid:campaign_id>/responses",
    "POST /campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/verdict",
    "POST /campaigns/<uuid:campaign_id>/responses/<uuid:response_id>/follow-ups",
    "PATCH /campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>",
    "POST /campaigns/<uuid:campaign_id>/follow-ups/<uuid:follow_up_id>/result",
}
"""What sales reps may do, with targets that were shared out to them."""

OWN = {"GET /my-targets", "GET /my-follow-ups", "GET /tasks", "GET /calendar", "GET /calendar/feeds"}
FEEDS = {"POST /calendar/feeds": 201, "DELETE /calendar/feeds/<uuid:feed_id>": 404}
TIMELINE = "GET /campaigns/<uuid:campaign_id>/targets/<uuid:target_id>/timeline"

OF_TASKS = {
    *(f"GET {TASK}{rest}" for rest in ("", "/branch", "/slippage", "/history", "/actions")),
    *(f"POST {TASK}/{one}" for one in ("start", "block", "unblock", "progress", "handover", "completion")),
    *(f"POST {TASK}/{one}" for one in ("split", "log", "actions", "actions/<uuid:action_id>/completion")),
}
"""What sales reps may see of, and do with, tasks of their own."""


class Door:
    """A running campaign with one wave, one target and one response, and every route applied to it."""

    def __init__(self, served: Served) -> None:
        self.client = served.client
        contact = new_id()
        self.campaign_id = a_running_campaign(served.database, contacts=[contact])
        target = targets_of(served.database, self.campaign_id)[contact]
        wave = wave_of(served.database, self.campaign_id)
        answer = an_answer(wave, target)
        hear(served.database, lambda session: take_answer(session, answer))
        with served.database.transaction(OWNER) as session:
            campaign = take_campaign(session, OWNER, self.campaign_id)
            follow_up = plan_follow_up(
                session,
                OWNER,
                campaign=campaign,
                response_id=answer.answer_id,
                what="call",
                due_on=date(2026, 12, 1),
            )
        self.ids = {
            "wave_id": wave.id,
            "target_id": target.id,
            "response_id": answer.answer_id,
            "follow_up_id": follow_up.id,
            "source_id": new_id(),
            "task_id": planned_tasks(served.database, self.campaign_id, a_task_row())[0],
            "action_id": new_id(),
            "feed_id": new_id(),
            "amendment_id": propose(served.database, self.campaign_id, ends_on=date(2027, 4, 30)).id,
            "term_id": new_id(),
        }

    def knock(self, actor: Actor | None, *, one_campaign: bool = False) -> dict[str, int]:
        """The status that each route answers ``actor`` with."""
        return {
            f"{route.method} {route.path}": self._ask(route, actor)
            for route in _routes()
            if "campaign_id" in route.path or "task_id" in route.path or not one_campaign
        }

    def _ask(self, route: Declaration, actor: Actor | None) -> int:
        path = _filled(route.path, campaign_id=self.campaign_id, **self.ids) + QUERIES.get(route.path, "")
        body = BODIES.get((route.method, route.path))
        headers = {"If-Match": "*"}
        return self.client.call(route.method, path, as_=actor, json=body, headers=headers).status_code


@pytest.fixture
def door(served: Served) -> Iterator[Door]:
    yield Door(served)


def _routes() -> list[Declaration]:
    found = declarations(CampaignService)
    own = [one for one, function in found if "campaign" in function.__module__ and not one.public]
    assert len(own) >= 80
    return own


def _filled(path: str, **ids: UUID) -> str:
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    assert set(door.knock(None).values()) == {401}


def test_a_sales_rep_has_no_business_here_but_with_what_was_shared_out_to_him(door: Door) -> None:
    asked = door.knock(person("rex", SALES_REP))
    expected = dict.fromkeys(asked, 403) | dict.fromkeys(OWN, 200) | {TIMELINE: 404} | FEEDS
    expected |= dict.fromkeys(OF_TASKS, 404)
    assert asked == expected
    assert set(asked) >= WORKED_BY_STAFF


@pytest.mark.parametrize("role", [ANALYST, FINANCE_APPROVER, FINANCE_CLERK])
def test_who_only_reads_may_read_everything_and_change_nothing(door: Door, role: str) -> None:
    asked = door.knock(person("rita", role))
    assert asked == {route: 200 if route.startswith("GET") else 403 for route in asked}


def test_a_campaign_of_another_department_is_not_there_for_any_route(door: Door) -> None:
    asked = door.knock(STRANGER, one_campaign=True)
    assert asked == dict.fromkeys(asked, 404)


def test_a_campaign_that_does_not_exist_looks_the_same(door: Door) -> None:
    door.campaign_id = door.ids["task_id"] = new_id()
    asked = door.knock(OWNER, one_campaign=True)
    assert asked == dict.fromkeys(asked, 404)


def test_the_list_leaves_out_what_other_departments_do(door: Door) -> None:
    assert door.client.get("/campaigns", as_=STRANGER).json()["items"] == []
    assert len(door.client.get("/campaigns", as_=OWNER).json()["items"]) == 1


def test_nobody_designs_for_a_foreign_department(door: Door) -> None:
    refused = door.client.post("/campaigns", as_=STRANGER, json=a_body())
    assert refused.status_code == 403


def test_nobody_moves_a_campaign_into_a_foreign_department(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}"
    body = a_body(department="south")
    assert served.client.put(path, as_=OWNER, json=body, headers={"If-Match": "*"}).status_code == 403
