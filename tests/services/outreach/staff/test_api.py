"""The directory of staff and one's notices over HTTP."""

from typing import Any

import pytest

from chassis.database import Database
from contracts.roles import ADMINISTRATOR
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.outreach.builders import ANNA, MIA, STRANGER
from tests.services.outreach.conftest import Served
from tests.services.outreach.notices.test_notices import tell

ROOT = person("root", ADMINISTRATOR)
FAY: dict[str, Any] = {
    "subject": "fay",
    "name": "Fay Wong",
    "email": "fay@example.com",
    "roles": ["finance_approver"],
    "departments": ["north"],
}


@pytest.fixture(name="served")
def client_and_database(served: Served) -> tuple[Client, Database]:
    return served.client, served.database


def test_an_entry_is_made_changed_found_and_removed(served: tuple[Client, Database]) -> None:
    client, _ = served
    made = client.post("/staff", json=FAY, as_=ROOT).json()
    path = f"/staff/{made['id']}"
    entry = {name: value for name, value in FAY.items() if name != "subject"}
    assert client.put(path, json=entry, as_=ROOT).status_code == 428
    changed = client.put(
        path, json={**entry, "roles": ["analyst"], "language": "zh"}, as_=ROOT, headers={"If-Match": '"1"'}
    )
    assert (changed.json()["roles"], changed.json()["version"]) == (["analyst"], 2)
    found = client.get("/staff?role=analyst&q=wong", as_=MIA).json()["items"]
    assert [one["subject"] for one in found] == ["fay"]
    assert client.delete(path, as_=ROOT).status_code == 204
    assert client.get(path, as_=MIA).status_code == 404


def test_everybody_sees_their_own_notices_and_mutes_kinds(served: tuple[Client, Database]) -> None:
    client, database = served
    client.post("/staff", json={**FAY, "subject": "anna"}, as_=ROOT)
    tell(database, persons=["anna"])
    (mine,) = client.get("/my-notices", as_=ANNA).json()["items"]
    assert mine["title"] == "To decide: Spring fair"
    muted = client.put("/my-notices/muted", json={"muted": ["approval_waiting"]}, as_=ANNA)
    assert muted.json()["muted"] == ["approval_waiting"]
    wrong = client.put("/my-notices/muted", json={"muted": ["gossip"]}, as_=ANNA)
    assert wrong.json()["errors"][0]["field"] == "muted.0"
    assert client.put("/my-notices/muted", json={"muted": []}, as_=MIA).status_code == 404


def test_wrong_roles_and_departments_are_refused(served: tuple[Client, Database]) -> None:
    client, database = served
    made = client.post("/staff", json=FAY, as_=ROOT).json()
    tell(database, persons=["fay"])
    path = f"/staff/{made['id']}"
    assert client.post("/staff", json=FAY, as_=MIA).status_code == 403
    assert client.put(path, json={}, as_=MIA).status_code == 403
    assert client.delete(path, as_=MIA).status_code == 403
    assert client.get("/staff", as_=ANNA).status_code == 403
    assert client.get("/notices", as_=ANNA).status_code == 403
    assert client.get(path, as_=STRANGER).status_code == 404
    assert client.get("/staff", as_=STRANGER).json()["items"] == []
    assert client.get("/notices", as_=STRANGER).json()["items"] == []
    (notice,) = client.get("/notices", as_=MIA).json()["items"]
    assert client.post(f"/notices/{notice['id']}/resend", as_=STRANGER).status_code == 404
    assert client.post(f"/notices/{notice['id']}/resend", as_=ANNA).status_code == 403
    assert client.post(f"/notices/{notice['id']}/resend", as_=MIA).status_code == 409
