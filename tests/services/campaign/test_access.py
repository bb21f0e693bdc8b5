"""Who may do what: every route of the service, asked by the wrong people."""

import re
from copy import copy
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, ANALYST, FINANCE_APPROVER, FINANCE_CLERK, ROLES, SALES_REP
from services.campaign.answers.actions import take_answer
from services.campaign.audience.actions import pick_contacts
from services.campaign.followups.actions import plan_follow_up
from services.campaign.planning.queries import take_campaign
from services.campaign.service import CampaignService
from services.campaign.staffing.staff import Member
from tests.harness.people import person
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    a_body,
    a_draft,
    a_planned_wave,
    a_running_campaign,
    an_answer,
    campaign_of,
    hear,
    launch,
    pages_for,
    resolve,
    sources_of,
    targets_of,
    wave_of,
)
from tests.services.campaign.conftest import Served
from tests.services.campaign.plan_builders import an_item, buy, change, propose, staff
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
    ("POST", "/campaigns/<uuid:campaign_id>/audience/additions"): {"contacts": [str(new_id())]},
    ("POST", "/campaigns/<uuid:campaign_id>/audience/removals"): {"targets": [str(new_id())]},
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
    "/files": "?name=x.txt",
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


WORKING = tuple(role for role in ROLES if role != ADMINISTRATOR)
FOREIGNER = person("max", *WORKING, departments=("south",))
"""Somebody with every role but that of an administrator, who has all departments, in the wrong one."""

FOR_EVERYBODY = {"/terms"}
"""Lists of what holds for every department."""


class Door:
    """A running campaign with one of everything, and every route applied to it."""

    def __init__(self, served: Served) -> None:
        self.client = served.client
        contact = new_id()
        self.campaign_id, source_id = _running(served, contact)
        target = targets_of(served.database, self.campaign_id)[contact]
        wave = wave_of(served.database, self.campaign_id)
        answer = an_answer(wave, target)
        hear(served.database, lambda session: take_answer(session, answer))
        follow_up_id = _follow_up(served, self.campaign_id, answer.answer_id)
        change(served.database, self.campaign_id, name="Spring seminars")
        file = served.client.post("/files?name=offer.txt", as_=OWNER, data=b"Hall 500\n")
        (task_id,) = planned_tasks(served.database, self.campaign_id, a_task_row())
        self.ids = {
            "wave_id": wave.id,
            "target_id": target.id,
            "response_id": answer.answer_id,
            "follow_up_id": follow_up_id,
            "source_id": source_id,
            "task_id": task_id,
            "action_id": self._made(f"/tasks/{task_id}/actions", {"what": "call", "due_on": "2026-12-02"}),
            "feed_id": self._made("/calendar/feeds", {"scope": "mine"}),
            "amendment_id": propose(served.database, self.campaign_id, ends_on=date(2027, 4, 30)).id,
            "term_id": UUID(served.client.get("/terms", as_=OWNER).json()["items"][0]["id"]),
            "file_id": UUID(file.json()["id"]),
        }

    def _made(self, path: str, body: dict[str, Any]) -> UUID:
        answer = self.client.post(path, as_=OWNER, json=body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    def knock(self, actor: Actor | None, *, one_campaign: bool = False) -> dict[str, int]:
        """The status that each route answers ``actor`` with."""
        return {
            f"{route.method} {route.path}": self._ask(route, actor)
            for route in _routes()
            if "campaign_id" in route.path or "task_id" in route.path or not one_campaign
        }

    def ask_all(self, routes: list[Declaration], actor: Actor) -> dict[str, int]:
        """The status that each of ``routes`` answers ``actor`` with."""
        return {f"{route.method} {route.path}": self._ask(route, actor) for route in routes}

    def _ask(self, route: Declaration, actor: Actor | None) -> int:
        body = BODIES.get((route.method, route.path))
        headers = {"If-Match": "*"}
        path = self.path_of(route)
        return self.client.call(route.method, path, as_=actor, json=body, headers=headers).status_code

    def path_of(self, route: Declaration) -> str:
        """The path of a route with the ids of what there is, and the query that it needs."""
        needed = "" if (route.method, route.path) == ("GET", "/files") else QUERIES.get(route.path, "")
        return _filled(route.path, campaign_id=self.campaign_id, **self.ids) + needed


@pytest.fixture(scope="module")
def gate(running: Served) -> Door:
    """The door of all tests: what they ask for is refused, or only looks."""
    return Door(running)


@pytest.fixture
def door(gate: Door) -> Door:
    own = copy(gate)
    own.ids = dict(gate.ids)
    return own


def _running(served: Served, contact: UUID) -> tuple[UUID, UUID]:
    """A campaign that was planned with everything a plan may have. Returns its id and that of a source."""
    database, left_out = served.database, new_id()
    campaign_id = a_draft(database)
    a_planned_wave(database, campaign_id)
    staff(database, campaign_id, Member(person="otto", duty="sponsor"))
    buy(database, campaign_id, an_item(campaign_of(database, campaign_id).budget[0].line_id))
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        source = pick_contacts(session, campaign=campaign, role="exclude", contacts=[left_out])
    launch(database, campaign_id, [contact])
    for one in sources_of(database, campaign_id):
        if one.id == source.id:
            resolve(database, *pages_for(one, [left_out]))
    return campaign_id, source.id


def _follow_up(served: Served, campaign_id: UUID, response_id: UUID) -> UUID:
    due_on = date(2026, 12, 1)
    with served.database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        return plan_follow_up(
            session, OWNER, campaign=campaign, response_id=response_id, what="call", due_on=due_on
        ).id


def _guarded() -> list[Declaration]:
    """Every route that asks who is there, those of files and of the audit trail too."""
    return [route for route, _ in declarations(CampaignService) if not route.public]


def _routes() -> list[Declaration]:
    found = declarations(CampaignService)
    own = [one for one, function in found if "campaign" in function.__module__ and not one.public]
    assert len(own) >= 80
    return own


def _is_empty(shown: object) -> bool:
    """Whether an answer tells of nothing: no items, and no number but zero."""
    return all(map(_is_empty, shown.values())) if isinstance(shown, dict) else not shown


def _filled(path: str, **ids: UUID) -> str:
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


def test_there_is_one_of_everything_that_a_route_names(door: Door) -> None:
    named = {name for route in _guarded() for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)}
    assert named == {"campaign_id", *door.ids}


