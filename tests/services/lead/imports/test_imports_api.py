"""Imports over HTTP."""

import csv
import io
import json
from typing import Any, cast
from urllib.parse import urlencode

import pytest

from chassis.database import Database
from services.lead.imports.importer import Importer
from services.lead.imports.workbooks import Workbook
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


def uploaded(lead: Client, database: Database, body: bytes, **options: str) -> dict[str, Any]:
    """The import of a body after the importer has done what it can."""
    taken = lead.post(path(**options), as_=MIA, data=body).json()
    exhaust(Importer(SETTINGS, database))
    return cast(dict[str, Any], lead.get(f"/imports/{taken['id']}", as_=MIA).json())


def test_how_a_file_is_read_is_shown_and_confirmed_before_anything_is_imported(
    lead: Client, lead_database: Database
) -> None:
    body = "Kontakt;Notiz\njosé@example.com;x\n".encode("cp1252")
    shown = uploaded(lead, lead_database, body, confirm="true", mapping='{"Kontakt": "email"}')
    assert (shown["state"], shown["rows"], shown["format"]) == ("waiting", 0, "csv")
    assert (shown["encoding"], shown["delimiter"], shown["headed"]) == ("cp1252", ";", True)
    assert (shown["header"], shown["sample"]) == (["Kontakt", "Notiz"], [["josé@example.com", "x"]])
    url = f"/imports/{shown['id']}/confirmation"
    assert lead.post(url, as_=MIA, json={"mapping": {"Kontact": "email"}}).status_code == 422
    assert lead.post(url, as_=MIA, json={"encoding": "rot13"}).status_code == 422
    anew = lead.post(url, as_=MIA, json={"encoding": "cp1250", "mapping": {"Kontakt": "email"}})
    assert anew.json()["state"] == "queued"
    exhaust(Importer(SETTINGS, lead_database))
    again = lead.get(f"/imports/{shown['id']}", as_=MIA).json()
    assert (again["state"], again["encoding"]) == ("waiting", "cp1250")
    mapping = {"Kontakt": "email", "Notiz": "family_name"}
    assert lead.post(url, as_=MIA, json={"mapping": mapping, "save_as": "Notes"}).status_code == 202
    exhaust(Importer(SETTINGS, lead_database))
    assert lead.get(f"/imports/{shown['id']}", as_=MIA).json()["created"] == 1
    assert lead.post(url, as_=MIA, json={}).status_code == 409


def test_a_saved_mapping_is_offered_for_the_same_header_and_taken_by_name(
    lead: Client, lead_database: Database
) -> None:
    first = uploaded(lead, lead_database, b"Weg,Wer\n", confirm="true", mapping='{"Weg": "email"}')
    body = {"mapping": {"Weg": "email", "Wer": "full_name"}, "save_as": "Ways"}
    assert lead.post(f"/imports/{first['id']}/confirmation", as_=MIA, json=body).status_code == 202
    again = uploaded(lead, lead_database, b"Weg,Wer\nway@example.com,Ann Way\n", mapping_name="Ways")
    assert (again["mapping"], again["created"]) == (body["mapping"], 1)
    [offered] = lead.get(f"/imports/{again['id']}/mappings", as_=MIA).json()["items"]
    assert (offered["name"], offered["mapping"]) == ("Ways", body["mapping"])
    assert lead.post(path(mapping_name="Nobody's"), as_=MIA, data=b"x").status_code == 422
    assert lead.delete(f"/import-mappings/{offered['id']}", as_=MIA).status_code == 204
    assert offered["id"] not in [one["id"] for one in lead.get("/import-mappings", as_=MIA).json()["items"]]


