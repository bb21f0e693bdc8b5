"""Who gets in: every route asks for a role, and shows nothing of a foreign department."""

from collections.abc import Callable
from uuid import UUID

import pytest

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
from services.lead.imports.model import SavedMapping
from services.lead.service import LeadService
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import ALL_DAY, MIA, NOON

ROUTES = [
    declaration
    for declaration, _ in declarations(LeadService)
    if not declaration.public and not declaration.path.startswith("/files")
]
"""Files are everybody's own until they are attached; their tests are the chassis's."""
WITH_ID = [route for route in ROUTES if "<uuid:" in route.path]

STRANGER = person("max", LEAD_ADMINISTRATOR, departments=("south",))
CLERK = person("carl", FINANCE_CLERK)

ASSIGNING = {"code": "all", "name": "All", "by": "round_robin"}
BODIES = {
    "PATCH": {},
    "/contacts/<uuid:contact_id>/consents/<channel>": {"granted": True, "wording": "yes", "source": "fair"},
    "/segments/<uuid:segment_id>": {"name": "x", "rule": {"field": "region", "op": "eq", "value": "x"}},
    "/imports/<uuid:import_id>/answers": {"answers": [{"line": 2, "answer": "refuse"}]},
    "/contacts/<uuid:contact_id>/owner": {"owner": "x", "reason": "x"},
    "/customers/<uuid:customer_id>/owner": {"owner": "x", "reason": "x"},
    "/contacts/<uuid:contact_id>/channels/<channel>": {"validity": "valid", "reason": "x"},
    "/contacts/<uuid:contact_id>/merges": {"loser_id": str(new_id())},
    "/customers/<uuid:customer_id>/merges": {"loser_id": str(new_id())},
    "/merges/<uuid:merge_id>/undoing": {"reason": "x"},
    "/contacts/<uuid:contact_id>/privacy-requests": {"kind": "export", "note": "x"},
    "/sources/<uuid:source_id>/costs": {
        "amount": "1",
        "currency": "EUR",
        "starts_on": "2026-01-01",
        "ends_on": "2026-01-01",
    },
    "/leads/<uuid:lead_id>/qualification": {"outcome": "not_a_target", "reason": "x"},
    "/leads/<uuid:lead_id>/disqualification": {"reason": "x"},
    "/leads/<uuid:lead_id>/undoing": {"reason": "x"},
    "/leads/<uuid:lead_id>/return": {"reason": "x"},
    "/leads/<uuid:lead_id>/pooling": {"pool": "x", "why": "x"},
    "/leads/<uuid:lead_id>/rest": {"wake_at": "2099-01-01T00:00:00Z", "reason": "x"},
    "/leads/<uuid:lead_id>/wake-up": {"why": "x"},
    "/calendars/<uuid:calendar_id>/days": {"year": 2027, "days": []},
    "/calendars/<uuid:calendar_id>/holidays": {"country": "AT"},
    "/requests/<uuid:request_id>/wait": {"waits_for": "x"},
    "/requests/<uuid:request_id>/answer": {"result": "x"},
    "/requests/<uuid:request_id>/reopen": {"note": "x"},
    "/requests/<uuid:request_id>/cancel": {"note": "x"},
    "/leads/<uuid:lead_id>/conversion": {"name": "x", "amount": "1", "currency": "EUR"},
}


def name_of(route: Declaration) -> str:
    return f"{route.method} {route.path}"


def timed(made: Callable[..., UUID]) -> dict[str, UUID]:
    """A calendar, a service level of requests, and scoring rules."""
    hours = {"code": "all", "name": "All", "time_zone": "UTC", "week": ALL_DAY}
    calendar_id = made("/calendars", department="north", **hours)
    target = {"clock": "resolution", "minutes": 60}
    level = {"subject": "request", "calendar_id": str(calendar_id), "targets": [target]}
    points = {"name": "x", "points": "1", "when": [{"fact": "source", "op": "eq", "value": "fair"}]}
    rules = {"name": "Rules", "rules": [points], "bands": [{"grade": "A", "points": "1"}]}
    return {
        "calendar_id": calendar_id,
        "level_id": made("/service-levels", department="north", **level),
        "scoring_id": made("/scorings", department="north", **rules),
    }


