"""Who may do what: every route of the service, asked by the wrong people."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import requests

from chassis.auth import Actor
from chassis.database import Database
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, MARKETING_STAFF, ROLES
from services.finance.service import FinanceService
from tests.harness.databases import SqliteFiles
from tests.harness.people import person
from tests.harness.serving import serve
from tests.services.finance.builders import FAY, ROOT, budget_of
from tests.services.finance.everything import BATCH, IBAN, PAYEE, one_of_each
from tests.services.finance.office import SOUTH, Office

ROUTES = [route for route, _ in declarations(FinanceService)]
GUARDED = [route for route in ROUTES if not route.public]
WITH_ID = [route for route in GUARDED if "<" in route.path]
LISTS = [route for route in GUARDED if route.many and "<" not in route.path]
MAKING = [route for route in GUARDED if route.method == "POST" and "<" not in route.path]

WORKING = tuple(role for role in ROLES if role != ADMINISTRATOR)
INSIDER = person("ira", *WORKING)
STRANGER = person("max", *WORKING, departments=SOUTH)
"""Somebody with every role but that of an administrator, who has all departments, in the wrong one."""

ITEM = {"item_id": "item_id", "quantity": "1", "unit_price": "2.50"}
BOUGHT = {
    "kind": "print",
    "description": "Flyers",
    "quantity": "1",
    "unit_price": "1.00",
    "line_id": "line_id",
}
PURCHASE = {"supplier_id": "supplier_id", "currency": "EUR", "reason": "The fair", "lines": [BOUGHT]}
SUPPLIER = {"code": "OTHER", "name": "Print & Co", "currency": "EUR", "department": "north", "iban": IBAN}
POOL = {
    "name": "Rent",
    "department": "north",
    "starts_on": "2026-11-01",
    "ends_on": "2026-11-30",
    "currency": "EUR",
    "driver": "equal",
    "lines": [{"name": "Rent", "amount": "60.00"}],
}
ADVANCE = {
    "purpose": "Cash",
    "line_id": "line_id",
    "amount": "1.00",
    "currency": "EUR",
    "needed_on": "2999-01-01",
}
CLAIM = {"purpose": "Taxi", "lines": [{"line_id": "line_id", "amount": "1.00"}]}
ENVELOPE = {
    "department": "north",
    "name": "Year 2028",
    "starts_on": "2028-01-01",
    "ends_on": "2028-12-31",
    "currency": "EUR",
    "amount": "100.00",
}
TRANSFER = {"from_line_id": "line_id", "to_line_id": "line_id", "amount": "1.00", "reason": "More print"}
WHY = {"reason": "Because"}
ALLOWANCE = {"kind": "mileage", "rate": "0.30", "currency": "EUR", "valid_from": "2026-01-01"}
POLICY = {"rule": "oldest", "department": "north", "days": 365, "valid_from": "2026-01-01"}

BODIES: dict[str, dict[str, Any]] = {
    "POST /approvals/<uuid:approval_id>/decisions": {"outcome": "approve"},
    "POST /approval-flows": {"code": "x", "kind": "plan", "steps": [{"name": "x", "role": "analyst"}]},
    "POST /authorities": {"person": "fay", "currency": "EUR", "limit": "1.00"},
    "POST /delegations": {
        "delegate": "fay",
        "departments": ["north"],
        "valid_until": "2099-01-01T00:00:00Z",
    },
    "PATCH /budgets/<uuid:budget_id>/lines/<uuid:line_id>": {"responsible": "max"},
    "POST /budgets/<uuid:budget_id>/lines/<uuid:line_id>/adjustments": {"amount": "1.00", **WHY},
    "POST /budgets/<uuid:budget_id>/reopening": WHY,
    "POST /budgets/<uuid:budget_id>/suspension": WHY,
    "POST /claims": {**CLAIM, "currency": "EUR"},
    "POST /advances": ADVANCE,
    "POST /advances/<uuid:advance_id>/repayment": {"amount": "1"},
    "PATCH /claims/<uuid:claim_id>": CLAIM,
    "POST /claims/<uuid:claim_id>/clearance": WHY,
    "POST /cost-pools": POOL,
    "PUT /cost-pools/<uuid:pool_id>": POOL,
    "POST /cost-pools/<uuid:pool_id>/reversal": WHY,
    "POST /allowances": ALLOWANCE,
    "POST /expense-kinds": {"code": "yachts", "name": "Yachts"},
    "POST /expense-policies": POLICY,
    "POST /envelopes": ENVELOPE,
    "PATCH /envelopes/<uuid:envelope_id>": {"amount": "1.00", **WHY},
    "POST /invoices/<uuid:invoice_id>/override": {"comment": "Agreed"},
    "POST /invoices/<uuid:invoice_id>/rejection": {"comment": "Never came"},
    "POST /invoices/<uuid:invoice_id>/payment": {"reference": "S-1"},
    "POST /payees": PAYEE,
    "POST /payments": BATCH,
    "POST /purchase-kinds": {"code": "yachts", "name": "Yachts"},
    "POST /purchases": PURCHASE,
    "PUT /purchases/<uuid:purchase_id>": PURCHASE,
    "POST /purchases/<uuid:purchase_id>/cancellation": WHY,
    "POST /purchases/<uuid:purchase_id>/invoices": {
        "number": "R-2",
        "invoiced_on": "2026-11-02",
        "currency": "EUR",
        "lines": [ITEM],
    },
    "POST /purchases/<uuid:purchase_id>/receipts": {"items": [{"item_id": "item_id", "quantity": "1"}]},
    "POST /rates": {"base": "EUR", "quote": "USD", "day": "2026-11-03", "rate": "1.2"},
    "POST /suppliers": SUPPLIER,
    "PUT /suppliers/<uuid:supplier_id>": SUPPLIER,
    "POST /suppliers/<uuid:supplier_id>/block": WHY,
    "POST /transfers": TRANSFER,
}
QUERIES = {
    "GET /payments/<uuid:batch_id>/file": "?kind=csv",
    "GET /rates/conversion": "?amount=1&currency=EUR&to=EUR",
    "POST /rates/import": "?source=x",
    "POST /files": "?name=x.txt",
}

FOR_ALL_DEPARTMENTS = {"/approval-flows", "/rates", "/purchase-kinds", "/expense-kinds", "/allowances"}
OPEN_TO_STRANGERS = {"GET /approval-flows/<uuid:flow_id>": 200}
"""Flows hold for every department."""

MADE_ELSEWHERE = {
    "POST /advances": 404,
    "POST /claims": 404,
    "POST /cost-pools": 403,
    "POST /delegations": 422,
    "POST /envelopes": 403,
    "POST /expense-policies": 403,
    "POST /payees": 403,
    "POST /payments": 403,
    "POST /purchases": 404,
    "POST /suppliers": 403,
    "POST /transfers": 404,
}
"""What becomes of making something in a foreign department. Nobody lends a department that is not his."""

MADE_FOR_ALL = {
    *("POST /files", "POST /purchase-kinds", "POST /rates", "POST /rates/import"),
    *("POST /allowances", "POST /expense-kinds"),
}
"""What is nobody's department: a file is its uploader's alone until it is attached."""


class Door:
    """Everything of department north, and every route applied to it."""

    def __init__(self, office: Office) -> None:
        self.client, self.database = office.client, office.database
        self.ids = one_of_each(office, INSIDER)

    def ask(
        self, route: Declaration, actor: Actor | None, ids: dict[str, UUID] | None = None
    ) -> requests.Response:
        ids = self.ids if ids is None else ids
        path = re.sub(r"<uuid:(\w+)>", lambda match: str(ids[match[1]]), route.path)
        body = filled(BODIES.get(name_of(route)), ids)
        path += QUERIES.get(name_of(route), "")
        headers = {"If-Match": "*"}
        return self.client.call(route.method, path, as_=actor, json=body, headers=headers)

    def knock(self, routes: list[Declaration], actor: Actor | None) -> dict[str, int]:
        """The status that each route answers ``actor`` with."""
        return {name_of(route): self.ask(route, actor).status_code for route in routes}


def filled(value: Any, ids: dict[str, UUID]) -> Any:
    """``value`` with the id in the place of every name of one."""
    if isinstance(value, dict):
        return {name: filled(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, ids) for one in value]
    return str(ids[value]) if isinstance(value, str) and value in ids else value


def name_of(route: Declaration) -> str:
    return f"{route.method} {route.path}"


def others_than(roles: tuple[str, ...]) -> list[str]:
    """All roles but these; without the administrator's, who is let in everywhere."""
    return [role for role in WORKING if role not in roles]


