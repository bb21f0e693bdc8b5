"""From an approved claim to the bank and back, over HTTP."""

from typing import Any

import pytest

from chassis.auth import Actor
from tests.services.finance.builders import CLARA, FAY, MIA, budget_of
from tests.services.finance.office import ANNA, FAR_CLERK, MOE, Office, fields

IBAN = "DE89 3704 0044 0532 0130 00"
BATCH = {
    "department": "north",
    "currency": "EUR",
    "payer_name": "Fanfare Ltd",
    "payer_iban": "NL91ABNA0417164300",
    "pay_on": "2026-12-01",
}


def payee(office: Office, person: str = "mia", **changes: str) -> Any:
    body = {"department": "north", "person": person, "name": "=Mía Ölund", "iban": IBAN, "bic": "COBADEFFXXX"}
    return office.post("/payees", CLARA, **{**body, **changes})


def gathered(office: Office) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A budget, a claim of 30.00 approved on it and the batch that it is in."""
    budget = office.budget("100.00")
    claim = office.approved_claim(budget, "30.00", by=MIA)
    assert payee(office).status_code == 200
    batch = office.post("/payments", CLARA, **BATCH)
    assert batch.status_code == 201, batch.text
    return budget, claim, batch.json()


def test_a_claim_is_paid_by_way_of_the_bank(office: Office) -> None:
    budget, claim, batch = gathered(office)
    path = f"/payments/{batch['id']}"
    assert (batch["state"], batch["total"]) == ("draft", "30.00")
    assert office.get(f"{path}/file", CLARA, kind="csv").status_code == 409
    assert office.post(f"{path}/export", CLARA).json()["state"] == "exported"
    files = [office.get(f"{path}/file", CLARA, kind="pain.001").content for _ in range(2)]
    assert files[0] == files[1]
    assert b"<CtrlSum>30.00</CtrlSum>" in files[0] and b"DE89370400440532013000" in files[0]
    assert "'=Mía" in office.get(f"{path}/file", CLARA, kind="csv").content.decode()
    assert office.post(f"/claims/{claim['id']}/payment", CLARA).status_code == 409
    assert office.post(f"/claims/{claim['id']}/withdrawal", MIA).status_code == 409
    assert office.post("/payments", CLARA, **BATCH).status_code == 409
    closed = office.post(f"{path}/confirmation", CLARA)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed"), closed.text
    assert office.post(f"{path}/confirmation", CLARA).status_code == 409
    assert office.get(f"/claims/{claim['id']}", MIA).json()["state"] == "paid"
    line = office.get(f"/budgets/{budget['id']}", FAY).json()["lines"][0]
    assert (line["committed"], line["incurred"]) == ("0.00", "30.00")


def test_what_the_bank_did_not_pay_waits_again(office: Office) -> None:
    _, claim, batch = gathered(office)
    path = f"/payments/{batch['id']}"
    office.post(f"{path}/export", CLARA)
    failed = [{"id": batch["items"][0]["id"], "reason": "Account closed"}]
    stranger = [{"id": claim["id"], "reason": "Whose?"}]
    assert fields(office.post(f"{path}/confirmation", CLARA, failed=stranger)) == ["failed"]
    closed = office.post(f"{path}/confirmation", CLARA, failed=failed).json()
    assert (closed["items"][0]["state"], closed["items"][0]["reason"]) == ("failed", "Account closed")
    assert office.get(f"/claims/{claim['id']}", MIA).json()["state"] == "approved"
    assert office.post("/payments", CLARA, **BATCH).status_code == 201


def test_a_draft_is_given_up_and_its_claims_are_free(office: Office) -> None:
    _, claim, batch = gathered(office)
    assert office.post(f"/payments/{batch['id']}/cancellation", CLARA).json()["state"] == "cancelled"
    assert office.post(f"/payments/{batch['id']}/export", CLARA).status_code == 409
    assert office.post(f"/claims/{claim['id']}/payment", CLARA).status_code == 200


def test_who_has_no_account_is_named(office: Office) -> None:
    office.approved_claim(office.budget("100.00"), "30.00", by=MIA)
    assert fields(office.post("/payments", CLARA, **BATCH)) == ["payees"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"iban": "DE89370400440532013001"}, "iban"), ({"bic": "NO"}, "bic"), ({"name": " "}, "name")],
)
def test_an_account_that_cannot_be_one_is_refused(
    office: Office, changes: dict[str, str], field: str
) -> None:
    assert fields(payee(office, **changes)) == [field]


@pytest.mark.parametrize("actor", [MIA, MOE, ANNA, FAY])
def test_only_clerks_pay(office: Office, actor: Actor) -> None:
    _, _, batch = gathered(office)
    path = f"/payments/{batch['id']}"
    for verb in ("export", "cancellation", "confirmation"):
        assert office.post(f"{path}/{verb}", actor).status_code == 403
    assert office.get(f"{path}/file", actor, kind="csv").status_code == 403
    assert office.get("/payees", actor).status_code == 403
    assert office.post("/payees", actor).status_code == 403
    assert office.post("/payments", actor, **BATCH).status_code == 403


def test_a_clerk_of_another_department_finds_nothing(office: Office) -> None:
    _, _, batch = gathered(office)
    path = f"/payments/{batch['id']}"
    assert office.get(path, MIA).status_code == 403
    assert office.get(path, FAR_CLERK).status_code == 404
    assert office.get("/payments", FAR_CLERK).json()["items"] == []
    assert office.get("/payees", FAR_CLERK).json()["items"] == []
    for verb in ("export", "cancellation", "confirmation"):
        assert office.post(f"{path}/{verb}", FAR_CLERK).status_code == 404
    assert office.get(f"{path}/file", FAR_CLERK, kind="csv").status_code == 404
    assert office.post("/payments", FAR_CLERK, **BATCH).status_code == 403


def test_a_batch_in_another_currency_is_no_sepa_file_but_a_csv(office: Office) -> None:
    with office.database.transaction(FAY) as session:
        line_id = str(budget_of(session, "100.00", currency="USD").lines[0].id)
    body = {"line_id": line_id, "amount": "30.00", "currency": "USD", "purpose": "Flyers"}
    claim = office.post("/claims", MIA, **body).json()
    office.post(f"/approvals/{claim['approval_id']}/decisions", FAY, outcome="approve")
    assert payee(office).status_code == 200
    assert office.post("/payments", CLARA, **BATCH).status_code == 409
    path = f"/payments/{office.post('/payments', CLARA, **{**BATCH, 'currency': 'USD'}).json()['id']}"
    assert office.post(f"{path}/export", CLARA).status_code == 200
    refused = office.get(f"{path}/file", CLARA, kind="pain.001")
    assert refused.status_code == 409
    assert "SEPA carries EUR only" in refused.json()["detail"]
    assert ",30.00,USD," in office.get(f"{path}/file", CLARA, kind="csv").content.decode()