@pytest.fixture(scope="module")
def ids(lead: Client, lead_database: Database) -> dict[str, UUID]:
    """One of each thing, all of the north, by the name of its id."""

    def made(path: str, **body: object) -> UUID:
        answer = lead.post(path, as_=MIA, json=body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    contact_id = made("/contacts", department="north", email="ann@example.com")
    rule = {"field": "region", "op": "eq", "value": "north"}
    file = lead.post("/files?name=offer.txt", as_=MIA, data=b"Two cranes\n").json()["id"]
    upload = lead.post("/imports?filename=x.csv&department=north", as_=MIA, data=b"Email\n")
    rep_id = made("/reps", department="north", subject="rita", name="Rita")
    made("/reps", department="north", subject="rolf", name="Rolf")
    lead_id = made("/leads", contact_id=str(contact_id), documents=[file])
    return {
        **timed(made),
        "request_id": made("/requests", kind="other", title="x", contact_id=str(contact_id)),
        "contact_id": contact_id,
        "customer_id": made("/customers", department="north", name="ACME"),
        "segment_id": made("/segments", department="north", name="North", rule=rule),
        "lead_id": lead_id,
        "file_id": UUID(file),
        "right_id": made("/judging-rights", department="north", role=LEAD_ADMINISTRATOR),
        "rep_id": rep_id,
        "rule_set_id": made("/rule-sets", department="north", rules=[ASSIGNING]),
        "pool_id": made("/lead-pools", department="north", code="pumps", name="Pumps"),
        "reassignment_id": made("/reassignments", **RUN),
        "import_id": UUID(upload.json()["id"]),
        "mapping_id": saved_mapping(lead_database),
        **lists(made),
        **about_contacts(made, contact_id),
    }


def lists(made: Callable[..., UUID]) -> dict[str, UUID]:
    """A row of each list that describes contacts."""
    coded = {"department": "north", "code": "x", "name": "X"}
    source_id = made("/sources", **coded, kind="event")
    cost = {"amount": "1", "currency": "EUR", "starts_on": "2026-01-01", "ends_on": "2026-01-01"}
    return {
        "contact_role_id": made("/contact-roles", department="north", code="x", label="X"),
        "region_id": made("/regions", **coded, kind="region"),
        "source_id": source_id,
        "cost_id": made(f"/sources/{source_id}/costs", **cost),
        "attribute_id": made(
            "/attributes", department="north", code="x", label="X", type="text", applies_to=["lead"]
        ),
    }


def about_contacts(made: Callable[..., UUID], contact_id: UUID) -> dict[str, UUID]:
    """A merge of two customers, a request of a person, and a proxy."""
    first, second = (made("/customers", department="north", name=name) for name in ("A", "B"))
    proxy = {"principal": "rita", "deputy": "rolf", "valid_until": "2099-01-01T00:00:00Z"}
    return {
        "proxy_id": made("/proxies", department="north", **proxy),
        "merge_id": made(f"/customers/{first}/merges", loser_id=str(second)),
        "privacy_request_id": made(f"/contacts/{contact_id}/privacy-requests", kind="export", note="x"),
    }


def saved_mapping(database: Database) -> UUID:
    kept = {"department": "north", "name": "Fair", "header_key": "x", "mapping": {"Mail": "email"}}
    with database.transaction(MIA) as session:
        session.add(mapping := SavedMapping(id=new_id(), saved_by="mia", saved_at=NOON, **kept))
        return mapping.id


def path_of(route: Declaration, ids: dict[str, UUID]) -> str:
    path = route.path.replace("<channel>", "email")
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_role_without_business_here_is_turned_away(
    lead: Client, ids: dict[str, UUID], route: Declaration
) -> None:
    answer = lead.call(route.method, path_of(route, ids), as_=CLERK)
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_nobody_gets_in_without_a_token(lead: Client, ids: dict[str, UUID], route: Declaration) -> None:
    assert lead.call(route.method, path_of(route, ids)).status_code == 401


@pytest.mark.parametrize("route", WITH_ID, ids=name_of)
def test_what_belongs_to_another_department_is_not_there(
    lead: Client, ids: dict[str, UUID], route: Declaration
) -> None:
    body = BODIES.get(route.path, {}) if route.method not in ("GET", "DELETE") else None
    headers = {"If-Match": "*"}
    path = path_of(route, ids)
    assert lead.call(route.method, path, as_=STRANGER, json=body, headers=headers).status_code == 404
    if route.method == "GET":
        assert lead.get(path, as_=MIA).status_code == (409 if path.endswith("/copy") else 200)


@pytest.mark.parametrize("route", WITH_ID, ids=name_of)
def test_what_does_not_exist_is_not_there(lead: Client, ids: dict[str, UUID], route: Declaration) -> None:
    body = BODIES.get(route.path, {}) if route.method not in ("GET", "DELETE") else None
    path = path_of(route, dict.fromkeys(ids, new_id()))
    answer = lead.call(route.method, path, as_=MIA, json=body, headers={"If-Match": "*"})
    assert answer.status_code == 404


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
