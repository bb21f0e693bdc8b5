"""Requests, service levels and clocks over HTTP."""

from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.files import StoredFile
from contracts.roles import ANALYST, LEAD_ADMINISTRATOR, MARKETING_STAFF, SALES_REP
from services.lead.requests.queries import take_request
from services.lead.requests.sharing import Doorway, share
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import ALL_DAY, MIA, rep

STRANGER = person("max", LEAD_ADMINISTRATOR, departments=("south",))
RITA = rep("rita")


def made(lead: Client, path: str, **body: Any) -> Any:
    answer = lead.post(path, as_=MIA, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def calendar(lead: Client) -> Any:
    basics = {"department": "north", "code": "all", "name": "Always", "time_zone": "Europe/Vienna"}
    return made(lead, "/calendars", **basics, week=ALL_DAY)


@pytest.fixture(scope="module")
def level(lead: Client, calendar: Any) -> Any:
    targets = [{"clock": "resolution", "minutes": 60, "steps": [{"percent": 50, "act": "remind"}]}]
    basics = {"department": "north", "subject": "request", "calendar_id": calendar["id"]}
    return made(lead, "/service-levels", **basics, targets=targets)


@pytest.fixture(scope="module")
def contact_id(lead: Client) -> str:
    return str(made(lead, "/contacts", department="north", email="ann@example.com")["id"])


def test_a_request_is_asked_handed_on_answered_and_its_document_fetched(
    lead: Client, level: Any, contact_id: str
) -> None:
    opened = made(lead, "/requests", kind="material", title="The brochure", contact_id=contact_id)
    assert (opened["state"], opened["late"], opened["grade"]) == ("open", False, "")
    assert opened["due_at"] > opened["opened_at"]
    path = f"/requests/{opened['id']}"
    given = lead.post(f"{path}/responder", as_=MIA, json={"responder": "rita"}).json()
    assert given["responder"] == "rita"
    assert lead.post(f"{path}/wait", as_=RITA, json={"waits_for": "x"}).status_code == 409
    assert lead.post(f"{path}/begin", as_=RITA, json={}).json()["state"] == "in_progress"
    file = lead.post("/files?name=brochure.txt", as_=RITA, data=b"Cranes for everybody\n").json()
    body = {"result": "Sent", "message": "Here it is", "documents": [file["id"]]}
    answered = lead.post(f"{path}/answer", as_=RITA, json=body)
    assert (answered.status_code, answered.json()["documents"]) == (200, [file["id"]]), answered.text
    assert lead.get(path, as_=RITA).headers["ETag"] == '"4"'
    assert lead.get("/shared-documents/guessed").status_code == 404
    clocks = lead.get(f"/clocks?subject_id={opened['id']}", as_=RITA).json()["items"]
    assert [(one["kind"], one["state"], one["in_time"], one["owner"]) for one in clocks] == [
        ("resolution", "stopped", True, "rita")
    ]


def test_the_link_of_an_answer_brings_the_document_to_whoever_has_it(
    lead: Client, contact_id: str, lead_database: Database
) -> None:
    opened = made(lead, "/requests", kind="material", title="x", contact_id=contact_id, responder="rita")
    file = lead.post("/files?name=prices.txt", as_=RITA, data=b"Two for one\n").json()
    body = {"result": "Sent", "message": "Here it is", "documents": [file["id"]]}
    lead.post(f"/requests/{opened['id']}/answer", as_=RITA, json=body)
    with lead_database.transaction(RITA) as session:
        stored = session.get_one(StoredFile, UUID(file["id"]))
        asked = take_request(session, RITA, UUID(opened["id"]))
        [link] = share(session, RITA, asked, [stored], doorway=Doorway("https://leads.example.com", 30))
    place = link.url[link.url.index("/shared-documents") :]
    fetched = lead.get(place)
    assert (fetched.status_code, fetched.content) == (200, b"Two for one\n")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert lead.get(f"{place}x").status_code == 404


LEVEL = {"department": "north", "subject": "request"}
TARGET = {"clock": "resolution", "minutes": 5, "steps": []}
HOURS = {"department": "north", "code": "odd", "name": "x", "time_zone": "UTC", "week": ALL_DAY}
ODD = {**TARGET, "steps": [{"percent": 0, "act": "remind"}]}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/requests", {"kind": "material", "title": "x"}, "lead_id"),
        ("/requests", {"kind": "bribe", "title": "x"}, "kind"),
        ("/service-levels", {**LEVEL, "subject": "lead", "kind": "sample", "targets": [TARGET]}, "kind"),
        ("/service-levels", {**LEVEL, "targets": [{**TARGET, "clock": "ageing"}]}, "targets"),
        ("/service-levels", {**LEVEL, "targets": [TARGET, TARGET]}, "targets"),
        ("/service-levels", {**LEVEL, "targets": [{**TARGET, "minutes": 0}]}, "targets.0.minutes"),
        (
            "/service-levels",
            {**LEVEL, "targets": [ODD]},
            "targets.0.steps.0.percent",
        ),
        ("/calendars", {**HOURS, "week": [[]] * 7}, "week"),
        ("/calendars", {**HOURS, "week": [["9-17"]] * 7}, "week.0"),
        ("/calendars", {**HOURS, "week": ALL_DAY[:5]}, "week"),
        ("/calendars", {**HOURS, "time_zone": "Vienna"}, "time_zone"),
    ],
)
def test_what_makes_no_sense_is_refused_by_field(
    lead: Client, path: str, body: dict[str, Any], field: str
) -> None:
    if path == "/service-levels":
        body = {**body, "calendar_id": str(UUID(int=1))}
    answer = lead.post(path, as_=MIA, json=body)
    assert answer.status_code == 422, answer.text
    assert field in {one["field"] for one in answer.json()["errors"]}


