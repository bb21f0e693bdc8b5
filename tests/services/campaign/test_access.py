"""Who may do what: every route of the service, asked by the wrong people."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ANALYST, FINANCE_APPROVER, FINANCE_CLERK, SALES_REP
from services.campaign.service import CampaignService
from tests.harness.people import person
from tests.services.campaign.builders import OWNER, STRANGER, a_body, a_draft, a_planned_wave
from tests.services.campaign.conftest import Served

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/campaigns"): a_body(code="ANOTHER"),
    ("PUT", "/campaigns/<uuid:campaign_id>"): a_body(),
    ("POST", "/campaigns/<uuid:campaign_id>/waves"): {"channel": "email", "template_id": str(new_id())},
    ("POST", "/campaigns/<uuid:campaign_id>/responses"): {
        "target_id": str(new_id()),
        "kind": "call",
        "verdict": "interested",
    },
}


class Door:
    """A campaign with one wave, and every route of the service applied to it."""

    def __init__(self, served: Served) -> None:
        self.client = served.client
        self.campaign_id = a_draft(served.database)
        self.wave_id = a_planned_wave(served.database, self.campaign_id)

    def knock(self, actor: Actor | None, *, one_campaign: bool = False) -> dict[str, int]:
        """The status that each route answers ``actor`` with."""
        return {
            f"{route.method} {route.path}": self._ask(route, actor)
            for route in _routes()
            if "campaign_id" in route.path or not one_campaign
        }

    def _ask(self, route: Declaration, actor: Actor | None) -> int:
        path = _filled(route.path, campaign_id=self.campaign_id, wave_id=self.wave_id)
        body = BODIES.get((route.method, route.path))
        headers = {"If-Match": "*"}
        return self.client.call(route.method, path, as_=actor, json=body, headers=headers).status_code


@pytest.fixture
def door(served: Served) -> Iterator[Door]:
    yield Door(served)


def _routes() -> list[Declaration]:
    own = [route for route, function in declarations(CampaignService) if "campaign" in function.__module__]
    assert len(own) >= 17
    return own


def _filled(path: str, **ids: UUID) -> str:
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    assert set(door.knock(None).values()) == {401}


def test_a_sales_rep_has_no_business_here(door: Door) -> None:
    asked = door.knock(person("rex", SALES_REP))
    assert asked == dict.fromkeys(asked, 403)


@pytest.mark.parametrize("role", [ANALYST, FINANCE_APPROVER, FINANCE_CLERK])
def test_who_only_reads_may_read_everything_and_change_nothing(door: Door, role: str) -> None:
    asked = door.knock(person("rita", role))
    assert asked == {route: 200 if route.startswith("GET") else 403 for route in asked}


def test_a_campaign_of_another_department_is_not_there_for_any_route(door: Door) -> None:
    asked = door.knock(STRANGER, one_campaign=True)
    assert asked == dict.fromkeys(asked, 404)


def test_a_campaign_that_does_not_exist_looks_the_same(door: Door) -> None:
    door.campaign_id = new_id()
    asked = door.knock(OWNER, one_campaign=True)
    assert asked == dict.fromkeys(asked, 404)


def test_the_list_leaves_out_what_other_departments_do(door: Door) -> None:
    assert door.client.get("/campaigns", as_=STRANGER).json()["items"] == []
    assert len(door.client.get("/campaigns", as_=OWNER).json()["items"]) == 1


def test_nobody_designs_for_a_foreign_department(door: Door) -> None:
    refused = door.client.post("/campaigns", as_=STRANGER, json=a_body())
    assert refused.status_code == 403


def test_nobody_moves_a_campaign_into_a_foreign_department(door: Door) -> None:
    path = f"/campaigns/{door.campaign_id}"
    body = a_body(department="south")
    assert door.client.put(path, as_=OWNER, json=body, headers={"If-Match": "*"}).status_code == 403