def test_only_feeds_by_their_token_and_the_description_of_the_service_are_public() -> None:
    public = [one.path for one, _ in declarations(CampaignService) if one.public]
    assert public == ["/calendar/feeds/<token>.ics", "/openapi.json"]


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    assert set(door.knock(None).values()) == {401}


def test_whoever_has_all_roles_but_those_that_a_route_names_is_turned_away(door: Door) -> None:
    """So whoever has one of them is: no role takes away what another one allows."""
    asked: dict[str, int] = {}
    for route in _guarded():
        others = [role for role in WORKING if role not in route.roles]
        asked |= door.ask_all([route], person("rob", *others))
    assert asked == dict.fromkeys(asked, 403)


def test_somebody_without_a_role_is_turned_away(door: Door) -> None:
    asked = door.ask_all(_guarded(), person("nobody"))
    assert asked == dict.fromkeys(asked, 403)


def test_somebody_with_all_roles_elsewhere_finds_nothing(door: Door) -> None:
    routes = [route for route in _guarded() if "<" in route.path and route.roles != (ADMINISTRATOR,)]
    asked = door.ask_all(routes, FOREIGNER)
    assert asked == dict.fromkeys(asked, 404)


def test_lists_leave_out_what_other_departments_have(door: Door) -> None:
    readable = [route for route in _guarded() if route.roles != (ADMINISTRATOR,)]
    lists = [route for route in readable if route.method == "GET" and "<" not in route.path]
    for route in lists:
        shown = door.client.get(door.path_of(route), as_=FOREIGNER)
        assert shown.status_code == 200, route.path
        assert _is_empty(shown.json()) or route.path in FOR_EVERYBODY, route.path


def test_parts_are_reached_through_their_own_campaign_only(running: Served, door: Door) -> None:
    """Where the state of the other campaign forbids the step anyway, the other of the two says so."""
    parts = [one for one in _routes() if "campaign_id" in one.path and one.path.count("<") > 1]
    database = running.database
    found: dict[str, set[int]] = {f"{route.method} {route.path}": set() for route in parts}
    others = a_draft(database, code="A"), a_running_campaign(database, contacts=[new_id()], code="B")
    for door.campaign_id in others:
        for route, status in door.ask_all(parts, OWNER).items():
            found[route].add(status)
    assert all(statuses <= {404, 409} and 404 in statuses for statuses in found.values()), found


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
    seen = door.client.get("/campaigns", as_=OWNER).json()["items"]
    assert str(door.campaign_id) in {one["id"] for one in seen}


def test_nobody_designs_for_a_foreign_department(door: Door) -> None:
    refused = door.client.post("/campaigns", as_=STRANGER, json=a_body())
    assert refused.status_code == 403


def test_nobody_moves_a_campaign_into_a_foreign_department(running: Served) -> None:
    path = f"/campaigns/{a_draft(running.database, code='MOVED')}"
    body = a_body(department="south")
    assert running.client.put(path, as_=OWNER, json=body, headers={"If-Match": "*"}).status_code == 403
