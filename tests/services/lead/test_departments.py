"""Whoever works in one department can neither see nor infer what another one has, whichever route they take.

Every route of the OpenAPI document is walked: twice those that name nothing, before and after the other
department has anything; and those that name something with what is foreign and with what is not there at all.
A route that is new fails here until it is said what it may be told.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from contracts.roles import ADMINISTRATOR, LEAD_ADMINISTRATOR, ROLES, SALES_REP
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA
from tests.services.lead.one_of_each import BODIES, one_of_each, path_of

REP = person("sven", SALES_REP, departments=("south",))
CHIEF = person("max", *(one for one in ROLES if one != ADMINISTRATOR), departments=("south",))
"""Every role there is below an administrator, so that nothing but the department holds him back."""

PUBLIC = {"/openapi.json", "/shared-documents/{token}"}
EVERYBODYS = {"/contact-roles/shipped"}
"""What is the same for all, or is reached by a secret alone."""

UNTIL = "2099-01-01T00:00:00Z"
LEAVING = {"department": "south", "reason": "x"}
RUN = {**LEAVING, "target": {"reps": ["sara"]}}
LEVEL = {"subject": "request", "kind": "sample", "targets": [{"clock": "resolution", "minutes": 60}]}
RULE = {"code": "z", "name": "z"}
CODED = {"department": "south", "code": "z", "name": "z"}

NAMING: dict[str, list[dict[str, Any]]] = {
    "POST /attributes": [],
    "POST /calendars": [],
    "POST /contact-roles": [],
    "POST /contacts": [{"department": "south", "email": "s@example.com", "customer_id": "{customer_id}"}],
    "POST /customers": [],
    "POST /files": [],
    "POST /imports": [],
    "POST /judging-rights": [],
    "POST /lead-pools": [{**CODED, "pickers": ["{rep}"]}],
    "POST /leads": [
        {"contact_id": "{contact_id}"},
        {"contact_id": "{our_contact_id}", "documents": ["{file_id}"], "campaign_id": str(UUID(int=1))},
    ],
    "POST /proxies": [
        {"department": "south", "principal": "{rep}", "deputy": "sara", "valid_until": UNTIL},
        {"department": "south", "principal": "sara", "deputy": "{rep}", "valid_until": UNTIL},
    ],
    "POST /reassignments": [
        {**RUN, "chosen": {"lead_ids": ["{lead_id}"]}},
        {**LEAVING, "chosen": {}, "target": {"reps": ["{rep}"]}},
        {**LEAVING, "chosen": {}, "target": {"rule_set_id": "{rule_set_id}"}},
    ],
    "POST /reassignments/preview": [
        {**RUN, "chosen": {"lead_ids": ["{lead_id}"]}},
        {**RUN, "chosen": {"assignee": "{rep}", "states": ["assigned"]}},
    ],
    "POST /regions": [{**CODED, "kind": "territory", "parent_id": "{region_id}"}],
    "POST /reps": [],
    "POST /request-handovers": [{"department": "south", "responder": "{rep}", "why": "x"}],
    "POST /requests": [
        {"kind": "other", "title": "x", "lead_id": "{lead_id}"},
        {"kind": "other", "title": "x", "contact_id": "{contact_id}"},
        {"kind": "other", "title": "x", "contact_id": "{our_contact_id}", "documents": ["{file_id}"]},
    ],
    "POST /rule-sets": [
        {"department": "south", "rules": [{**RULE, "by": "round_robin", "reps": ["{rep}"]}]},
        {"department": "south", "rules": [{**RULE, "pool": "{pool}"}]},
    ],
    "POST /scorings": [],
    "POST /segments": [],
    "POST /service-levels": [{"department": "south", "calendar_id": "{calendar_id}", **LEVEL}],
    "POST /sources": [{**CODED, "kind": "event", "parent_id": "{source_id}"}],
    "POST /transfers": [
        {**LEAVING, "source": "{rep}", "reps": ["sara"]},
        {**LEAVING, "source": "sven", "reps": ["sara"], "lead_ids": ["{lead_id}"]},
        {**LEAVING, "source": "sven", "assignments": [{"lead_id": "{lead_id}", "assignee": "sara"}]},
    ],
    "POST /contacts/{contact_id}/merges": [{"loser_id": "{contact_id}"}],
    "POST /customers/{customer_id}/merges": [{"loser_id": "{customer_id}"}],
    "PATCH /contacts/{contact_id}": [{"customer_id": "{customer_id}"}],
    "PATCH /customers/{customer_id}": [{"main_contact_id": "{contact_id}"}],
    "PATCH /leads/{lead_id}": [{"documents": ["{file_id}"]}],
    "POST /leads/{lead_id}/assignment": [{"assignee": "{rep}"}],
    "POST /leads/{lead_id}/pooling": [{"pool": "{pool}", "why": "x"}],
    "PATCH /lead-pools/{pool_id}": [{"pickers": ["{rep}"]}],
    "POST /lead-pools/{pool_id}/picks": [{"lead_id": "{lead_id}"}],
    "PATCH /regions/{region_id}": [{"parent_id": "{region_id}"}],
    "PATCH /sources/{source_id}": [{"parent_id": "{source_id}"}],
    "PATCH /requests/{request_id}": [{"documents": ["{file_id}"]}],
    "PATCH /service-levels/{level_id}": [{"calendar_id": "{calendar_id}"}],
}
"""What bodies name of others: every write without an id in its path, and some that have one of ours.

