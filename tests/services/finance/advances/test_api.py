"""Advances over HTTP."""

from typing import Any

import pytest

from chassis.auth import Actor
from tests.services.finance.builders import CLARA, FAY, MIA
from tests.services.finance.office import ANNA, FAR_APPROVER, FAR_CLERK, FAR_STAFF, LEA, MOE, Office, fields


def requested(office: Office, budget: dict[str, Any], **changes: Any) -> Any:
    body = {"line_id": budget["lines"][0]["id"], "amount": "50", "currency": "EUR"}
    body |= {"purpose": "Cash for the fair", "needed_on": "2999-01-01"}
    return office.post("/advances", MIA, **{**body, **changes})


def paid(office: Office, budget: dict[str, Any]) -> str:
    """Have an advance of 50.00 paid to mia. Returns its path."""
    advance = requested(office, budget).json()
    path = f"/advances/{advance['id']}"
    assert office.post(f"{path}/payment", CLARA).status_code == 409
    office.post(f"/approvals/{advance['approval_id']}/decisions", FAY, outcome="approve")
    assert office.post(f"{path}/payment", CLARA).json()["open"] == "50.00"
    return path


def test_a_batch_pays_only_what_an_advance_does_not_cover(office: Office) -> None:
    budget = office.budget("200.00")
    path = paid(office, budget)
    claim = office.approved_claim(budget, "80.00", by=MIA)
    account = {"name": "Mia", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX"}
    office.post("/payees", CLARA, department="north", person="mia", **account)
    batch = {"department": "north", "currency": "EUR", "pay_on": "2999-01-01"}
    batch |= {"payer_name": "Fanfare", "payer_iban": "NL91ABNA0417164300"}
    answer = office.post("/payments", CLARA, **batch)
    assert (answer.status_code, answer.json()["total"]) == (201, "30.00"), answer.text
    assert office.get(path, MIA).json()["state"] == "settled"
    office.post(f"/payments/{answer.json()['id']}/cancellation", CLARA)
    assert office.post(f"/claims/{claim['id']}/withdrawal", MIA).status_code == 409
    assert office.get(f"/claims/{claim['id']}", MIA).json()["paid_out"] == "30.00"


def test_advances_are_found_by_person_state_and_age(office: Office) -> None:
    path = paid(office, office.budget("100.00"))
    for query, found in [
        ({"person": "mia", "state": "paid"}, 1),
        ({"state": "requested"}, 0),
        ({"person": "moe"}, 0),
        ({"older_than_days": "1"}, 0),
        ({"older_than_days": "0"}, 1),
    ]:
        assert len(office.get("/advances", ANNA, **query).json()["items"]) == found, query
    assert fields(office.get("/advances", ANNA, older_than_days="-1")) == ["older_than_days"]
    back = office.post(f"{path}/repayment", CLARA, amount="20", note="Cash")
    assert (back.json()["open"], back.json()["repaid"]) == ("30.00", "20.00")


def test_the_wrong_role_is_refused(office: Office) -> None:
    budget = office.budget("100.00")
    path = paid(office, budget)
    line = budget["lines"][0]["id"]
    body = {"line_id": line, "amount": "1", "currency": "EUR", "purpose": "x", "needed_on": "2999-01-01"}
    assert office.post("/advances", FAY, **body).status_code == 403
    assert office.get("/advances", LEA).status_code == office.get(path, LEA).status_code == 403
    assert office.post(f"{path}/withdrawal", ANNA).status_code == 403
    assert office.post(f"{path}/payment", MOE).status_code == 403
    assert office.post(f"{path}/repayment", MIA, amount="1").status_code == 403
    assert office.post(f"{path}/withdrawal", MOE).status_code == 403


def test_another_department_sees_nothing_of_an_advance(office: Office) -> None:
    path = paid(office, office.budget("100.00"))
    assert office.get("/advances", FAR_APPROVER).json()["items"] == []
    calls: list[tuple[str, Actor, dict[str, str]]] = [
        ("payment", FAR_CLERK, {}),
        ("repayment", FAR_CLERK, {"amount": "1"}),
        ("withdrawal", FAR_STAFF, {}),
    ]
    for what, who, body in calls:
        assert office.post(f"{path}/{what}", who, **body).status_code == 404
    assert office.get(path, FAR_APPROVER).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"amount": "0"}, "amount"), ({"purpose": " "}, "purpose"), ({"needed_on": "x"}, "needed_on")],
)
def test_what_makes_no_sense_is_refused_by_field(office: Office, changes: dict[str, str], field: str) -> None:
    assert fields(requested(office, office.budget("100.00"), **changes)) == [field]