def test_questions_are_listed_and_answered_in_pages(lead: Client, lead_database: Database) -> None:
    lead.post("/contacts", as_=MIA, json={"department": "north", "email": "ask@example.com"})
    asked = uploaded(lead, lead_database, b"Email,Company\nask@example.com,ACME\n", mode="ask")
    url = f"/imports/{asked['id']}"
    [question] = lead.get(f"{url}/questions?open=true", as_=MIA).json()["items"]
    [candidate] = question["candidates"]
    assert (question["row"]["company"], candidate["score"], candidate["email"]) == (
        "ACME",
        1.0,
        "ask@example.com",
    )
    answers = [{"line": question["line"], "answer": "update", "contact_id": candidate["contact_id"]}]
    done = lead.post(f"{url}/answers", as_=MIA, json={"answers": answers})
    assert (done.status_code, done.json()["asked"], done.json()["updated"]) == (200, 0, 1), done.text
    assert lead.post(f"{url}/answers", as_=MIA, json={"answers": answers}).status_code == 422
    [answered] = lead.get(f"{url}/questions?open=false", as_=MIA).json()["items"]
    assert (answered["answer"], answered["answered_by"]) == ("update", "mia")


def test_a_contact_is_known_by_what_another_system_calls_it(lead: Client, lead_database: Database) -> None:
    known = lead.post(
        "/contacts", as_=MIA, json={"department": "north", "company": "Old", "external_id": "K-7"}
    )
    uploaded(lead, lead_database, b"Kundennummer;Email\nK-7;k7@example.com\n")
    [contact] = lead.get("/contacts?external_id=K-7", as_=MIA).json()["items"]
    assert (contact["id"], contact["email"]) == (known.json()["id"], "k7@example.com")


def test_a_dry_run_is_shown_as_a_diff_and_an_import_is_undone(lead: Client, lead_database: Database) -> None:
    dry = uploaded(lead, lead_database, b"Email,Company\ndiff@example.com,ACME\n", dry_run="true")
    [row] = lead.get(f"/imports/{dry['id']}/diff?change=create", as_=MIA).json()["items"]
    assert row["fields_changed"]["company"] == [None, "ACME"]
    assert lead.post(f"/imports/{dry['id']}/undo", as_=MIA).status_code == 409
    real = uploaded(lead, lead_database, b"Email,Company\ndiff@example.com,ACME\n")
    assert lead.post(f"/imports/{real['id']}/undo", as_=MIA).json()["state"] == "undoing"
    exhaust(Importer(SETTINGS, lead_database))
    undone = lead.get(f"/imports/{real['id']}", as_=MIA).json()
    assert (undone["state"], undone["removed"], undone["undone_by"]) == ("undone", 1, "mia")
    assert lead.get(f"/imports/{real['id']}/kept", as_=MIA).json()["items"] == []
    assert lead.get("/contacts?email=diff@example.com", as_=MIA).json()["items"] == []
    assert lead.post(f"/imports/{real['id']}/cancellation", as_=MIA).status_code == 409


def test_refused_rows_come_as_a_workbook_too(lead: Client, lead_database: Database) -> None:
    import_ = uploaded(lead, lead_database, b"Email,Notes\nbroken,=1+1\n")
    answer = lead.get(f"/imports/{import_['id']}/errors?format=xlsx", as_=MIA)
    header, row = [one.cells for one in Workbook(io.BytesIO(answer.content)).records()]
    assert (header, row[0], row[2:]) == (["line", "reason", "Email", "Notes"], "2", ["broken", "'=1+1"])


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
        ({"mode": "guess"}, "mode"),
        ({"encoding": "nonsense"}, "encoding"),
        ({"encoding": "base64"}, "encoding"),
        ({"delimiter": "x"}, "delimiter"),
        ({"dry_run": "perhaps"}, "dry_run"),
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
    assert (shown["state"], "workbook" in shown["reason"]) == ("failed", True)
    assert lead.get(f"/imports/{taken.json()['id']}/errors", as_=MIA).status_code == 200
    failed = lead.get("/imports?state=failed", as_=MIA).json()["items"]
    assert taken.json()["id"] in [one["id"] for one in failed]


def test_the_same_upload_under_one_idempotency_key_is_one_import(lead: Client) -> None:
    answers = [
        lead.post(path(), as_=MIA, data=b"Email\n", headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[0].json()["id"] == answers[1].json()["id"]
