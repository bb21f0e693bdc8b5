"""One of each thing that the lead service keeps, made over HTTP, and what each route is told about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import LEAD_ADMINISTRATOR
from services.lead.imports.model import SavedMapping
from tests.harness.serving import Client
from tests.services.lead.builders import ALL_DAY, NOON

Made = Callable[..., UUID]

ASSIGNING = {"code": "all", "name": "All", "by": "round_robin"}
BODIES: dict[str, dict[str, Any]] = {
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


def one_of_each(
    lead: Client,
    database: Database,
    *,
    who: Actor,
    department: str = "north",
    reps: tuple[str, str] = ("rita", "rolf"),
) -> dict[str, UUID]:
    """By the name of its id in paths. ``who`` is a lead administrator of the department."""

    def made(path: str, **body: object) -> UUID:
        answer = lead.post(path, as_=who, json=body)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["id"])

    contact_id = made("/contacts", department=department, email=f"ann@{department}.example.com")
    file = lead.post("/files?name=offer.txt", as_=who, data=b"Two cranes\n").json()["id"]
    upload = lead.post(f"/imports?filename=x.csv&department={department}", as_=who, data=b"Email\n")
    rep_id, _ = (made("/reps", department=department, subject=one, name=one.title()) for one in reps)
    lead_id = made("/leads", contact_id=str(contact_id), documents=[file])
    return {
        **timed(made, department),
        **lists(made, department),
        **about_contacts(made, contact_id, department, reps),
        **assigning(made, department, reps),
        "request_id": made("/requests", kind="other", title="x", contact_id=str(contact_id)),
        "contact_id": contact_id,
        "lead_id": lead_id,
        "file_id": UUID(file),
        "rep_id": rep_id,
        "import_id": UUID(upload.json()["id"]),
        "mapping_id": saved_mapping(database, who, department),
    }


def assigning(made: Made, department: str, reps: tuple[str, str]) -> dict[str, UUID]:
    """Rules, a pool, a right to judge, and a run."""
    run = {"chosen": {}, "target": {"reps": [reps[0]]}, "reason": "x"}
    return {
        "right_id": made("/judging-rights", department=department, role=LEAD_ADMINISTRATOR),
        "rule_set_id": made("/rule-sets", department=department, rules=[ASSIGNING]),
        "pool_id": made("/lead-pools", department=department, code=f"{department}-pumps", name="Pumps"),
        "reassignment_id": made("/reassignments", department=department, **run),
    }


def timed(made: Made, department: str) -> dict[str, UUID]:
    """A calendar, a service level of requests, and scoring rules."""
    hours = {"code": "all", "name": "All", "time_zone": "UTC", "week": ALL_DAY}
    calendar_id = made("/calendars", department=department, **hours)
    target = {"clock": "resolution", "minutes": 60}
    level = {"subject": "request", "calendar_id": str(calendar_id), "targets": [target]}
    points = {"name": "x", "points": "1", "when": [{"fact": "source", "op": "eq", "value": "fair"}]}
    rules = {"name": "Rules", "rules": [points], "bands": [{"grade": "A", "points": "1"}]}
    return {
        "calendar_id": calendar_id,
        "level_id": made("/service-levels", department=department, **level),
        "scoring_id": made("/scorings", department=department, **rules),
    }


def lists(made: Made, department: str) -> dict[str, UUID]:
    """A row of each list that describes contacts, and a segment of them."""
    coded = {"department": department, "code": "x", "name": "X"}
    rule = {"field": "region", "op": "eq", "value": "north"}
    source_id = made("/sources", **coded, kind="event")
    cost = {"amount": "1", "currency": "EUR", "starts_on": "2026-01-01", "ends_on": "2026-01-01"}
    attribute = {"code": "x", "label": "X", "type": "text", "applies_to": ["lead"]}
    return {
        "contact_role_id": made("/contact-roles", department=department, code="x", label="X"),
        "region_id": made("/regions", **coded, kind="region"),
        "source_id": source_id,
        "cost_id": made(f"/sources/{source_id}/costs", **cost),
        "attribute_id": made("/attributes", department=department, **attribute),
        "segment_id": made("/segments", department=department, name="North", rule=rule),
    }


def about_contacts(made: Made, contact_id: UUID, department: str, reps: tuple[str, str]) -> dict[str, UUID]:
    """A customer, a merge of two others, a request of a person, and a proxy."""
    first, second = (made("/customers", department=department, name=name) for name in ("A", "B"))
    proxy = {"principal": reps[0], "deputy": reps[1], "valid_until": "2099-01-01T00:00:00Z"}
    return {
        "customer_id": made("/customers", department=department, name="ACME"),
        "proxy_id": made("/proxies", department=department, **proxy),
        "merge_id": made(f"/customers/{first}/merges", loser_id=str(second)),
        "privacy_request_id": made(f"/contacts/{contact_id}/privacy-requests", kind="export", note="x"),
    }


def saved_mapping(database: Database, who: Actor, department: str) -> UUID:
    """Nobody saves one over HTTP without an import that was read."""
    kept = {"department": department, "name": "Fair", "header_key": "x", "mapping": {"Mail": "email"}}
    with database.transaction(who) as session:
        session.add(mapping := SavedMapping(id=new_id(), saved_by="mia", saved_at=NOON, **kept))
        return mapping.id


def path_of(path: str, ids: dict[str, UUID]) -> str:
    """A path of a route with ids in the places of their names, however it spells those."""
    path = path.replace("<channel>", "email").replace("{channel}", "email")
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value)).replace(f"{{{name}}}", str(value))
    return path
