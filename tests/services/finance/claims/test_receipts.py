"""A draft of a claim with its receipts, from upload to submission, over HTTP."""

from typing import Any

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from contracts.roles import FINANCE_APPROVER
from tests.harness.people import person
from tests.services.finance.builders import FAY, MIA
from tests.services.finance.office import FAR_APPROVER, MOE, SOUTH, Office, fields

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


def upload(office: Office, content: bytes, name: str = "receipt.png", *, by: Actor = MIA) -> Any:
    return office.client.post(f"/files?name={name}", as_=by, data=content)


def receipt(office: Office, text: str, *, by: Actor = MIA) -> str:
    answer = upload(office, text.encode(), "receipt.txt", by=by)
    assert answer.status_code == 201, answer.text
    file_id: str = answer.json()["id"]
    return file_id


@pytest.fixture(scope="module")
def line_id(shared_office: Office) -> str:
    """A budget line that has enough for all tests here."""
    found: str = shared_office.budget("5000.00")["lines"][0]["id"]
    return found


def draft(office: Office, line_id: str, *documents: str, **line: Any) -> Any:
    asked = {"line_id": line_id, "amount": "12.50", "kind": "taxi", "documents": list(documents), **line}
    body = {"currency": "EUR", "purpose": "The fair", "lines": [asked], "draft": True}
    return office.post("/claims", MIA, **body)


def test_a_draft_keeps_its_receipts_until_it_is_handed_in_and_approvers_read_them(
    shared_office: Office, line_id: str
) -> None:
    office = shared_office
    first, second = receipt(office, "Taxi 12.50"), upload(office, PNG).json()["id"]
    claim = draft(office, line_id, first).json()
    path = f"/claims/{claim['id']}"
    assert (claim["state"], claim["lines"][0]["documents"]) == ("draft", [first])
    assert office.get(f"/files/{second}", FAY).status_code == 404
    line = {"line_id": line_id, "amount": "13.00", "kind": "taxi", "documents": [first, second]}
    change = {"purpose": "The fair", "lines": [line]}
    headers = {"If-Match": office.get(path, MIA).headers["ETag"]}
    changed = office.client.patch(path, as_=MIA, json=change, headers=headers)
    assert changed.json()["lines"][0]["documents"] == [first, second], changed.text
    assert office.client.patch(path, as_=MIA, json=change, headers=headers).status_code == 412
    handed_in = office.post(f"{path}/submission", MIA)
    assert (handed_in.status_code, handed_in.json()["state"]) == (200, "submitted"), handed_in.text
    for one, content in ((first, b"Taxi 12.50"), (second, PNG)):
        assert office.get(f"/files/{one}/content", FAY).content == content
        assert office.get(f"/files/{one}", FAR_APPROVER).status_code == 404
        assert office.client.delete(f"/files/{one}", as_=MIA).status_code == 409
    approval = office.get(f"/approvals/{handed_in.json()['approval_id']}", FAY).json()
    assert approval["content"]["items"][0]["documents"] == [first, second]


def test_a_file_that_is_unknown_foreign_or_attached_elsewhere_is_refused_and_no_draft_is_left(
    shared_office: Office, line_id: str
) -> None:
    office = shared_office
    elsewhere = receipt(office, "Taxi 1")
    assert draft(office, line_id, elsewhere).status_code == 201
    before = office.get("/claims", MIA, state="draft").json()["items"]
    foreign = receipt(office, "Taxi 2", by=MOE)
    twice = receipt(office, "Taxi 3")
    for documents in ([str(new_id())], [foreign], [elsewhere], [twice, twice]):
        assert fields(draft(office, line_id, *documents)) == ["documents"]
    assert fields(draft(office, line_id, "no-id")) == ["lines.0.documents.0"]
    assert office.get("/claims", MIA, state="draft").json()["items"] == before
    assert office.get(f"/files/{twice}", MIA).json()["owner_id"] is None


def test_a_file_that_is_too_large_empty_or_not_what_its_name_says_is_refused(shared_office: Office) -> None:
    assert upload(shared_office, b"x" * 2001, "long.txt").status_code == 413
    assert upload(shared_office, b"x" * 2000, "long.txt").status_code == 201
    for content, name in ((b"", "no.txt"), (b"GIF89a", "no.png"), (PNG, "no.exe"), (PNG, "no.pdf")):
        assert upload(shared_office, content, name).status_code == 422


def test_the_same_receipt_is_not_claimed_twice_by_whatever_name_it_was_uploaded(
    shared_office: Office, line_id: str
) -> None:
    office, day = shared_office, {"spent_on": "2026-11-02"}
    claims = [draft(office, line_id, receipt(office, "Hotel 80"), **day).json() for _ in range(2)]
    answers = [office.post(f"/claims/{claim['id']}/submission", MIA) for claim in claims]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert claims[0]["id"] in answers[1].json()["detail"]


def test_a_rule_that_is_broken_is_named_at_the_line(shared_office: Office, line_id: str) -> None:
    office = shared_office
    policy = {"rule": "receipt_above", "department": "north", "kind": "lodging", "limit": "50.00"}
    policy |= {"currency": "EUR", "valid_from": "2026-01-01"}
    assert office.post("/expense-policies", FAY, **policy).status_code == 201
    lodging = {"kind": "lodging", "amount": "80.00"}
    claim = draft(office, line_id, **lodging).json()
    says = "Above 50.00 EUR a receipt is needed."
    assert claim["lines"][0]["breaches"] == [{"rule": "receipt_above", "says": says, "refuses": True}]
    refused = office.post(f"/claims/{claim['id']}/submission", MIA)
    assert fields(refused) == ["lines.0.documents"]
    assert office.get(f"/claims/{claim['id']}", MIA).json()["state"] == "draft"
    with_receipt = draft(office, line_id, receipt(office, "Hotel 80.00"), **lodging).json()
    assert office.post(f"/claims/{with_receipt['id']}/submission", MIA).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "mileage"}, "lines.0.quantity"),
        ({"kind": "mileage", "amount": "1", "quantity": "3"}, "lines.0.amount"),
        ({"quantity": "3", "amount": None}, "lines.0.amount"),
        ({"currency": "CHF"}, "lines.0.currency"),
        ({"currency": "euros"}, "lines.0.currency"),
        ({"region": "bavaria"}, "lines.0.region"),
        ({"amount": "1.001"}, "lines.0.amount"),
        ({"kind": "yacht"}, "lines.0.kind"),
        ({"spent_on": "2999-01-01"}, "lines.0.spent_on"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_by_field(
    shared_office: Office, line_id: str, changes: dict[str, Any], field: str
) -> None:
    assert fields(draft(shared_office, line_id, **changes)) == [field]


def test_an_approver_of_another_department_finds_no_draft(shared_office: Office, line_id: str) -> None:
    path = f"/claims/{draft(shared_office, line_id).json()['id']}"
    farah = person("farah", FINANCE_APPROVER, departments=SOUTH)
    assert shared_office.get(path, farah).status_code == 404
    assert shared_office.post(f"{path}/clearance", farah, reason="Seen").status_code == 404
