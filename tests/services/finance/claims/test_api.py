"""Claims over HTTP."""

from typing import Any

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from contracts.roles import FINANCE_CLERK, MARKETING_MANAGER
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, MIA
from tests.services.finance.office import (
    ANNA,
    FAR_APPROVER,
    FAR_CLERK,
    FAR_STAFF,
    LEA,
    MOE,
    SOUTH,
    STAN,
    Office,
    fields,
)


def line_of(office: Office, budget: dict[str, Any]) -> dict[str, str]:
    line: dict[str, str] = office.get(f"/budgets/{budget['id']}", FAY).json()["lines"][0]
    return {name: line[name] for name in ("committed", "incurred", "available")}


def test_a_claim_goes_from_submission_to_payment(office: Office) -> None:
    budget = office.budget("100.00")
    claim = office.approved_claim(budget, "30", by=MIA)
    assert (claim["state"], claim["amount"], claim["claimant"]) == ("submitted", "30.00", "mia")
    assert office.get(f"/claims/{claim['id']}", MIA).json()["state"] == "approved"
    paid = office.post(f"/claims/{claim['id']}/payment", CLARA)
    assert (paid.status_code, paid.json()["state"], paid.json()["settled_by"]) == (200, "paid", "clara")
    assert line_of(office, budget) == {"committed": "0.00", "incurred": "30.00", "available": "70.00"}


def test_a_claim_has_another_tag_after_every_change(office: Office) -> None:
    claim = office.claim(office.budget("100.00"), "30", by=MIA)
    path, tags = f"/claims/{claim['id']}", []
    tags.append(office.get(path, MIA).headers["ETag"])
    office.post(f"/approvals/{claim['approval_id']}/decisions", FAY, outcome="approve")
    tags.append(office.get(path, MIA).headers["ETag"])
    office.post(f"{path}/payment", CLARA)
    tags.append(office.get(path, MIA).headers["ETag"])
    assert len(set(tags)) == 3


