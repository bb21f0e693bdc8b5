"""Print batches over HTTP, and the entry of returned mail."""

import csv
import io
from hashlib import sha256
from uuid import UUID

import pytest

from services.outreach.channels.dm.codes import Codes
from services.outreach.prints import manifest
from services.outreach.prints.model import PrintBatch
from tests.services.outreach.builders import ANNA, LINK_KEY, MIA, STRANGER, deliveries_of
from tests.services.outreach.channels.dm.pdfs import pages_of
from tests.services.outreach.conftest import Served
from tests.services.outreach.prints.builders import (
    a_letter_card,
    a_letter_mailing,
    batches_of,
    manifest_of,
    print_all,
)


@pytest.fixture
def mailing_id(served: Served) -> UUID:
    """A mailing of three letters that is printed."""
    mailing_id = a_letter_mailing(served.database, [a_letter_card() for _ in range(3)])
    print_all(served.database, print_envelopes="dl", print_labels="L7160")
    return mailing_id


@pytest.fixture
def batch(served: Served, mailing_id: UUID) -> PrintBatch:
    (batch,) = batches_of(served.database, mailing_id)
    return batch


def enter(served: Served, *codes: str) -> list[str]:
    answer = served.client.post("/returns", as_=MIA, json={"codes": list(codes)})
    assert answer.status_code == 200
    return [one["result"] for one in answer.json()["returns"]]


def test_a_batch_is_listed_and_its_documents_are_fetched(served: Served, batch: PrintBatch) -> None:
    (listed,) = served.client.get(f"/mailings/{batch.mailing_id}/print-batches", as_=MIA).json()["items"]
    assert (listed["id"], listed["pieces"], listed["pages"]) == (str(batch.id), 3, 3)
    letters = served.client.get(f"/print-batches/{batch.id}.pdf", as_=MIA)
    assert letters.headers["Content-Type"] == "application/pdf"
    assert letters.headers["Cache-Control"] == "no-store"
    assert sha256(letters.content).hexdigest() == listed["checksum"]
    assert len(pages_of(letters.content)) == 3
    for name, pages in (("envelopes", 3), ("labels", 1)):
        answer = served.client.get(f"/print-batches/{batch.id}/{name}.pdf", as_=MIA)
        assert len(pages_of(answer.content)) == pages


def test_the_manifest_is_the_same_as_json_and_as_csv(served: Served, batch: PrintBatch) -> None:
    entries = served.client.get(f"/print-batches/{batch.id}/manifest.json", as_=MIA).json()
    answer = served.client.get(f"/print-batches/{batch.id}/manifest.csv", as_=MIA)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    for name in ("sequence", "token", "name", "country", "postal_code", "page", "pages", "checksum"):
        assert [row[name] for row in rows] == [str(entry[name]) for entry in entries]
    assert [[row["line_1"], row["line_4"]] for row in rows] == [
        [entry["lines"][0], entry["lines"][3]] for entry in entries
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "|"])
def test_nothing_in_the_csv_is_a_formula(start: str) -> None:
    evil = f"{start}cmd|' /C calc'!A0"
    one = manifest.entry(
        sequence=1, token="0" * 37, name=evil, lines=[evil], country="DE", postal_code=evil, page=1, pages=1
    )
    _, row = csv.reader(io.StringIO("".join(manifest.as_csv(manifest.encoded([one])))))
    assert [cell for cell in row if cell.lstrip()[:1] in {"=", "+", "-", "@", "|"}] == []


def test_a_batch_is_marked_as_sent_once(served: Served, batch: PrintBatch) -> None:
    first = served.client.post(f"/print-batches/{batch.id}/dispatch", as_=MIA, json={}).json()
    again = served.client.post(f"/print-batches/{batch.id}/dispatch", as_=MIA, json={}).json()
    assert (first["state"], first["sent_by"]) == ("sent", "mia")
    assert again == first


def test_returned_letters_are_entered_one_by_one_and_known_the_next_time(
    served: Served, batch: PrintBatch
) -> None:
    first, second, _ = [one.token for one in manifest_of(served.database, batch.id)]
    strange = Codes("another key that is long enough to be").code_of(batch.id)
    nobody = Codes(LINK_KEY).code_of(batch.id)
    assert enter(served, first, strange, "what?", second.lower(), first, nobody) == [
        "recorded",
        "unknown",
        "unknown",
        "recorded",
        "known",
        "unknown",
    ]
    assert enter(served, first, second) == ["known", "known"]
    kept = [one.feedback for one in deliveries_of(served.database, batch.mailing_id).values()]
    assert sorted(kept, key=str) == [None, "returned", "returned"]
    suppressed = served.client.get("/suppressions", as_=MIA).json()["items"]
    assert [(one["channel"], one["reason"]) for one in suppressed] == [("dm", "returned")] * 2


def test_a_code_of_another_department_is_unknown(served: Served, batch: PrintBatch) -> None:
    code = manifest_of(served.database, batch.id)[0].token
    answer = served.client.post("/returns", as_=STRANGER, json={"codes": [code]})
    (one,) = answer.json()["returns"]
    assert (one["result"], one["delivery_id"]) == ("unknown", None)
    assert enter(served, code) == ["recorded"]


def test_too_many_codes_and_none_are_refused(served: Served) -> None:
    for codes in ([], ["x"] * 1001, [""], "x", [None]):
        answer = served.client.post("/returns", as_=MIA, json={"codes": codes})
        assert answer.status_code == 422


def test_addresses_are_none_of_the_analysts_business(served: Served, batch: PrintBatch) -> None:
    paths = (f"/mailings/{batch.mailing_id}/print-batches", f"/print-batches/{batch.id}.pdf")
    assert [served.client.get(path, as_=ANNA).status_code for path in paths] == [403, 403]
    assert [served.client.get(path, as_=STRANGER).status_code for path in paths] == [404, 404]
