"""Who may do what: every route of the service, asked by the wrong people."""

from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import FINANCE_APPROVER, SALES_REP, SERVICE
from services.outreach.service import OutreachService
from tests.harness.people import person
from tests.services.outreach.builders import ANNA, HTML, MIA, STRANGER, a_card, a_mailing, a_template
from tests.services.outreach.conftest import Served

BODY = {"name": "News", "department": "north", "subject": "News", "html": HTML}


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
        """The status that each route answers ``actor`` with; only those of ``one`` thing, or all."""
        return {
            f"{route.method} {route.path}": self._ask(route, actor)
            for route in guarded_routes()
            if not one or "<" in route.path or route.path == "/suppressions" and route.method == "POST"
        }

    def _ask(self, route: Declaration, actor: Actor | None) -> int:
        path = route.path
        for name, value in self.ids.items():
            path = path.replace(f"<uuid:{name}>", str(value))
        body: dict[str, Any] | None = {"/templates": BODY}.get(route.path)
        if route.path == "/suppressions":
            body = {"contact_id": str(self.ids["contact_id"])}
        options = {"json": body or {}} if route.method == "POST" else {}
        return self.client.call(route.method, path, as_=actor, **options).status_code


@pytest.fixture
def door(served: Served) -> Door:
    return Door(served)


def guarded_routes() -> list[Declaration]:
    """Every route of ours that is not public."""
    own = [route for route, function in declarations(OutreachService) if "outreach" in function.__module__]
    return [route for route in own if not route.public]


def test_every_guarded_route_is_known_here() -> None:
    assert len(guarded_routes()) == 9


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    assert set(door.knock(None).values()) == {401}


@pytest.mark.parametrize("role", [SALES_REP, FINANCE_APPROVER, SERVICE])
def test_whoever_does_not_do_marketing_has_no_business_here(door: Door, role: str) -> None:
    asked = door.knock(person("rex", role))
    assert asked == dict.fromkeys(asked, 403)


def test_an_analyst_reads_and_previews_and_changes_nothing(door: Door) -> None:
    refused = {route for route, status in door.knock(ANNA).items() if status == 403}
    assert refused == {"POST /templates", "POST /suppressions"}


def test_marketing_may_do_everything(door: Door) -> None:
    assert set(door.knock(MIA).values()) == {200, 201}


def test_what_belongs_to_another_department_is_not_there_for_any_route(door: Door) -> None:
    asked = door.knock(STRANGER, one=True)
    assert len(asked) == 5
    assert asked == dict.fromkeys(asked, 404)


def test_what_does_not_exist_looks_the_same(door: Door) -> None:
    door.ids = {name: new_id() for name in door.ids}
    asked = door.knock(MIA, one=True)
    assert asked == dict.fromkeys(asked, 404)


def test_lists_leave_out_what_other_departments_have(door: Door) -> None:
    door.knock(MIA)
    for path in ("/templates", "/mailings", "/suppressions"):
        assert door.client.get(path, as_=MIA).json()["items"] != []
        assert door.client.get(path, as_=STRANGER).json()["items"] == []


def test_nobody_writes_a_template_for_a_foreign_department(door: Door) -> None:
    assert door.client.post("/templates", as_=STRANGER, json=BODY).status_code == 403