def test_a_claim_is_paid_once(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/claims/{office.approved_claim(budget, '30.00', by=MIA)['id']}/payment"
    assert office.post(path, CLARA).status_code == 200
    again = office.post(path, CLARA)
    assert again.status_code == 409
    assert "paid" in again.json()["detail"]
    assert line_of(office, budget)["incurred"] == "30.00"


def test_a_payment_repeated_with_its_key_is_answered_the_same_and_done_once(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/claims/{office.approved_claim(budget, '30.00', by=MIA)['id']}/payment"
    answers = [office.client.post(path, as_=CLARA, headers={"Idempotency-Key": "p-1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert line_of(office, budget)["incurred"] == "30.00"


def test_a_claim_beyond_the_line_is_told_what_is_available(office: Office) -> None:
    budget = office.budget("100.00")
    body = {"line_id": budget["lines"][0]["id"], "amount": "100.01", "currency": "EUR", "purpose": "Tent"}
    refused = office.post("/claims", MIA, **body)
    assert refused.status_code == 409
    assert "100.00 EUR available" in refused.json()["detail"]


def test_a_withdrawn_claim_is_available_again(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/claims/{office.claim(budget, '30.00', by=MIA)['id']}/withdrawal"
    assert office.post(path, MIA).json()["state"] == "withdrawn"
    assert line_of(office, budget)["available"] == "100.00"
    assert office.post(path, MIA).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "1e400"}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"amount": "NaN"}, "amount"),
        ({"amount": None}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"currency": "ZZZ"}, "currency"),
        ({"currency": "euro"}, "currency"),
        ({"purpose": "  "}, "purpose"),
        ({"purpose": "x" * 2001}, "purpose"),
        ({"line_id": "first"}, "line_id"),
        ({"tip": "5"}, "tip"),
    ],
)
def test_a_claim_that_makes_no_sense_is_refused_by_field(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    budget = office.budget("100.00")
    body = {"line_id": budget["lines"][0]["id"], "amount": "1.00", "currency": "EUR", "purpose": "Tent"}
    assert fields(office.post("/claims", MIA, **{**body, **changes})) == [field]


def test_claims_are_found_by_state_and_campaign(office: Office) -> None:
    budget = office.budget("100.00")
    waiting, approved = office.claim(budget, "1.00", by=MIA), office.approved_claim(budget, "2.00", by=MOE)
    found = office.get("/claims", ANNA, state="approved", campaign_id=budget["campaign_id"]).json()
    assert [claim["id"] for claim in found["items"]] == [approved["id"]]
    assert [claim["id"] for claim in office.get("/claims", MIA).json()["items"]] == [waiting["id"]]
    assert fields(office.get("/claims", ANNA, state="lost")) == ["state"]
    assert len(office.get("/claims", ANNA, kind="other", department="north").json()["items"]) == 2
    gone = "2020-01-01T00:00:00Z"
    for none in ({"kind": "travel"}, {"department": "south"}, {"submitted_until": gone}):
        assert office.get("/claims", ANNA, **none).json()["items"] == []
    assert len(office.get("/claims", ANNA, submitted_since=gone).json()["items"]) == 2


@pytest.mark.parametrize("actor", [FAY, CLARA, ANNA, LEA])
def test_who_is_no_claimant_neither_claims_nor_withdraws(office: Office, actor: Actor) -> None:
    budget = office.budget("100.00")
    claim = office.claim(budget, "1.00", by=MIA)
    body = {"line_id": budget["lines"][0]["id"], "amount": "1.00", "currency": "EUR", "purpose": "Tent"}
    assert office.post("/claims", actor, **body).status_code == 403
    assert office.post(f"/claims/{claim['id']}/withdrawal", actor).status_code == 403


@pytest.mark.parametrize("actor", [FAY, MOE, MIA, ANNA])
def test_only_a_clerk_pays(office: Office, actor: Actor) -> None:
    claim = office.approved_claim(office.budget("100.00"), "1.00", by=STAN)
    assert office.post(f"/claims/{claim['id']}/payment", actor).status_code == 403


def test_who_has_no_business_with_claims_reads_none(office: Office) -> None:
    claim = office.claim(office.budget("100.00"), "1.00", by=MIA)
    assert office.get("/claims", LEA).status_code == 403
    assert office.get(f"/claims/{claim['id']}", LEA).status_code == 403


def test_a_manager_does_not_withdraw_the_claim_of_another(office: Office) -> None:
    claim = office.claim(office.budget("100.00"), "1.00", by=MIA)
    assert office.post(f"/claims/{claim['id']}/withdrawal", MOE).status_code == 403


def test_another_department_sees_nothing_of_a_claim(office: Office) -> None:
    budget = office.budget("100.00")
    claim = office.approved_claim(budget, "1.00", by=MIA)
    path, far_manager = f"/claims/{claim['id']}", person("frank", MARKETING_MANAGER, departments=SOUTH)
    assert office.get("/claims", FAR_APPROVER).json()["items"] == []
    assert office.get(path, FAR_APPROVER).status_code == 404
    assert office.post(f"{path}/payment", FAR_CLERK).status_code == 404
    assert office.post(f"{path}/withdrawal", far_manager).status_code == 404
    body = {"line_id": budget["lines"][0]["id"], "amount": "1.00", "currency": "EUR", "purpose": "Tent"}
    assert office.post("/claims", FAR_STAFF, **body).status_code == 404


def test_a_claim_that_is_not_there_is_not_found(office: Office) -> None:
    path = f"/claims/{new_id()}"
    assert office.get(path, ANNA).status_code == 404
    assert office.post(f"{path}/payment", person("cleo", FINANCE_CLERK)).status_code == 404
    assert office.post(f"{path}/withdrawal", MIA).status_code == 404


def test_a_draft_is_changed_handed_in_and_cleared_by_whom_it_concerns_only(office: Office) -> None:
    line = {"line_id": office.budget("100.00")["lines"][0]["id"], "amount": "5.00"}
    body = {"currency": "EUR", "purpose": "Fair", "lines": [line, line], "draft": True}
    path = f"/claims/{office.post('/claims', MIA, **body).json()['id']}"
    change = {"purpose": "Tent", "lines": [line]}

    def patch(actor: Actor) -> int:
        tag = office.get(path, MIA).headers["ETag"]
        return office.client.patch(path, as_=actor, json=change, headers={"If-Match": tag}).status_code

    assert [patch(actor) for actor in (CLARA, FAR_STAFF, MOE, MIA)] == [403, 404, 403, 200]
    cleared = [office.post(f"{path}/clearance", actor, reason="Seen") for actor in (CLARA, FAR_APPROVER, FAY)]
    assert [answer.status_code for answer in cleared] == [403, 404, 200]
    handed_in = [office.post(f"{path}/submission", actor) for actor in (CLARA, FAR_STAFF, MOE, MIA)]
    assert [answer.status_code for answer in handed_in] == [403, 404, 403, 200]


def test_the_desk_grants_a_claim_in_part(office: Office) -> None:
    budget = office.budget("100.00")
    line = {"line_id": budget["lines"][0]["id"], "amount": "20.00"}
    body = {"currency": "EUR", "purpose": "Fair", "lines": [line, line]}
    claim = office.post("/claims", MIA, **body).json()
    granted = {claim["lines"][1]["id"]: "5.00"}
    path = f"/approvals/{claim['approval_id']}/decisions"
    answer = office.post(path, FAY, outcome="approve", comment="Too dear", sanctioned=granted)
    assert answer.status_code == 200, answer.text
    shown = office.get(f"/claims/{claim['id']}", MIA).json()
    assert (shown["state"], shown["granted"], shown["paid_out"]) == ("approved", "25.00", "25.00")
    assert line_of(office, budget)["committed"] == "25.00"
