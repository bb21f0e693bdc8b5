"""Uploading files, and who may fetch them before and after they are attached."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from requests import Response

from chassis import files
from chassis.auth import Actor
from chassis.clock import now
from chassis.errors import Invalid
from chassis.files.attaching import sweep
from chassis.files.store import FolderStore
from chassis.ids import new_id
from contracts.roles import ANALYST
from tests.chassis.files.test_kinds import PDF, PROGRAM
from tests.chassis.shop import CLERK, READER, STRANGER, Parcel, RunningShop, furnish, run_shop
from tests.harness.databases import DatabaseFactory
from tests.harness.people import person

FAR_READER = person("rob", ANALYST, departments=("south",))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def shop(
    fresh_database: DatabaseFactory, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunningShop]:
    url = fresh_database.url("shop", make=furnish)
    yield from run_shop(url, monkeypatch, files_url=f"file://{folder}", max_file_bytes=100_000)


def upload(shop: RunningShop, name: str = "offer.pdf", content: bytes = PDF, as_: Actor = CLERK) -> Response:
    return shop.call("POST", f"/files?name={name}", data=content, as_=as_)


def attached(shop: RunningShop, file_id: str, *, label: str = "books", by: Actor = CLERK) -> UUID:
    parcel_id = UUID(shop.pack(label).json()["id"])
    with shop.database.transaction(by) as session:
        files.attach(session, by, [UUID(file_id)], to=session.get_one(Parcel, parcel_id))
    return parcel_id


def test_what_was_uploaded_is_described_and_comes_back_as_an_attachment(shop: RunningShop) -> None:
    made: dict[str, Any] = upload(shop, name="Angebot%20%C3%A4.pdf").json()
    assert (made["name"], made["media_type"], made["size"]) == ("Angebot ä.pdf", "application/pdf", len(PDF))
    fetched = shop.call("GET", f"/files/{made['id']}/content")
    assert fetched.content == PDF
    assert fetched.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Angebot%20%C3%A4.pdf"
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"


def test_a_false_an_empty_and_a_huge_file_are_refused_and_nothing_is_kept(
    shop: RunningShop, folder: Path
) -> None:
    answers = [
        upload(shop, content=PROGRAM),
        upload(shop, name="note.txt", content=b""),
        upload(shop, name="note.txt", content=b"x" * 100_001),
        shop.call("POST", "/files", data=PDF),
    ]
    assert [one.status_code for one in answers] == [422, 422, 413, 422]
    assert answers[3].json()["errors"] == [{"field": "name", "reason": "Missing data for required field."}]
    assert list(folder.glob("*/*")) == []


def test_until_it_is_attached_a_file_is_its_uploaders_alone(shop: RunningShop) -> None:
    path = f"/files/{upload(shop).json()['id']}"
    for other in (READER, STRANGER):
        assert shop.call("GET", path, as_=other).status_code == 404
        assert shop.call("GET", f"{path}/content", as_=other).status_code == 404
        assert shop.call("DELETE", path, as_=other).status_code == 404
    assert shop.call("GET", path).status_code == 200


def test_an_attached_file_is_read_by_readers_of_its_department(shop: RunningShop) -> None:
    file_id = upload(shop).json()["id"]
    parcel_id = attached(shop, file_id)
    content = f"/files/{file_id}/content"
    assert shop.call("GET", content, as_=READER).content == PDF
    assert [shop.call("GET", content, as_=one).status_code for one in (STRANGER, FAR_READER)] == [404, 404]
    listed = shop.call("GET", f"/files?owner_id={parcel_id}", as_=READER).json()["items"]
    assert [(one["id"], one["attached_to"]) for one in listed] == [(file_id, "parcels")]


def test_a_file_is_attached_to_one_thing_by_its_uploader(shop: RunningShop) -> None:
    first, second = (upload(shop).json()["id"] for _ in range(2))
    parcel_id = attached(shop, first)
    with shop.database.transaction(CLERK) as session:
        files.attach(session, CLERK, [UUID(first)], to=session.get_one(Parcel, parcel_id))
    with pytest.raises(Invalid, match=r"documents: offer\.pdf is attached to something else"):
        attached(shop, first, label="pens")
    for label, one in (("ink", first), ("nibs", second), ("wax", str(new_id()))):
        with pytest.raises(Invalid, match="upload it first"):
            attached(shop, one, label=label, by=STRANGER)


def test_a_file_that_is_not_attached_can_be_discarded(shop: RunningShop, folder: Path) -> None:
    loose, kept = (upload(shop).json()["id"] for _ in range(2))
    attached(shop, kept)
    assert shop.call("DELETE", f"/files/{loose}").status_code == 204
    assert shop.call("DELETE", f"/files/{kept}").status_code == 409
    assert [path.name for path in folder.glob("*/*")] == [kept]


def test_sweeping_forgets_what_nobody_attached_and_bytes_of_no_file(shop: RunningShop, folder: Path) -> None:
    store = FolderStore(folder)
    loose, kept = (upload(shop).json()["id"] for _ in range(2))
    attached(shop, kept)
    store.put(str(new_id()), io.BytesIO(b"the row was rolled back"))
    store.put("of-somebody-else", io.BytesIO(b"not named by us"))
    assert sweep(shop.database, store, older_than=timedelta(days=7)) == 0
    assert sweep(shop.database, store, older_than=timedelta(seconds=-5)) == 2
    left = set(store.keys(before=now() + timedelta(minutes=1)))
    assert left == {kept, "of-somebody-else"}
    assert shop.call("GET", f"/files/{loose}").status_code == 404
