"""Every write leaves an entry that nobody can take away."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, exc, select, update

from chassis import audit_api, clock, sealing
from chassis.audit import act_for, audit_entries
from chassis.audit_words import audit_words
from chassis.forgetting import forget_words
from tests.architecture.source import ROOT
from tests.chassis.shop import CLERK, Parcel, RunningShop
from tests.harness.people import person
from tests.harness.remains import remains

BOSS = person("root", "administrator")

BY_ITSELF = """
import sys
from uuid import UUID
from sqlalchemy.orm import DeclarativeBase, Mapped
from chassis.database import Aggregate, Database, metadata

class Base(DeclarativeBase): pass

class Box(Aggregate, Base):
    __tablename__ = "boxes"
    label: Mapped[str]

database = Database(sys.argv[1], service="attic")
for tables in (metadata, Base.metadata):
    tables.create_all(database.engine)
with database.transaction() as session:
    session.add(Box(id=UUID(int=1), label="old"))
with database.transaction() as session:
    session.get_one(Box, UUID(int=1)).label = "new"
with database.reading() as session:
    found = session.connection().exec_driver_sql("SELECT actor, action, entity, after FROM audit_entries")
    print(*found.all()[-1])
"""
"""Knows of nothing but the database."""


def _entries(shop: RunningShop) -> list[dict[str, Any]]:
    answer = shop.call("GET", "/audit", as_=BOSS)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_a_new_row_is_recorded_whole_with_who_and_from_where(shop: RunningShop) -> None:
    answer = shop.pack("books")
    (entry,) = _entries(shop)
    assert (entry["action"], entry["entity"], entry["entity_id"]) == (
        "insert",
        "parcels",
        answer.json()["id"],
    )
    assert (entry["actor"], entry["roles"], entry["origin"]) == ("ada", list(CLERK.roles), "127.0.0.1")
    assert entry["before"] is None
    assert entry["after"]["label"] == "books" and entry["after"]["version"] == 0
    assert entry["trace_id"] == answer.headers["traceparent"].split("-")[1]


def test_a_change_is_recorded_with_what_it_changed(shop: RunningShop) -> None:
    path = f"/parcels/{shop.pack('old').json()['id']}"
    shop.call("PATCH", path, json={"label": "new"}, headers={"If-Match": "*"})
    change = _entries(shop)[0]
    assert change["action"] == "update"
    assert change["before"] == {"label": "old"}
    assert change["after"] == {"label": "new"}


def test_a_deleted_row_is_recorded_as_it_was(shop: RunningShop) -> None:
    path = f"/parcels/{shop.pack('old').json()['id']}/dispatch"
    shop.call("POST", path)
    gone = _entries(shop)[0]
    assert (gone["action"], gone["before"]["label"], gone["after"]) == ("delete", "old", None)


def test_a_secret_never_gets_into_the_trail(shop: RunningShop) -> None:
    path = f"/parcels/{shop.pack('a', pin='1234').json()['id']}"
    shop.call("PATCH", path, json={"pin": "5678"}, headers={"If-Match": "*"})
    change, made = _entries(shop)
    assert made["after"]["pin"] == "***"
    assert (change["before"]["pin"], change["after"]["pin"]) == ("***", "***")


def test_words_about_people_are_shown_and_found_until_they_are_forgotten(shop: RunningShop) -> None:
    made = shop.pack("a", note="for Ann").json()
    path = f"/parcels/{made['id']}"
    shop.call("PATCH", path, json={"note": "for Bob"}, headers={"If-Match": "*"})
    change, first = _entries(shop)
    assert (first["after"]["note"], first["after"]["label"]) == ("for Ann", "a")
    assert (change["before"], change["after"]) == ({"note": "for Ann"}, {"note": "for Bob"})
    assert len(shop.call("GET", "/audit", as_=BOSS, params={"q": "for ann"}).json()["items"]) == 2
    lines = shop.call("GET", "/audit/export?format=ndjson", as_=BOSS).text.splitlines()
    assert json.loads(lines[0])["after"]["note"] == "for Ann"
    assert remains(shop.database, "for Ann") == ["audit_words.words"]
    with shop.database.transaction() as session:
        session.get_one(Parcel, UUID(made["id"])).note = "for Cid"
        assert forget_words(session, Parcel, [UUID(made["id"])]) == 2
    assert remains(shop.database, "for Ann", "for Bob") == []
    assert [entry["after"]["note"] for entry in _entries(shop)] == ["***", "***", "***"]
    assert shop.call("GET", "/audit", as_=BOSS, params={"q": "for"}).json()["items"] == []


def test_words_are_never_changed(shop: RunningShop) -> None:
    shop.pack("a", note="for Ann")
    with pytest.raises(exc.DBAPIError, match="never changed"), shop.database.transaction() as session:
        session.execute(update(audit_words).values(words="{}"))


def test_an_entry_says_whom_the_actor_stood_in_for(shop: RunningShop) -> None:
    shop.pack("own")
    with shop.database.transaction(CLERK) as session:
        act_for(session, "bob")
        session.add(Parcel(label="lent", department="north", weight=1, pin=None, lines=[]))
    lent, own = _entries(shop)
    assert (lent["actor"], lent["on_behalf_of"], own["on_behalf_of"]) == ("ada", "bob", "")
    found = shop.call("GET", "/audit?on_behalf_of=bob", as_=BOSS).json()["items"]
    assert [entry["id"] for entry in found] == [lent["id"]]
    exported = shop.call("GET", "/audit/export?on_behalf_of=bob", as_=BOSS)
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert [(row["actor"], row["on_behalf_of"]) for row in rows] == [("ada", "bob")]


def test_what_was_rolled_back_left_no_entry(shop: RunningShop) -> None:
    shop.call("POST", "/boom", json={"label": "x", "department": "north"})
    assert _entries(shop) == []


def test_a_version_that_moves_alone_is_not_a_change(shop: RunningShop) -> None:
    key = UUID(shop.pack("a").json()["id"])
    with shop.database.transaction() as session:
        parcel = session.get_one(Parcel, key)
        parcel.version += 1
    assert len(_entries(shop)) == 1


def test_what_the_service_does_by_itself_is_recorded_under_its_name(shop: RunningShop) -> None:
    with shop.database.transaction() as session:
        session.add(Parcel(label="a", department="north", weight=1, pin=None, lines=[]))
    assert _entries(shop)[0]["actor"] == "service:shop"


def test_whoever_opens_a_database_is_audited_without_asking_for_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", BY_ITSELF, f"sqlite:///{tmp_path / 'attic.db'}"]
    ended = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.stdout == 'service:attic update boxes {"label": "new"}\n', ended.stderr


def test_the_database_refuses_to_change_an_entry(shop: RunningShop) -> None:
    shop.pack("a")
    for statement in (update(audit_entries).values(actor="nobody"), delete(audit_entries)):
        with pytest.raises(exc.DBAPIError, match="never changed"), shop.database.transaction() as session:
            session.execute(statement)
    with shop.database.reading() as session:
        assert session.scalars(select(audit_entries.c.actor)).all() == ["ada"]


def test_entries_are_found_by_row_and_by_person(shop: RunningShop) -> None:
    made = shop.pack("a").json()
    shop.pack("b")
    by_row = shop.call("GET", f"/audit?entity=parcels&entity_id={made['id']}", as_=BOSS).json()["items"]
    by_person = shop.call("GET", "/audit?actor=nobody", as_=BOSS).json()["items"]
    assert [entry["after"]["label"] for entry in by_row] == ["a"]
    assert by_person == []


def test_only_administrators_read_the_trail(sqlite_shop: RunningShop) -> None:
    assert sqlite_shop.call("GET", "/audit").status_code == 403


def test_entries_are_searched_by_time_action_and_content(shop: RunningShop) -> None:
    made = shop.pack("blue books").json()
    shop.call("PATCH", f"/parcels/{made['id']}", json={"label": "100% red"}, headers={"If-Match": "*"})
    since = {"since": (clock.now() + timedelta(minutes=1)).isoformat()}

    def found(**wanted: str) -> list[str]:
        answer = shop.call("GET", "/audit", as_=BOSS, params=wanted)
        return [entry["action"] for entry in answer.json()["items"]]

    assert found(q="BLUE BOO") == ["update", "insert"]
    assert found(q="100%") == ["update"]
    assert found(q="100_") == []
    assert found(action="insert", origin="127.0.0.1") == ["insert"]
    assert found(**since) == [] and len(found(until=since["since"])) == 2


def test_a_search_is_exported_whole_with_formulas_made_harmless(
    shop: RunningShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_api, "_PIECE", 2)
    for number in range(5):
        shop.pack(f"=parcel {number}")
    as_csv = shop.call("GET", "/audit/export?entity=parcels", as_=BOSS)
    rows = list(csv.DictReader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert [json.loads(row["after"])["label"] for row in rows] == [f"=parcel {one}" for one in range(5)]
    as_lines = shop.call("GET", "/audit/export?format=ndjson", as_=BOSS).text.splitlines()
    assert [json.loads(line)["id"] for line in as_lines] == [row["id"] for row in rows]
    assert shop.call("GET", "/audit/export").status_code == 403


def test_seals_are_listed(shop: RunningShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_SLACK_MICROSECONDS", 0)
    shop.pack("a")
    sealing.seal(shop.database)
    (seal,) = shop.call("GET", "/audit/seals", as_=BOSS).json()["items"]
    assert (seal["number"], seal["entries"], len(seal["digest"])) == (1, 1, 64)
