"""Who may see what: every route of the service, asked by the wrong people."""

import re
from collections.abc import Iterator

import pytest
import requests

from chassis.auth import Actor
from chassis.database import Database
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, ROLES
from services.reporting.access import READERS
from services.reporting.service import ReportingService
from tests.harness.databases import SqliteFiles
from tests.harness.people import person
from tests.harness.serving import serve
from tests.services.reporting.builders import story
from tests.services.reporting.conftest import KEY
from tests.services.reporting.running import Reporting

ROUTES = [route for route, _ in declarations(ReportingService)]
GUARDED = [route for route in ROUTES if not route.public]
ADMINISTERED = [route for route in GUARDED if route.roles == (ADMINISTRATOR,)]
SYSTEM = ("/projections", "/rebuilds", "/rebuilds/<uuid:rebuild_id>")
"""They tell how the service itself is, and nothing of any department."""

WITH_ID = [
    route for route in ROUTES if "<" in route.path and route not in ADMINISTERED and route.path not in SYSTEM
]
OF_CAMPAIGNS = [route for route in WITH_ID if "campaign_id" in route.path]
PAGES = {
    "GET /campaigns/<uuid:campaign_id>/page",
    "GET /campaigns/<uuid:campaign_id>/page.pdf",
    "GET /campaigns/<uuid:campaign_id>/page/<table>",
    "GET /campaigns/<uuid:campaign_id>/page/events/<figure>",
    "GET /pages/<report>",
    "GET /pages/<report>/<table>",
}
"""Public because of signed links and sign-ins; without one they ask for role and department themselves."""

WORKING = tuple(role for role in ROLES if role != ADMINISTRATOR)
INSIDER = person("ira", *WORKING)
STRANGER = person("max", *WORKING, departments=("south",))
"""Somebody with every role but that of an administrator, who has all departments, in the wrong one."""

BODIES = {"POST /campaigns/<uuid:campaign_id>/page-links": {"seconds": 60}}


class Door:
    """The story of one campaign of the north, and every route applied to it."""

    def __init__(self, reporting: Reporting) -> None:
        self.client = reporting.client
        root, everything = person("root", ADMINISTRATOR), {"projections": ["all"]}
        self.values = {
            "campaign_id": str(reporting.campaign_id),
            "figure": "responses",
            "mark_id": self.client.post("/feed-marks", as_=INSIDER).json()["id"],
            "rebuild_id": self.client.post("/rebuilds", as_=root, json=everything).json()["id"],
        }
        self.values |= {"report": "funnel", "table": "funnel"}

    def ask(self, route: Declaration, actor: Actor | None) -> requests.Response:
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: self.values[match[1]], route.path)
        return self.client.call(route.method, path, as_=actor, json=BODIES.get(name_of(route)))

    def knock(self, routes: list[Declaration], actor: Actor | None) -> dict[str, int]:
        """The status that each route answers ``actor`` with."""
        return {name_of(route): self.ask(route, actor).status_code for route in routes}


def name_of(route: Declaration) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def door(sqlite_files: SqliteFiles) -> Iterator[Door]:
    url = f"sqlite:///{sqlite_files.migrated('reporting')}"
    database = Database(url, service="reporting")
    with serve(ReportingService, url, link_key=KEY) as client:
        running = Reporting(client, database, new_id())
        running.hear(*story(running.campaign_id))
        yield Door(running)
    database.close()


def test_there_is_one_of_everything_that_a_route_names(door: Door) -> None:
    named = {name for route in ROUTES for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)}
    assert named <= door.values.keys()


def test_nothing_is_public_but_pages_by_link_or_sign_in_and_what_holds_no_figures() -> None:
    assert {name_of(route) for route in ROUTES if route.public} == {
        *PAGES,
        "GET /pages",
        "GET /sign-in",
        "POST /sign-in",
        "GET /signed-in",
        "POST /sign-out",
        "GET /signed-out",
        "GET /static/page.css",
        "GET /openapi.json",
    }


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    asked = door.knock(GUARDED + WITH_ID, None)
    assert asked == dict.fromkeys(asked, 401)


def test_whoever_has_all_roles_but_those_that_a_route_names_is_turned_away(door: Door) -> None:
    """So whoever has one of them is: no role takes away what another one allows."""
    pages, asked = dict.fromkeys(PAGES, READERS), {}
    for route in GUARDED + WITH_ID:
        named = pages.get(name_of(route), route.roles)
        others = [role for role in WORKING if role not in named]
        asked[name_of(route)] = door.ask(route, person("rob", *others)).status_code
    assert asked == dict.fromkeys(asked, 403)


def test_whoever_has_the_roles_in_the_department_finds_everything(door: Door) -> None:
    asked = door.knock(WITH_ID, INSIDER)
    made = {name_of(route): route.status for route in WITH_ID}
    assert asked == made
    assert len(door.client.get("/campaigns", as_=INSIDER).json()["items"]) == 1
    assert door.client.get("/events", as_=INSIDER).json() != []


def test_a_campaign_of_another_department_is_not_there_for_any_route(door: Door) -> None:
    asked = door.knock(OF_CAMPAIGNS, STRANGER)
    assert asked == dict.fromkeys(asked, 404)


def test_reports_hold_nothing_of_another_department(door: Door) -> None:
    for route in [route for route in WITH_ID if route not in OF_CAMPAIGNS]:
        assert door.ask(route, INSIDER).content != door.ask(route, STRANGER).content


def test_lists_and_the_feed_leave_out_what_other_departments_do(door: Door) -> None:
    assert door.client.get("/campaigns", as_=STRANGER).json()["items"] == []
    assert door.client.get("/events", as_=STRANGER).json() == []


def test_every_list_is_looked_at_above() -> None:
    lists = {name_of(route) for route in GUARDED if "<" not in route.path and route.path not in SYSTEM}
    administered = {name_of(route) for route in ADMINISTERED}
    assert lists - administered == {"GET /campaigns", "GET /events", "POST /feed-marks"}
