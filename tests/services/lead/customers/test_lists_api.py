"""The lists that describe contacts and customers, and looking after both, as people call them."""

from typing import Any

import pytest

from contracts.roles import LEAD_ADMINISTRATOR, MARKETING_STAFF, SALES_REP
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA

WESTERN = person("wes", LEAD_ADMINISTRATOR, departments=("west",))
REP = person("rita", SALES_REP, departments=("west",))
STAFF = person("stef", MARKETING_STAFF, departments=("west",))


def made(lead: Client, path: str, **body: Any) -> dict[str, Any]:
    answer = lead.post(path, as_=WESTERN, json={"department": "west", **body})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def listed(lead: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = lead.get(path, as_=WESTERN, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_contacts_are_found_by_a_region_and_what_lies_below_it(lead: Client) -> None:
    europe = made(lead, "/regions", code="EU", name="Europe", kind="region")
    alps = made(lead, "/regions", code="ALPS", name="Alps", kind="territory", parent_id=europe["id"])
    made(lead, "/contacts", given_name="Uli", email="uli@shop.de", region="ALPS")
    made(lead, "/contacts", given_name="Eva", email="eva@shop.de", region="EU")
    made(lead, "/contacts", given_name="Bob", email="bob@shop.us", region="US")
    assert [one["given_name"] for one in listed(lead, "/contacts", region_within="EU")] == ["Eva", "Uli"]
    assert [one["given_name"] for one in listed(lead, "/contacts", region_within="ALPS")] == ["Uli"]
    assert lead.get(f"/regions/{alps['id']}", as_=REP).json()["path"] == ["EU", "ALPS"]
    circle = lead.patch(
        f"/regions/{europe['id']}", as_=WESTERN, json={"parent_id": alps["id"]}, headers={"If-Match": "*"}
    )
    assert (circle.status_code, circle.json()["errors"][0]["field"]) == (422, "parent_id")
    again = lead.post(
        "/regions", as_=WESTERN, json={"department": "west", "code": "EU", "name": "x", "kind": "region"}
    )
    assert again.status_code == 409


def test_a_source_shows_what_it_and_those_below_it_cost_and_brought(lead: Client) -> None:
    fair = made(lead, "/sources", code="FAIR", name="Fairs", kind="event")
    spring = made(lead, "/sources", code="SPRING", name="Spring fair", kind="event", parent_id=fair["id"])
    contact = made(lead, "/contacts", email="fay@shop.de", source="SPRING")
    assert lead.post("/leads", as_=WESTERN, json={"contact_id": contact["id"], "source": "SPRING"}).ok
    cost = {"amount": "900", "currency": "EUR", "starts_on": "2026-03-01", "ends_on": "2026-03-03"}
    entered = lead.post(f"/sources/{spring['id']}/costs", as_=STAFF, json=cost)
    assert entered.status_code == 201, entered.text
    shown = lead.get(f"/sources/{fair['id']}", as_=REP).json()
    assert (shown["contacts"], shown["leads"], shown["costs"]) == (1, 1, [])
    assert shown["totals"] == [{"currency": "EUR", "amount": "900.0000", "per_lead": "900.0000"}]
    assert [one["email"] for one in listed(lead, "/contacts", source_within="FAIR")] == ["fay@shop.de"]
    wrong = lead.post(f"/sources/{spring['id']}/costs", as_=STAFF, json={**cost, "ends_on": "2026-02-01"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "ends_on")
    gone = f"/sources/{spring['id']}/costs/{entered.json()['id']}"
    assert lead.delete(gone, as_=STAFF).status_code == 204
    assert lead.delete(gone, as_=STAFF).status_code == 404
    assert lead.get(f"/sources/{fair['id']}", as_=REP).json()["totals"] == []


def test_a_contact_has_a_role_of_the_list_and_a_customer_its_main_contact(lead: Client) -> None:
    customer = made(lead, "/customers", name="Alpine Tools", kind="company")
    wanted = {
        "department": "west",
        "email": "kai@tools.ch",
        "customer_id": customer["id"],
        "role": "champion",
    }
    refused = lead.post("/contacts", as_=WESTERN, json=wanted)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "role")
    role = made(lead, "/contact-roles", code="champion", label="Champion")
    kai = made(lead, "/contacts", **wanted)
    assert kai["role"] == "champion"
    main = {"main_contact_id": kai["id"]}
    changed = lead.patch(f"/customers/{customer['id']}", as_=REP, json=main, headers={"If-Match": "*"})
    assert changed.json()["main_contact_id"] == kai["id"]
    other = made(lead, "/customers", name="Other Tools")
    stray = lead.patch(f"/customers/{other['id']}", as_=REP, json=main, headers={"If-Match": "*"})
    assert (stray.status_code, stray.json()["errors"][0]["field"]) == (422, "main_contact_id")
    retired = lead.patch(
        f"/contact-roles/{role['id']}", as_=WESTERN, json={"retired": True}, headers={"If-Match": "*"}
    )
    assert retired.json()["retired"]
    wanted = {**wanted, "email": "mia@tools.ch"}
    assert lead.post("/contacts", as_=WESTERN, json=wanted).status_code == 422
    assert lead.post("/contacts", as_=WESTERN, json={**wanted, "role": "decision_maker"}).status_code == 201
    shipped = lead.get("/contact-roles/shipped", as_=REP).json()["roles"]
    assert "decision_maker" in [one["code"] for one in shipped]


def test_a_handover_stands_in_the_timeline_with_who_and_why(lead: Client) -> None:
    contact = made(lead, "/contacts", email="han@shop.de")
    path = f"/contacts/{contact['id']}/owner"
    body = {"owner": "rita", "reason": "moved to the west"}
    assert lead.put(path, as_=WESTERN, json=body).status_code == 428
    assert lead.put(path, as_=REP, json=body, headers={"If-Match": "*"}).status_code == 403
    handed = lead.put(path, as_=WESTERN, json=body, headers={"If-Match": '"1"'})
    assert handed.json()["owner"] == "rita"
    entries = listed(lead, f"/contacts/{contact['id']}/timeline", kind="handed_over")
    assert [(one["actor"], one["note"]) for one in entries] == [("wes", "wes → rita: moved to the west")]
    customer = made(lead, "/customers", name="Handed Over")
    path = f"/customers/{customer['id']}/owner"
    assert lead.put(path, as_=WESTERN, json=body, headers={"If-Match": "*"}).json()["owner"] == "rita"
    entries = listed(lead, f"/customers/{customer['id']}/timeline")
    assert [one["kind"] for one in entries] == ["handed_over", "created"]


def test_people_may_say_what_they_found_out_of_an_address(lead: Client) -> None:
    contact = made(lead, "/contacts", email="vic@shop.de", phone="+8613812345678")
    channel = f"/contacts/{contact['id']}/channels/phone"
    body = {"validity": "invalid", "reason": "somebody else answers"}
    told = lead.put(channel, as_=REP, json=body, headers={"If-Match": "*"}).json()
    said = {one["channel"]: (one["validity"], one["reason"]) for one in told["channels"]}
    assert said == {"email": ("valid", ""), "phone": ("invalid", "somebody else answers")}
    again = lead.delete(f"{channel}/verdict", as_=REP).json()
    assert {one["channel"]: one["validity"] for one in again["channels"]}["phone"] == "valid"
    missing = lead.put(channel.replace("phone", "fax"), as_=REP, json=body, headers={"If-Match": "*"})
    assert missing.status_code == 409
    unknown = lead.put(channel.replace("phone", "dm"), as_=REP, json=body, headers={"If-Match": "*"})
    assert unknown.json()["errors"][0]["field"] == "channel"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "zoe quin"}, 1),
        ({"q": "555-0142"}, 1),
        ({"q": "555-0199"}, 0),
        ({"q": "4155550142"}, 1),
        ({"role": "buyer"}, 1),
        ({"country": "CH", "language": "fr"}, 1),
        ({"consent": "sms"}, 0),
        ({"changed_since": "2999-01-01T00:00:00Z"}, 0),
        ({"merged": True}, 0),
    ],
)
def test_a_contact_is_found_by(lead: Client, query: dict[str, Any], found: int) -> None:
    known = {"given_name": "Zoe", "family_name": "Quin", "phone": "+14155550142", "role": "buyer"}
    path = "/contacts"
    if not listed(lead, path, q="Zoe Quin"):
        made(lead, path, **known, country="CH", language="fr")
    assert len(listed(lead, path, **query)) == found


def test_the_lists_of_another_department_are_not_there(lead: Client) -> None:
    region = made(lead, "/regions", code="SECRET", name="Secret", kind="region")
    assert lead.get(f"/regions/{region['id']}", as_=MIA).status_code == 404
    made(lead, "/contacts", given_name="Sly", email="sly@shop.de", region="SECRET")
    found = lead.get("/contacts?region_within=SECRET", as_=MIA).json()["items"]
    assert found == []
