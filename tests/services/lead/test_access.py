"""Who gets in: every route asks for a role, and shows nothing of a foreign department."""

from uuid import UUID

import pytest
from requests import Response

from chassis.auth import Actor
from chassis.database import Database
from chassis.http import Declaration, declarations
from chassis.ids import new_id
from contracts.roles import (
    ADMINISTRATOR,
    ANALYST,
    FINANCE_CLERK,
    LEAD_ADMINISTRATOR,
    MARKETING_STAFF,
    SALES_REP,
)
from services.lead.service import LeadService
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import ALL_DAY, MIA
from tests.services.lead.one_of_each import ASSIGNING, BODIES, one_of_each, path_of

ROUTES = [
    declaration
    for declaration, _ in declarations(LeadService)
    if not declaration.public and not declaration.path.startswith("/files")
]
"""Files are everybody's own until they are attached; their tests are the chassis's."""
WITH_ID = [route for route in ROUTES if "<uuid:" in route.path]

STRANGER = person("max", LEAD_ADMINISTRATOR, departments=("south",))
CLERK = person("carl", FINANCE_CLERK)


def name_of(route: Declaration) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def ids(lead: Client, lead_database: Database) -> dict[str, UUID]:
    """One of each thing, all of the north, by the name of its id."""
    return one_of_each(lead, lead_database, who=MIA)


def test_a_role_without_business_here_is_turned_away(lead: Client, ids: dict[str, UUID]) -> None:
    asked = {name_of(one): lead.call(one.method, path_of(one.path, ids), as_=CLERK) for one in ROUTES}
    assert statuses(asked) == dict.fromkeys(asked, 403)


def test_nobody_gets_in_without_a_token(lead: Client, ids: dict[str, UUID]) -> None:
    asked = {name_of(one): lead.call(one.method, path_of(one.path, ids)) for one in ROUTES}
    assert statuses(asked) == dict.fromkeys(asked, 401)


def test_what_belongs_to_another_department_is_not_there(lead: Client, ids: dict[str, UUID]) -> None:
    asked = {name_of(one): ask(lead, one, ids, as_=STRANGER) for one in WITH_ID}
    assert statuses(asked) == dict.fromkeys(asked, 404)
    read = {one.path: lead.get(path_of(one.path, ids), as_=MIA) for one in WITH_ID if one.method == "GET"}
    copies = [path for path in read if path.endswith("/copy")]
    assert statuses(read) == dict.fromkeys(read, 200) | dict.fromkeys(copies, 409)


def test_what_does_not_exist_is_not_there(lead: Client, ids: dict[str, UUID]) -> None:
    asked = {name_of(one): ask(lead, one, dict.fromkeys(ids, new_id()), as_=MIA) for one in WITH_ID}
    assert statuses(asked) == dict.fromkeys(asked, 404)


def ask(lead: Client, route: Declaration, ids: dict[str, UUID], *, as_: Actor) -> Response:
    body = BODIES.get(route.path, {}) if route.method not in ("GET", "DELETE") else None
    headers = {"If-Match": "*"}
    return lead.call(route.method, path_of(route.path, ids), as_=as_, json=body, headers=headers)


def statuses(answers: dict[str, Response]) -> dict[str, int]:
    return {name: answer.status_code for name, answer in answers.items()}


@pytest.mark.parametrize(
    "path",
    [
        *("/contacts", "/segments", "/leads", "/judging-rights", "/reps", "/imports", "/import-mappings"),
        *("/rule-sets", "/lead-pools", "/reassignments", "/proxies"),
        *("/contact-roles", "/regions", "/sources", "/attributes", "/merges", "/privacy-requests"),
        *("/calendars", "/service-levels", "/requests", "/scorings", "/clocks"),
    ],
)
def test_lists_show_ones_own_departments_only(lead: Client, ids: dict[str, UUID], path: str) -> None:
    own = lead.get(path, as_=MIA).json()["items"]
    assert own
    assert lead.get(path, as_=STRANGER).json()["items"] == []
    everywhere = person("root", ADMINISTRATOR, departments=())
    assert lead.get(path, as_=everywhere).json()["items"] == own