@pytest.fixture(scope="module")
def door(sqlite_files: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    url = f"sqlite:///{sqlite_files.migrated('finance')}"
    database = Database(url, service="finance")
    with serve(FinanceService, url, files_url=tmp_path_factory.mktemp("files").as_uri()) as client:
        yield Door(Office(client, database))
    database.close()


def test_there_is_one_of_everything_that_a_route_names(door: Door) -> None:
    named = {name for route in ROUTES for name in re.findall(r"<(?:\w+:)?(\w+)>", route.path)}
    assert named <= door.ids.keys(), "make one of it in everything.py"


def test_every_way_to_make_something_is_known() -> None:
    ours = {name_of(route) for route in MAKING if route.roles != (ADMINISTRATOR,)}
    assert ours == MADE_ELSEWHERE.keys() | MADE_FOR_ALL


def test_only_the_description_of_the_service_is_public() -> None:
    assert [route.path for route in ROUTES if route.public] == ["/openapi.json"]


def test_nobody_gets_in_without_a_token(door: Door) -> None:
    assert set(door.knock(GUARDED, None).values()) == {401}


def test_whoever_has_all_roles_but_those_that_a_route_names_is_turned_away(door: Door) -> None:
    """So whoever has one of them is: no role takes away what another one allows."""
    asked = {
        name_of(route): door.ask(route, person("rob", *others_than(route.roles))).status_code
        for route in GUARDED
    }
    assert asked == dict.fromkeys(asked, 403)


def test_somebody_without_a_role_is_turned_away(door: Door) -> None:
    assert set(door.knock(GUARDED, person("nobody")).values()) == {403}


def test_whoever_has_the_roles_in_the_department_finds_everything(door: Door) -> None:
    readable = [route for route in GUARDED if route.method == "GET" and route.roles != (ADMINISTRATOR,)]
    asked = door.knock(readable, INSIDER)
    assert asked == dict.fromkeys(asked, 200)


def test_what_belongs_to_another_department_is_not_there(door: Door) -> None:
    asked = door.knock(WITH_ID, STRANGER)
    administered = {name_of(route) for route in WITH_ID if route.roles == (ADMINISTRATOR,)}
    assert asked == dict.fromkeys(asked, 404) | dict.fromkeys(administered, 403) | OPEN_TO_STRANGERS


def test_what_does_not_exist_is_not_there_for_anybody(door: Door) -> None:
    nothing = {name: new_id() for name in door.ids}
    for actor in (STRANGER, INSIDER):
        routes = [route for route in WITH_ID if route.roles != (ADMINISTRATOR,)]
        asked = {name_of(route): door.ask(route, actor, nothing).status_code for route in routes}
        assert asked == dict.fromkeys(asked, 404)


def test_a_line_is_reached_through_its_own_budget_only(door: Door) -> None:
    with door.database.transaction() as session:
        others = {**door.ids, "budget_id": budget_of(session, "10.00", code="OTHER").id}
    routes = [route for route in WITH_ID if "<uuid:line_id>" in route.path]
    asked = {name_of(route): door.ask(route, ROOT, others).status_code for route in routes}
    assert asked == dict.fromkeys(asked, 404)


@pytest.mark.parametrize("route", LISTS, ids=name_of)
def test_lists_leave_out_what_other_departments_have(door: Door, route: Declaration) -> None:
    if route.roles == (ADMINISTRATOR,):
        assert door.ask(route, STRANGER).status_code == 403
        return
    assert door.ask(route, INSIDER).json()["items"] != []
    assert route.path in FOR_ALL_DEPARTMENTS or door.ask(route, STRANGER).json()["items"] == []


def test_nothing_is_made_in_a_foreign_department(door: Door) -> None:
    foreign = [route for route in MAKING if name_of(route) in MADE_ELSEWHERE]
    assert door.knock(foreign, STRANGER) == MADE_ELSEWHERE


def test_a_receipt_is_read_by_approvers_of_the_department_and_by_nobody_of_another(door: Door) -> None:
    path = f"/files/{door.ids['file_id']}"
    assert door.client.get(f"{path}/content", as_=FAY).content == b"Taxi 12.50\n"
    (listed,) = door.client.get(f"/files?owner_id={door.ids['claim_id']}", as_=FAY).json()["items"]
    assert (listed["id"], listed["attached_to"]) == (str(door.ids["file_id"]), "claims")
    assert door.client.get(path, as_=person("otto", MARKETING_STAFF)).status_code == 404
    for role in WORKING:
        stranger = person("farah", role, departments=SOUTH)
        assert door.client.get(path, as_=stranger).status_code == 404
        assert door.client.get(f"{path}/content", as_=stranger).status_code == 404
        assert door.client.get("/files", as_=stranger).json()["items"] == []
