"""Where a contact is: country, time zone, postal address, fax and chat, by hand and from files."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.database import Database
from contracts.lead import ContactSaved, ImportContactsSaved, PostalAddress
from services.lead.customers.reach import Unreachable, chat_address, country_code, time_zone
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, add_contact, contacts, events, imported

Databases = Callable[[str], Database]

HOME: dict[str, Any] = {"lines": ["Hauptstr. 5"], "postal_code": "10115", "city": "Berlin", "country": "DE"}


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Germany", "DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("德国", "DE"),
        ("United States", "US"),
        ("U.S.A.", "US"),
        ("UK", "GB"),
        ("  ", ""),
    ],
)
def test_a_country_is_known_by_code_and_by_name(written: str, code: str) -> None:
    assert country_code(written) == code


@pytest.mark.parametrize("known", [country_code, time_zone, chat_address], ids=lambda known: known.__name__)
def test_what_is_none_is_refused(known: Callable[[str], object]) -> None:
    with pytest.raises(Unreachable):
        known("Atlantis")


def test_a_card_carries_where_its_contact_is(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(
        database,
        email="ann@example.com",
        country="Germany",
        time_zone="Europe/Berlin",
        fax="415-555-0000",
        chat="slack://token/channel",
        address=dict(HOME, country="Deutschland"),
    )
    (saved,) = events(database, ContactSaved)
    card = saved.contact
    assert (card.country, card.time_zone, card.fax, card.chat) == (
        "DE",
        "Europe/Berlin",
        "+14155550000",
        "slack://token/channel",
    )
    assert card.address == PostalAddress(**HOME)


def test_a_contact_without_a_place_has_an_empty_card(database_of: Databases) -> None:
    database = database_of("lead")
    add_contact(database)
    (saved,) = events(database, ContactSaved)
    assert (saved.contact.country, saved.contact.time_zone, saved.contact.address) == (None, "", None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"country": "Atlantis"}, "country"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"fax": "12"}, "fax"),
        ({"chat": "just a name"}, "chat"),
        ({"address": {"lines": [], "country": "DE"}}, "address.lines"),
        ({"address": {"lines": ["Hauptstr. 5"], "country": "Atlantis"}}, "address.country"),
        ({"address": {"lines": ["a"], "country": "DE", "planet": "Earth"}}, "address.planet"),
    ],
)
def test_a_place_that_is_none_is_refused_by_field(lead: Client, body: dict[str, Any], field: str) -> None:
    answer = lead.post("/contacts", as_=MIA, json={"department": "north", "company": "ACME", **body})
    assert answer.status_code == 422, answer.text
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_a_place_is_shown_and_taken_away_again(lead: Client) -> None:
    made = lead.post("/contacts", as_=MIA, json={"department": "north", "company": "ACME", "address": HOME})
    assert made.json()["address"] == HOME
    path = f"/contacts/{made.json()['id']}"
    gone = lead.patch(path, as_=MIA, json={"address": None}, headers={"If-Match": "*"})
    assert gone.json()["address"] is None


def test_a_file_brings_addresses_countries_and_fax_numbers(database_of: Databases) -> None:
    database = database_of("lead")
    rows = (
        "Email,Mailing Street,Mailing Zip/Postal Code,Mailing City,Mailing Country,Fax\n"
        "ann@example.com,Hauptstr. 5,10115,Berlin,Germany,+49 30 901820\n"
        "ben@example.com,5 Main St,94105,San Francisco,,nonsense\n"
        "cy@example.com,,,Paris,France,\n"
        "di@example.com,1 Deep Way,,,Atlantis,\n"
    )
    done = imported(database, rows)
    assert (done.created, done.rejected) == (4, 0)
    ann, ben, cy, di = contacts(database)
    assert (ann.address, ann.country, ann.fax) == (HOME, "DE", "+4930901820")
    assert ben.address is not None and (ben.address["country"], ben.fax) == ("US", None)
    assert (cy.address, cy.country) == (None, "FR")
    assert (di.address, di.country) == (None, "")
    cards = {card.email: card for page in events(database, ImportContactsSaved) for card in page.contacts}
    assert cards["ann@example.com"].address == PostalAddress(**HOME)


def test_a_blank_in_a_later_file_wipes_no_address(database_of: Databases) -> None:
    database = database_of("lead")
    imported(database, "Email,Street,City,Country\nann@example.com,Hauptstr. 5,Berlin,DE\n")
    imported(database, "Email,Street,Country\nann@example.com,,\n")
    (ann,) = contacts(database)
    assert ann.address is not None and (ann.address["city"], ann.country) == ("Berlin", "DE")


def test_a_segment_asks_for_a_country_and_for_an_address(lead: Client) -> None:
    for name, address in (("swiss1", HOME), ("swiss2", None)):
        body = {"department": "north", "company": name, "country": "CH", "address": address}
        assert lead.post("/contacts", as_=MIA, json=body).status_code == 201
    rule = {
        "all": [
            {"field": "country", "op": "eq", "value": "CH"},
            {"field": "address", "op": "exists", "value": True},
        ]
    }
    segment = lead.post("/segments", as_=MIA, json={"name": "s", "department": "north", "rule": rule}).json()
    preview = lead.get(f"/segments/{segment['id']}/preview", as_=MIA).json()
    assert [one["company"] for one in preview["sample"]] == ["swiss1"]
