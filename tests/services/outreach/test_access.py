"""Who may do what: every route of the service, asked by the wrong people.

What a route does for the right ones is tested with its slice.
"""

import re
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ANALYST, FINANCE_APPROVER, SALES_REP, SERVICE
from services.outreach.service import OutreachService
from tests.harness.people import person
from tests.services.outreach.builders import ANNA, HTML, MIA, STRANGER, a_card, a_mailing, a_template
from tests.services.outreach.conftest import Served

PREVIEWS = {
    "POST /templates/<uuid:template_id>/preview",
    "POST /templates/lint",
    "POST /audience-previews",
}
"""What asks with a body and changes nothing."""

OWN = {"GET /my-notices", "PUT /my-notices/muted"}
"""What is one's own, whoever one is."""

KEPT = {"POST /staff", "PUT /staff/<uuid:person_id>", "DELETE /staff/<uuid:person_id>"}
"""What administrators alone may do."""


class Door:
    """A mailing with its template and contact, and every route of the service applied to them."""

    def __init__(self, served: Served) -> None:
        self.client = served.client
        card = a_card()
        self.ids: dict[str, UUID] = {
            "template_id": a_template(served.database),
            "contact_id": card.contact_id,
        }
        self.ids["mailing_id"] = a_mailing(served.database, [card], template_id=self.ids["template_id"])

    def knock(self, actor: Actor | None, *, one: bool = False) -> dict[str, int]:
        """The status that each route answers ``actor`` with: all, or those that show ``one`` known thing."""
        return {
            name_of(route): self._ask(route, actor)
            for route in guarded_routes()
            if not one or (route.method == "GET" and self._shows_known(route))
        }

    def _shows_known(self, route: Declaration) -> bool:
        names = set(re.findall(r"<\w+:(\w+)>", route.path))
        return bool(names) and names <= set(self.ids)

    def _ask(self, route: Declaration, actor: Actor | None) -> int:
        path = re.sub(r"<uuid:(\w+)>", lambda found: str(self.ids.get(found[1]) or new_id()), route.path)
        path = re.sub(r"<int:\w+>", "1", re.sub(r"<(string[^:]*:)?\w+>", "x", path))
        options: dict[str, Any] = {} if route.method in {"GET", "DELETE"} or route.stream else {"json": {}}
        return self.client.call(route.method, path, as_=actor, **options).status_code


@pytest.fixture
def door(served: Served) -> Door:
    return Door(served)


def guarded_routes() -> list[Declaration]:
    """Every route of ours that is not public."""
    own = [route for route, function in declarations(OutreachService) if "outreach" in function.__module__]
    return [route for route in own if not route.public]


def name_of(route: Declaration) -> str:
    return f"{route.method} {route.path}"


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    asked = door.knock(None)
    assert asked == dict.fromkeys(asked, 401)


@pytest.mark.parametrize("role", [SALES_REP, FINANCE_APPROVER, SERVICE])
def test_whoever_does_not_do_marketing_has_no_business_here(door: Door, role: str) -> None:
    allowed = {route for route, status in door.knock(person("rex", role)).items() if status != 403}
    assert allowed == OWN


def test_an_analyst_reads_and_previews_and_changes_nothing(door: Door) -> None:
    allowed = {route for route, status in door.knock(ANNA).items() if status != 403}
    assert {route for route in allowed if not route.startswith("GET ")} == PREVIEWS | (
        OWN - {"GET /my-notices"}
    )
    assert allowed == {name_of(route) for route in guarded_routes() if ANALYST in route.roles}


def test_a_marketing_manager_is_let_in_everywhere(door: Door) -> None:
    refused = {route for route, status in door.knock(MIA).items() if status in {401, 403}}
    assert refused == KEPT


def test_what_belongs_to_another_department_is_not_there_for_any_route(door: Door) -> None:
    asked = door.knock(STRANGER, one=True)
    assert len(asked) >= 6
    assert asked == dict.fromkeys(asked, 404)


def test_what_does_not_exist_looks_the_same(door: Door) -> None:
    door.ids = {name: new_id() for name in door.ids}
    asked = door.knock(MIA, one=True)
    assert asked == dict.fromkeys(asked, 404)


def test_lists_leave_out_what_other_departments_have(door: Door) -> None:
    body = {"contact_id": str(door.ids["contact_id"])}
    assert door.client.post("/suppressions", as_=MIA, json=body).status_code == 201
    for path in ("/templates", "/mailings", "/suppressions"):
        assert door.client.get(path, as_=MIA).json()["items"] != []
        assert door.client.get(path, as_=STRANGER).json()["items"] == []


def test_nobody_writes_a_template_for_a_foreign_department(door: Door) -> None:
    body = {"name": "News", "department": "north", "subject": "News", "html": HTML}
    assert door.client.post("/templates", as_=STRANGER, json=body).status_code in {403, 422}