``{our_…}`` is of the own department; everything else in braces once foreign, once not there.
"""

ONCE: dict[str, dict[str, str]] = {
    "GET /assignment-trial": {"department": "south"},
    "GET /lead-summary": {"by": "department"},
    "GET /lead-summary/export": {"by": "owner"},
    "GET /lead-ageing": {},
}
"""What some reads need to be asked."""


LOOKED_FOR = {"department": "north", "owner": "rita", "assignee": "rita", "q": "ann", "text": "ann"}
"""How somebody tries to look into the north."""


@dataclass(frozen=True)
class World:
    """The service with what both departments have, and what the south was told before the north had any."""

    client: Client
    theirs: dict[str, UUID]
    ours: dict[str, UUID]
    before: dict[str, dict[str, Any]]


def operations(client: Client) -> list[tuple[str, str, set[str]]]:
    """Method, path and query parameters of every route that asks who one is."""
    paths = client.get("/openapi.json").json()["paths"]
    assert set(paths) >= PUBLIC
    return [
        (method.upper(), path, {one["name"] for one in operation.get("parameters", ()) if "name" in one})
        for path, methods in paths.items()
        for method, operation in methods.items()
        if path not in PUBLIC and method != "parameters"
    ]


def reads(client: Client) -> Iterator[tuple[str, dict[str, str]]]:
    """Every read that names nothing in its path, plain and told to look into the north."""
    for method, path, parameters in operations(client):
        if method == "GET" and "{" not in path and path not in EVERYBODYS:
            asked = ONCE.get(f"GET {path}", {})
            yield path, asked
            yield from (
                (path, {**asked, name: LOOKED_FOR[name]}) for name in LOOKED_FOR if name in parameters
            )


def told(client: Client, who: Actor) -> dict[str, Any]:
    """What everything that can be read says to somebody, by what was asked."""
    found: dict[str, Any] = {}
    for path, asked in reads(client):
        answer = client.get(path, as_=who, params=asked)
        assert answer.status_code in (200, 403), (path, asked, answer.text)
        found[f"{path} {json.dumps(asked)}"] = (answer.status_code, answer.content)
    return found


@pytest.fixture(scope="module")
def world(lead: Client, lead_database: Database) -> World:
    head = person("lara", LEAD_ADMINISTRATOR, departments=("south",))
    ours = one_of_each(lead, lead_database, who=head, department="south", reps=("sven", "sara"))
    before = {who.subject: told(lead, who) for who in (REP, CHIEF)}
    theirs = one_of_each(lead, lead_database, who=MIA)
    return World(lead, theirs, ours, before)


@pytest.mark.parametrize("who", [REP, CHIEF], ids=("rep", "chief"))
def test_no_read_changes_by_what_another_department_has(world: World, who: Actor) -> None:
    """Neither lists nor counts, summaries, exports or errors."""
    after = told(world.client, who)
    before = world.before[who.subject]
    assert [asked for asked in before if before[asked] != after[asked]] == []
    assert sum(status == 200 for status, _ in before.values()) > 20


def unnamed(text: str, *values: str) -> str:
    """A body without the ids that were asked for, which it may repeat."""
    for value in values:
        text = text.replace(value, "…")
    return re.sub(r'"instance":"[^"]*"', "", text)


def body_of(method: str, path: str) -> dict[str, Any] | None:
    """What a route is told so that only the id in its path can be wrong."""
    spelled = re.sub(r"\{(\w+_id)\}", r"<uuid:\1>", path).replace("{channel}", "<channel>")
    return None if method in ("GET", "DELETE") else BODIES.get(spelled, {})


@pytest.mark.parametrize("who", [REP, CHIEF], ids=("rep", "chief"))
def test_what_another_department_has_is_no_more_there_than_what_does_not_exist(
    world: World, who: Actor
) -> None:
    nothing = {name: new_id() for name in world.theirs}
    walked = 0
    for method, path, _ in operations(world.client):
        if "{" not in path:
            continue
        assert set(re.findall(r"\{(\w+_id)\}", path)) <= set(world.theirs), path
        said = []
        for ids in (world.theirs, nothing):
            sent = {"json": body_of(method, path), "headers": {"If-Match": "*"}}
            answer = world.client.call(method, path_of(path, ids), as_=who, **sent)
            named = map(str, ids.values())
            said.append((answer.status_code, unnamed(answer.text, *named), answer.headers.get("ETag")))
        assert said[0] == said[1], (method, path)
        assert said[0][0] == 404 or (who is REP and said[0][0] == 403), (method, path, said[0])
        walked += said[0][0] == 404
    assert walked > (30 if who is REP else 80)


def filled(body: Any, values: dict[str, str]) -> Any:
    text = json.dumps(body)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    assert "{rep}" not in text and "_id}" not in text, text
    return json.loads(text)


def test_every_write_without_an_id_says_what_its_body_may_name(world: World) -> None:
    plain = {f"{method} {path}" for method, path, _ in operations(world.client) if "{" not in path}
    missing = {one for one in plain if not one.startswith("GET ")} - set(NAMING)
    assert missing == set()


@pytest.mark.parametrize(
    ("route", "body"), [(route, body) for route, bodies in NAMING.items() for body in bodies]
)
def test_a_foreign_thing_in_a_body_is_no_other_than_one_that_does_not_exist(
    world: World, route: str, body: dict[str, Any]
) -> None:
    method, _, path = route.partition(" ")
    ours = {f"our_{name}": str(value) for name, value in world.ours.items()}
    foreign = {name: str(value) for name, value in world.theirs.items()}
    foreign |= {"rep": "rita", "pool": "north-pumps"}
    nothing = {name: str(new_id()) for name in world.theirs} | {"rep": "nobody", "pool": "nowhere"}
    said = []
    for values in (foreign, nothing):
        sent = {"json": filled(body, {**values, **ours}), "headers": {"If-Match": "*"}}
        answer = world.client.call(method, path_of(path, world.ours), as_=CHIEF, **sent)
        said.append((answer.status_code, unnamed(answer.text, *values.values())))
    assert said[0] == said[1]
    assert said[0][0] in (403, 404, 409, 422) or route.endswith(("/preview", "/request-handovers")), said


def test_what_bodies_named_has_left_the_other_department_alone(world: World) -> None:
    found = world.client.get(f"/leads/{world.theirs['lead_id']}", as_=MIA).json()
    assert (found["state"], found["version"]) == ("new", 1)