RULE = {"field": "region", "op": "eq", "value": "x"}
RUN = {"department": "north", "chosen": {}, "target": {"reps": ["rita"]}, "reason": "x"}
NEW = [
    ("/contacts", {"department": "north", "email": "x@example.com"}),
    ("/customers", {"department": "north", "name": "x"}),
    ("/segments", {"department": "north", "name": "x", "rule": RULE}),
    ("/reps", {"department": "north", "subject": "x", "name": "x"}),
    ("/contact-roles", {"department": "north", "code": "y", "label": "x"}),
    ("/regions", {"department": "north", "code": "y", "name": "x", "kind": "region"}),
    ("/sources", {"department": "north", "code": "y", "name": "x", "kind": "event"}),
    (
        "/attributes",
        {"department": "north", "code": "y", "label": "x", "type": "text", "applies_to": ["lead"]},
    ),
    ("/judging-rights", {"department": "north", "subject": "x"}),
    ("/calendars", {"department": "north", "code": "x", "name": "x", "time_zone": "UTC", "week": ALL_DAY}),
    (
        "/service-levels",
        {
            "department": "north",
            "subject": "lead",
            "calendar_id": str(UUID(int=1)),
            "targets": [{"clock": "ageing", "minutes": 1}],
        },
    ),
    (
        "/scorings",
        {
            "department": "north",
            "name": "x",
            "rules": [{"name": "x", "points": "1", "when": [{"fact": "region", "op": "eq", "value": "x"}]}],
            "bands": [{"grade": "A", "points": "1"}],
        },
    ),
    ("/rule-sets", {"department": "north", "rules": [ASSIGNING]}),
    ("/lead-pools", {"department": "north", "code": "x", "name": "x"}),
    ("/reassignments", RUN),
    ("/reassignments/preview", RUN),
    ("/transfers", {"department": "north", "source": "rita", "reps": ["rolf"], "reason": "x"}),
    ("/proxies", {"department": "north", "deputy": "x", "valid_until": "2099-01-01T00:00:00Z"}),
]


@pytest.mark.parametrize(("path", "body"), NEW)
def test_nothing_is_made_in_a_foreign_department(lead: Client, path: str, body: dict[str, object]) -> None:
    assert lead.post(path, as_=STRANGER, json=body).status_code == 403


def test_no_file_is_taken_for_a_foreign_department(lead: Client) -> None:
    answer = lead.post("/imports?filename=x.csv&department=north", as_=STRANGER, data=b"Email\n")
    assert answer.status_code == 403


def test_no_lead_is_made_of_a_foreign_contact(lead: Client, ids: dict[str, UUID]) -> None:
    answer = lead.post("/leads", as_=STRANGER, json={"contact_id": str(ids["contact_id"])})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("role", "step"),
    [
        *((ANALYST, step) for step in ("qualification", "assignment", "acceptance", "undoing", "pooling")),
        *((SALES_REP, step) for step in ("assignment", "pooling", "wake-up")),
        *((MARKETING_STAFF, step) for step in ("assignment", "acceptance", "return", "conversion")),
    ],
)
def test_only_some_may_judge_assign_and_hold(
    lead: Client, ids: dict[str, UUID], role: str, step: str
) -> None:
    answer = lead.post(f"/leads/{ids['lead_id']}/{step}", as_=person("sam", role), json={})
    assert answer.status_code == 403


def test_customers_show_ones_own_departments_only(lead: Client, ids: dict[str, UUID]) -> None:
    assert str(ids["customer_id"]) in [one["id"] for one in lead.get("/customers", as_=MIA).json()["items"]]
    assert lead.get("/customers", as_=STRANGER).json()["items"] == []


@pytest.mark.parametrize("role", [ANALYST, SALES_REP, MARKETING_STAFF])
def test_only_lead_administrators_see_requests_of_people(
    lead: Client, ids: dict[str, UUID], role: str
) -> None:
    request = f"/privacy-requests/{ids['privacy_request_id']}"
    for path in ("/privacy-requests", request, f"{request}/copy"):
        assert lead.get(path, as_=person("sam", role)).status_code == 403


def test_a_loser_of_another_department_is_no_different_from_one_that_is_not_there(
    lead: Client, ids: dict[str, UUID]
) -> None:
    mine = lead.post("/contacts", as_=STRANGER, json={"department": "south", "email": "s@x.de"}).json()["id"]
    answers = [
        lead.post(f"/contacts/{mine}/merges", as_=STRANGER, json={"loser_id": str(loser)}).json()["errors"]
        for loser in (ids["contact_id"], new_id())
    ]
    assert answers[0] == answers[1]
