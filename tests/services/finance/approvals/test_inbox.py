"""Open decisions, withdrawal and flows over HTTP."""

from datetime import timedelta

import pytest

from chassis.clock import now
from contracts.roles import FINANCE_APPROVER
from tests.services.finance.builders import (
    CLARA,
    FAY,
    FRED,
    MIA,
    lent,
    limited,
    purchase,
    put_on_desk,
    subject,
)
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, FAR_STAFF, LEA, Office, fields

CHECK = [{"name": "check", "role": FINANCE_APPROVER}]


def test_the_list_says_on_whose_seat_and_whether_authority_is_enough(office: Office) -> None:
    limited(office.database, "fay", "10.00")
    lent(office.database, FAY, CLARA, kinds=["purchase"])
    small, large = (put_on_desk(office.database, purchase(amount)) for amount in ("10.00", "10.01"))
    put_on_desk(office.database, subject())
    shown = office.get("/open-decisions", CLARA).json()["items"]
    assert [(one["approval"]["id"], one["on_behalf_of"], one["may_approve"]) for one in shown] == [
        (str(large), "fay", False),
        (str(small), "fay", True),
    ]
    assert "limit is 10.00 EUR" in shown[0]["obstacle"]


def test_who_is_away_is_not_asked(office: Office) -> None:
    put_on_desk(office.database, purchase("1.00"))
    lent(office.database, FAY, None)
    assert office.get("/open-decisions", FAY).json()["items"] == []
    assert len(office.get("/open-decisions", FRED).json()["items"]) == 1


def test_open_decisions_are_found_by_what_they_are_about(office: Office) -> None:
    put_on_desk(office.database, purchase("5.00"))
    put_on_desk(office.database, subject("50.00"))

    def amounts(**query: str) -> list[str]:
        items = office.get("/open-decisions", FAY, **query).json()["items"]
        return [one["approval"]["amount"] for one in items]

    assert amounts() == ["50.00", "5.00"]
    assert amounts(kind="purchase") == amounts(amount_to="49.99") == ["5.00"]
    assert amounts(amount_from="50", department="north", requested_by="mia") == ["50.00"]
    assert amounts(requested_by="moe") == amounts(department="south") == amounts(currency="JPY") == []
    assert amounts(opened_before=(now() - timedelta(hours=1)).isoformat()) == []


def test_other_roles_and_departments_have_no_open_decisions(office: Office) -> None:
    put_on_desk(office.database, purchase("5.00"))
    assert office.get("/open-decisions", FAR_APPROVER).json()["items"] == []
    assert {office.get("/open-decisions", one).status_code for one in (MIA, ANNA)} == {403}


def test_a_requester_takes_back_his_own_request(office: Office) -> None:
    path = f"/approvals/{put_on_desk(office.database, subject())}/withdrawal"
    assert office.post(path, FAR_STAFF).status_code == 404
    assert office.post(path, LEA).status_code == office.post(path, FAY).status_code == 403
    stale = office.client.post(path, as_=MIA, json={}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    answer = office.post(path, MIA, reason="A mistake")
    assert (answer.status_code, answer.json()["state"]) == (200, "withdrawn")
    assert office.post(path, MIA).status_code == 409


def test_a_decision_that_makes_no_sense_is_refused_by_field(office: Office) -> None:
    path = f"/approvals/{put_on_desk(office.database, purchase('5.00'))}/decisions"

    def refused(**said: object) -> list[str]:
        return fields(office.post(path, FAY, **{"outcome": "approve", **said}))

    assert refused(sanctioned={"item1": "5.01"}) == ["sanctioned.item1"]
    assert refused(sanctioned={"item1": "1.001"}) == ["sanctioned.item1"]
    assert refused(sanctioned={"item1": "0"}) == ["sanctioned"]
    assert refused(outcome="reject", comment="no", sanctioned={"item1": "1"}) == ["sanctioned"]
    assert office.post(path, FAY, outcome="approve", subject_version=2).status_code == 409
    answer = office.post(path, FAY, outcome="approve", sanctioned={"item1": "4.50"}).json()
    assert (answer["granted"], answer["sanctioned"]) == ("4.50", {"item1": "4.50"})


def test_an_administrator_retires_a_flow(office: Office) -> None:
    made = office.post("/approval-flows", ADA, code="own", kind="quote", category="trade", steps=CHECK).json()
    path = f"/approval-flows/{made['id']}"
    assert office.get(path, ANNA).json() == made
    assert {office.client.delete(path, as_=one).status_code for one in (FAY, ANNA)} == {403}
    assert office.get(path, MIA).status_code == 403
    assert office.client.delete(path, as_=ADA).json()["retired_at"] is not None
    assert office.client.delete(path, as_=ADA).status_code == 409
    current = office.get("/approval-flows", FAY, kind="quote", current="true").json()["items"]
    assert [flow["code"] for flow in current] == ["quote"]


@pytest.mark.parametrize(
    "step", [{"escalate_after_hours": 3}, {"escalate_to": {"role": FINANCE_APPROVER}}, {"if_nobody": "dice"}]
)
def test_an_escalation_has_a_time_and_somebody_to_ask(office: Office, step: dict[str, object]) -> None:
    steps = [{**CHECK[0], **step}]
    named = fields(office.post("/approval-flows", ADA, code="own", kind="quote", steps=steps))
    assert named in (["steps.0.escalate_to"], ["steps.0.if_nobody"])