def test_holidays_are_replaced_year_by_year(lead: Client, calendar: Any) -> None:
    path = f"/calendars/{calendar['id']}/days"
    days = {"year": 2027, "days": [{"day": "2027-01-01", "name": "New Year"}]}
    assert lead.put(path, as_=MIA, json=days).status_code == 428
    answer = lead.put(path, as_=MIA, json=days, headers={"If-Match": "*"})
    assert [one["name"] for one in answer.json()["days"]] == ["New Year"], answer.text
    assert lead.put(path, as_=person("rita", SALES_REP), json=days).status_code == 403


@pytest.mark.parametrize("role", [ANALYST, MARKETING_STAFF, SALES_REP])
def test_only_who_leads_agrees_levels_and_hands_requests_on(
    lead: Client, calendar: Any, contact_id: str, role: str
) -> None:
    somebody = person("sam", role)
    assert lead.post("/service-levels", as_=somebody, json={}).status_code == 403
    opened = made(lead, "/requests", kind="other", title="x", contact_id=contact_id)
    path = f"/requests/{opened['id']}/responder"
    assert lead.post(path, as_=somebody, json={"responder": "sam"}).status_code == 403


def test_a_rep_sees_nothing_of_the_requests_and_clocks_of_others(
    lead: Client, level: Any, contact_id: str
) -> None:
    opened = made(lead, "/requests", kind="other", title="x", contact_id=contact_id, responder="ruth")
    for other in (rep("rolf"), STRANGER):
        assert lead.get(f"/requests/{opened['id']}", as_=other).status_code == 404
        assert lead.get(f"/clocks?subject_id={opened['id']}", as_=other).json()["items"] == []
        found = lead.get("/requests?responder=ruth", as_=other).json()["items"]
        assert found == []
    assert lead.get("/requests?responder=ruth", as_=rep("ruth")).json()["items"][0]["id"] == opened["id"]
    assert len(lead.get("/clocks?owner=ruth&late=false", as_=rep("ruth")).json()["items"]) == 1
