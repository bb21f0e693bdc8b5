"""Customers and contacts over HTTP."""

from typing import Any

import pytest

from tests.harness.serving import Client
from tests.services.lead.builders import MIA


def new_contact(lead: Client, **body: Any) -> dict[str, Any]:
    answer = lead.post("/contacts", as_=MIA, json={"department": "north", **body})
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


def test_a_contact_is_kept_in_normal_form(lead: Client) -> None:
    contact = new_contact(
        lead,
        given_name=" Ann ",
        email="ann@Example.COM",
        phone="415-555-0000",
        kind="consumer",
        region="north",
    )
    shown = lead.get(f"/contacts/{contact['id']}", as_=MIA)
    assert shown.headers["ETag"] == '"1"'
    assert {name: shown.json()[name] for name in ("given_name", "email", "phone", "owner", "consents")} == {
        "given_name": "Ann",
        "email": "ann@example.com",
        "phone": "+14155550000",
        "owner": "mia",
        "consents": [],
    }


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"kind": "alien", "company": "x"}, "kind"),
        ({"given_name": "x" * 201}, "given_name"),
        ({"company": "x", "customer_id": "00000000-0000-7000-8000-000000000000"}, "customer_id"),
        ({"company": "x", "nickname": "x"}, "nickname"),
        ({}, ""),
    ],
)
def test_a_faulty_contact_is_refused_by_field(lead: Client, body: dict[str, Any], field: str) -> None:
    answer = lead.post("/contacts", as_=MIA, json={"department": "north", **body})
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_contact_the_department_has_is_not_made_again(lead: Client) -> None:
    known = new_contact(lead, email="double@example.com")
    answer = lead.post("/contacts", as_=MIA, json={"department": "north", "email": "DOUBLE@example.com"})
    assert answer.status_code == 409
    assert known["id"] in answer.json()["detail"]


def test_a_change_needs_the_version_it_builds_on(lead: Client) -> None:
    path = f"/contacts/{new_contact(lead, email='change@example.com')['id']}"
    assert lead.patch(path, as_=MIA, json={"company": "x"}).status_code == 428
    changed = lead.patch(path, as_=MIA, json={"company": "ACME"}, headers={"If-Match": '"1"'})
    assert (changed.json()["company"], changed.json()["version"], changed.headers["ETag"]) == (
        "ACME",
        2,
        '"2"',
    )
    stale = lead.patch(path, as_=MIA, json={"company": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412


def test_a_change_that_would_make_a_double_is_refused(lead: Client) -> None:
    new_contact(lead, email="first@example.com")
    second = new_contact(lead, email="second@example.com")
    answer = lead.patch(
        f"/contacts/{second['id']}",
        as_=MIA,
        json={"email": "first@example.com"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 409
    assert lead.get(f"/contacts/{second['id']}", as_=MIA).json()["email"] == "second@example.com"


@pytest.mark.parametrize(
    "query", ["q=findme", "email=FINDME@example.com", "region=faraway", "phone=%2B14155550077", "q=Müll"]
)
def test_contacts_are_found(lead: Client, query: str) -> None:
    path = "/contacts?email=findme@example.com"
    if not lead.get(path, as_=MIA).json()["items"]:
        new_contact(
            lead, email="findme@example.com", region="faraway", phone="415-555-0077", family_name="Müller"
        )
        new_contact(lead, email="other@example.com", region="near")
    found = lead.get(f"/contacts?{query}", as_=MIA).json()["items"]
    assert [contact["email"] for contact in found] == ["findme@example.com"]


def test_consent_is_recorded_with_its_proof(lead: Client) -> None:
    path = f"/contacts/{new_contact(lead, email='consent@example.com')['id']}"
    word = {"granted": True, "wording": "I want news", "source": "fair"}
    answer = lead.put(f"{path}/consents/email", as_=MIA, json=word)
    assert [(one["channel"], one["granted"]) for one in answer.json()["consents"]] == [("email", True)]
    [proof] = lead.get(f"{path}/consents", as_=MIA).json()["items"]
    assert {name: proof[name] for name in (*word, "recorded_by")} == {**word, "recorded_by": "mia"}


def test_consent_needs_a_wording_and_a_known_channel(lead: Client) -> None:
    path = f"/contacts/{new_contact(lead, email='wording@example.com')['id']}/consents"
    faulty = lead.put(f"{path}/email", as_=MIA, json={"granted": True, "wording": "", "source": "fair"})
    assert (faulty.status_code, faulty.json()["errors"][0]["field"]) == (422, "wording")
    word = {"granted": True, "wording": "yes", "source": "fair"}
    assert lead.put(f"{path}/pigeon", as_=MIA, json=word).status_code == 422


def test_a_customer_has_several_contacts_and_is_not_removed_before_them(lead: Client) -> None:
    body = {"department": "north", "name": "Müller GmbH", "kind": "company"}
    customer = lead.post("/customers", as_=MIA, json=body).json()
    for name in ("a", "b"):
        new_contact(lead, email=f"{name}@mueller.example.com", customer_id=customer["id"])
    held = lead.get(f"/contacts?customer_id={customer['id']}", as_=MIA).json()["items"]
    assert len(held) == 2
    assert lead.delete(f"/customers/{customer['id']}", as_=MIA).status_code == 409


def test_a_customer_without_contacts_can_be_removed(lead: Client) -> None:
    customer = lead.post("/customers", as_=MIA, json={"department": "north", "name": "Gone"}).json()
    assert lead.delete(f"/customers/{customer['id']}", as_=MIA).status_code == 204
    assert lead.get(f"/customers/{customer['id']}", as_=MIA).status_code == 404


def test_a_customer_changes_version_by_version(lead: Client) -> None:
    customer = lead.post("/customers", as_=MIA, json={"department": "north", "name": "Old"}).json()
    path = f"/customers/{customer['id']}"
    changed = lead.patch(path, as_=MIA, json={"name": "New"}, headers={"If-Match": '"0"'})
    assert (changed.json()["name"], changed.headers["ETag"]) == ("New", '"1"')
    assert [one["name"] for one in lead.get("/customers?q=NEW", as_=MIA).json()["items"]] == ["New"]
