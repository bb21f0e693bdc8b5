"""Imports over HTTP."""

import csv
import io
import json
from urllib.parse import urlencode

import pytest

from chassis.database import Database
from services.lead.imports.importer import Importer
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, SETTINGS, exhaust


def path(**options: str) -> str:
    return f"/imports?{urlencode({'filename': 'people.csv', 'department': 'north', **options})}"


def test_an_upload_is_taken_at_once_and_imported_in_the_background(
    lead: Client, lead_database: Database
) -> None:
    taken = lead.post(path(consent="email"), as_=MIA, data=b"Email,Name\nann@example.com,Ann\nbroken,Bob\n")
    assert (taken.status_code, taken.json()["state"]) == (202, "queued")
    exhaust(Importer(SETTINGS, lead_database))
    shown = lead.get(f"/imports/{taken.json()['id']}", as_=MIA).json()
    assert {
        name: shown[name] for name in ("state", "rows", "created", "updated", "rejected", "encoding")
    } == {
        "state": "finished",
        "rows": 2,
        "created": 1,
        "updated": 0,
        "rejected": 1,
        "encoding": "utf-8",
    }
    assert list(shown["mapping"].items()) == [("Email", "email"), ("Name", "full_name")]
    errors = lead.get(f"/imports/{taken.json()['id']}/errors", as_=MIA)
    assert errors.headers["Content-Type"].startswith("text/csv")
    header, row = csv.reader(io.StringIO(errors.content.decode("utf-8-sig")))
    assert (header, row[0], row[2:]) == (["line", "reason", "Email", "Name"], "3", ["broken", "Bob"])


def test_an_explicit_mapping_and_phone_region_are_followed(lead: Client, lead_database: Database) -> None:
    mapping = json.dumps({"Kontaktweg": "email", "Ruf": "phone"})
    body = b"Kontaktweg;Ruf\nzoe@example.com;0301 5550123\n"
    taken = lead.post(path(mapping=mapping, phone_region="DE"), as_=MIA, data=body)
    exhaust(Importer(SETTINGS, lead_database))
    assert lead.get(f"/imports/{taken.json()['id']}", as_=MIA).json()["created"] == 1
    [contact] = lead.get("/contacts?email=zoe@example.com", as_=MIA).json()["items"]
    assert contact["phone"] == "+493015550123"


def test_a_change_that_builds_on_what_was_before_an_import_is_refused(
    lead: Client, lead_database: Database
) -> None:
    contact = lead.post("/contacts", as_=MIA, json={"department": "north", "email": "eve@example.com"}).json()
    lead.post(path(), as_=MIA, data=b"Email,Company\neve@example.com,ACME\n")
    exhaust(Importer(SETTINGS, lead_database))
    answer = lead.patch(
        f"/contacts/{contact['id']}", as_=MIA, json={"company": "Old"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 412


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"consent": "pigeon"}, "consent"),
        ({"mapping": "nonsense"}, "mapping"),
        ({"mapping": '{"Email": "shoe_size"}'}, "mapping"),
        ({"mapping": "[]"}, "mapping"),
        ({"mapping": '{"\\ud800": "email"}'}, "mapping"),
        ({"mapping": '{"\\u0000": "email"}'}, "mapping"),
        ({"mapping": '{"Email": 1}'}, "mapping"),
        ({"phone_region": "XX"}, "phone_region"),
        ({"colour": "red"}, "colour"),
        ({"department": ""}, "department"),
    ],
)
def test_faulty_options_are_refused_by_name(lead: Client, options: dict[str, str], field: str) -> None:
    answer = lead.post(path(**options), as_=MIA, data=b"Email\n")
    assert answer.status_code == 422
    assert {fault["field"].split(".")[0] for fault in answer.json()["errors"]} == {field}


def test_a_file_that_is_no_table_fails_and_says_why(lead: Client, lead_database: Database) -> None:
    taken = lead.post(path(), as_=MIA, data=b"PK\x03\x04")
    exhaust(Importer(SETTINGS, lead_database))
    shown = lead.get(f"/imports/{taken.json()['id']}", as_=MIA).json()
    assert (shown["state"], "XLSX" in shown["reason"]) == ("failed", True)
    assert lead.get(f"/imports/{taken.json()['id']}/errors", as_=MIA).status_code == 200
    failed = lead.get("/imports?state=failed", as_=MIA).json()["items"]
    assert taken.json()["id"] in [one["id"] for one in failed]


def test_the_same_upload_under_one_idempotency_key_is_one_import(lead: Client) -> None:
    answers = [
        lead.post(path(), as_=MIA, data=b"Email\n", headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
