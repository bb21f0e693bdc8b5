"""Leads over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from chassis.ids import new_id
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, rep

NEAR_TERM = {"outcome": "near_term", "grade": "A", "value": "1200.50", "currency": "EUR"}


def made(lead: Client, path: str, **body: Any) -> Any:
    answer = lead.post(path, as_=MIA, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def contact_id(lead: Client) -> str:
    body = {"department": "north", "email": f"{new_id()}@example.com", "region": "north"}
    return str(made(lead, "/contacts", **body)["id"])


@pytest.fixture(scope="module")
def rita(lead: Client) -> str:
    return str(made(lead, "/reps", subject="rita", name="Rita", department="north")["subject"])


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that reach any database while the block lasts."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_lead_goes_from_hand_to_rep(lead: Client, contact_id: str, rita: str) -> None:
    recorded = made(
        lead, "/leads", contact_id=contact_id, needs="A crane", expected_amount="5", expected_currency="EUR"
    )
    assert (recorded["state"], recorded["region"], recorded["source"]) == ("new", "north", "hand")
    path = f"/leads/{recorded['id']}"
    judged = lead.post(f"{path}/qualification", as_=MIA, json=NEAR_TERM).json()
    assert (judged["outcome"], judged["value"], judged["currency"]) == ("near_term", "1200.50", "EUR")
    assert (judged["state"], judged["pool"], judged["assignee"]) == ("pooled", "sales", None)
    given = lead.post(f"{path}/assignment", as_=MIA, json={}).json()
    assert (given["state"], given["assignee"]) == ("assigned", rita)
    shown = lead.get(path, as_=MIA)
    assert [entry["kind"] for entry in shown.json()["timeline"]] == ["captured", "qualified", "assigned"]
    assert shown.headers["ETag"] == '"3"'


def test_a_lead_can_be_given_to_a_named_rep(lead: Client, contact_id: str, rita: str) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}"
    lead.post(f"{path}/qualification", as_=MIA, json=NEAR_TERM)
    stranger = lead.post(f"{path}/assignment", as_=MIA, json={"assignee": "zorro"})
    assert (stranger.status_code, stranger.json()["errors"][0]["field"]) == (422, "assignee")
    given = lead.post(f"{path}/assignment", as_=MIA, json={"assignee": rita})
    assert given.json()["assignee"] == rita


def test_a_discard_needs_a_reason(lead: Client, contact_id: str) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}/qualification"
    refused = lead.post(path, as_=MIA, json={"outcome": "not_a_target"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    discarded = lead.post(path, as_=MIA, json={"outcome": "not_a_target", "reason": "a competitor"})
    assert (discarded.json()["state"], discarded.json()["outcome"]) == ("disqualified", "not_a_target")
    assert lead.post(path, as_=MIA, json=NEAR_TERM).status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEAR_TERM, "grade": "E"}, "grade"),
        ({**NEAR_TERM, "value": "-1"}, "value"),
        ({**NEAR_TERM, "value": "1.00001"}, "value"),
        ({**NEAR_TERM, "value": "NaN"}, "value"),
        ({**NEAR_TERM, "currency": "euro"}, "currency"),
        ({"outcome": "near_term", "value": "1", "currency": "EUR"}, "grade"),
        ({**NEAR_TERM, "outcome": "maybe"}, "outcome"),
    ],
)
def test_a_faulty_judgement_is_refused_by_field(
    lead: Client, contact_id: str, body: dict[str, str], field: str
) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}/qualification"
    answer = lead.post(path, as_=MIA, json=body)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_judgement_on_a_stale_lead_is_refused(lead: Client, contact_id: str) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}/qualification"
    assert lead.post(path, as_=MIA, json=NEAR_TERM, headers={"If-Match": '"7"'}).status_code == 412


def test_a_contact_that_is_recorded_again_is_the_same_lead(lead: Client, contact_id: str) -> None:
    body = {"contact_id": contact_id, "campaign_id": str(new_id())}
    first = made(lead, "/leads", **body)
    second = made(lead, "/leads", **body)
    assert (second["id"], first["touch_count"], second["touch_count"]) == (first["id"], 1, 2)


def test_leads_are_found_by_state_campaign_and_assignee(lead: Client, contact_id: str, rita: str) -> None:
    campaign_id = str(new_id())
    recorded = made(lead, "/leads", contact_id=contact_id, campaign_id=campaign_id)
    lead.post(f"/leads/{recorded['id']}/qualification", as_=MIA, json=NEAR_TERM)
    lead.post(f"/leads/{recorded['id']}/assignment", as_=MIA, json={"assignee": rita})
    query = f"/leads?campaign_id={campaign_id}&assignee={rita}"
    assert [one["id"] for one in lead.get(f"{query}&state=assigned", as_=MIA).json()["items"]] == [
        recorded["id"]
    ]
    assert lead.get(f"{query}&state=new", as_=MIA).json()["items"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact_id": str(UUID(int=7))}, "contact_id"),
        ({"likelihood": 101}, "likelihood"),
        ({"expected_amount": "5"}, "expected_currency"),
        ({"source": ""}, "source"),
        ({"products": ["Crane", "crane"]}, "products"),
        ({"documents": [str(UUID(int=7))]}, "documents"),
        ({"expected_on": "soon"}, "expected_on"),
    ],
)
def test_a_faulty_lead_is_refused_by_field(
    lead: Client, contact_id: str, changes: dict[str, Any], field: str
) -> None:
    answer = lead.post("/leads", as_=MIA, json={"contact_id": contact_id, **changes})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_recording_and_reading_a_lead_takes_few_statements(lead: Client, contact_id: str) -> None:
    with statements() as seen:
        recorded = made(lead, "/leads", contact_id=contact_id)
    written = [
        one.split(None, 3)[:3] for one in seen if "leads" in one or "contacts" in one or "audit" in one
    ]
    assert [" ".join(words[:2]) for words in written] == ["SELECT contacts.id,", "INSERT INTO", "INSERT INTO"]
    with statements() as seen:
        lead.get(f"/leads/{recorded['id']}", as_=MIA)
    assert sum("leads" in one or "lead_" in one for one in seen) == 1


def test_a_rep_who_pauses_gets_no_leads(lead: Client) -> None:
    rep = made(lead, "/reps", subject="paul", name="Paul", department="north")
    changed = lead.patch(
        f"/reps/{rep['id']}", as_=MIA, json={"active": False}, headers={"If-Match": '"1"'}
    ).json()
    assert changed["active"] is False
    active = lead.get("/reps?active=true&department=north", as_=MIA).json()["items"]
    assert "paul" not in [one["subject"] for one in active]


def test_a_rep_is_registered_once(lead: Client, rita: str) -> None:
    body = {"subject": rita, "name": "Rita", "department": "north"}
    assert lead.post("/reps", as_=MIA, json=body).status_code == 409


def test_a_rep_takes_a_lead_on_and_wins_it(lead: Client, contact_id: str) -> None:
    path, ria = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}", rep("ria")
    made(lead, "/reps", subject="ria", name="Ria", department="north")
    steps = [
        (MIA, "assignment", {"assignee": "ria"}, "assigned"),
        (ria, "acceptance", None, "accepted"),
        (ria, "work", {"note": "called"}, "working"),
        (ria, "qualification", NEAR_TERM, "qualified"),
        (ria, "conversion", {"name": "Crane", "amount": "1200", "currency": "EUR"}, "converted"),
    ]
    for who, step, body, state in steps:
        answer = lead.post(f"{path}/{step}", as_=who, json=body)
        assert (answer.status_code, answer.json().get("state")) == (200, state), answer.text
    shown = lead.get(path, as_=ria).json()
    assert (shown["opportunity"]["amount"], shown["assignee"], shown["pool"]) == ("1200", "ria", None)
    late = lead.post(f"{path}/return", as_=ria, json={"reason": "no"})
    assert (late.status_code, "converted" in late.json()["detail"]) == (409, True)


def test_a_returned_lead_is_pooled_laid_aside_and_woken(lead: Client, contact_id: str, rita: str) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}"
    made(lead, "/lead-pools", department="north", code="cranes", name="Cranes")
    steps = [
        ("assignment", {"assignee": rita}, "assigned", None),
        ("return", {"reason": "too far"}, "returned", "returns"),
        ("pooling", {"pool": "cranes", "why": "by product"}, "pooled", "cranes"),
        ("rest", {"wake_at": "2099-01-01T00:00:00Z", "reason": "no budget"}, "nurtured", "nurture"),
        ("wake-up", {"why": "they called"}, "pooled", "inbox"),
    ]
    for step, body, state, pool in steps:
        found = lead.post(f"{path}/{step}", as_=MIA, json=body).json()
        assert (found["state"], found["pool"]) == (state, pool)
    assert [one["note"] for one in lead.get(path, as_=MIA).json()["timeline"]][-4:] == [
        "too far; to returns",
        "cranes: by product",
        "until 2099-01-01T00:00+00:00: no budget",
        "they called; to inbox",
    ]


def test_a_lead_keeps_everything_that_is_known_of_it(lead: Client, contact_id: str) -> None:
    file = lead.post("/files?name=offer.txt", as_=MIA, data=b"Two cranes\n").json()["id"]
    known = {
        "needs": "Two cranes",
        "intent": "buy",
        "products": ["Crane", "Belt"],
        "likelihood": 40,
        "expected_amount": "5000.00",
        "expected_currency": "EUR",
        "expected_on": "2027-02-01",
        "language": "de",
        "notes": "Ask for Ms Roth",
        "documents": [file],
        "campaign_id": str(new_id()),
    }
    recorded = made(lead, "/leads", contact_id=contact_id, source="fair", **known)
    assert {name: recorded[name] for name in known} == known
    path = f"/leads/{recorded['id']}"
    assert lead.get(f"{path}/documents/{file}", as_=MIA).content == b"Two cranes\n"
    assert lead.get(f"{path}/documents/{new_id()}", as_=MIA).status_code == 404
    more = lead.post("/files?name=plan.txt", as_=MIA, data=b"Here\n").json()["id"]
    again = {"contact_id": contact_id, "campaign_id": known["campaign_id"], "documents": [more]}
    assert made(lead, "/leads", **again)["documents"] == [file, more]
    change = {"documents": [more]}
    changed = lead.patch(path, as_=MIA, json=change, headers={"If-Match": "*"}).json()
    assert changed["documents"] == [more]


def test_a_lead_is_corrected_by_who_has_read_it(lead: Client, contact_id: str) -> None:
    path = f"/leads/{made(lead, '/leads', contact_id=contact_id)['id']}"
    change = {"products": ["Belt"], "expected_amount": "5", "expected_currency": "EUR"}
    assert lead.patch(path, as_=MIA, json=change).status_code == 428
    assert lead.patch(path, as_=MIA, json=change, headers={"If-Match": '"7"'}).status_code == 412
    changed = lead.patch(path, as_=MIA, json=change, headers={"If-Match": '"1"'})
    assert (changed.json()["products"], changed.headers["ETag"]) == (["Belt"], '"2"')
    half = lead.patch(path, as_=MIA, json={"expected_amount": None}, headers={"If-Match": '"2"'})
    assert (half.status_code, half.json()["errors"][0]["field"]) == (422, "expected_currency")


def test_leads_are_narrowed_down(lead: Client, contact_id: str) -> None:
    source = f"fair {contact_id[:8]}"
    made(lead, "/leads", contact_id=contact_id, source=source, needs="100% steel")
    other = made(lead, "/leads", contact_id=contact_id, source=source, products=["Belt"])
    lead.post(f"/leads/{other['id']}/qualification", as_=MIA, json=NEAR_TERM)

    def found(query: str) -> int:
        listed = lead.get(f"/leads?source={source}&{query}", as_=MIA)
        assert listed.status_code == 200, listed.text
        return len(listed.json()["items"])

    counts = {
        "": 2,
        "state=new": 1,
        "pool=inbox": 1,
        "pool=sales": 1,
        "outcome=near_term": 1,
        "grade=A": 1,
        "grade=B": 0,
        "region=north": 2,
        "text=0%25%20STEEL": 1,
        "text=%25": 1,
        f"contact_id={contact_id}": 2,
        "captured_from=2099-01-01T00:00:00Z": 0,
        "captured_until=2099-01-01T00:00:00Z": 2,
    }
    assert {query: found(query) for query in counts} == counts
