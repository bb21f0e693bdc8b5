"""Authority over HTTP: who may do what, and what is refused by field."""

import pytest

from chassis.auth import Actor
from contracts.roles import FINANCE_APPROVER, SALES_MANAGER
from tests.harness.people import person
from tests.services.finance.builders import (
    CLARA,
    FAY,
    FRED,
    MIA,
    decide,
    lent,
    purchase,
    put_on_desk,
    tomorrow,
)
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, MOE, Office, fields

LIMIT = {"person": "fay", "currency": "EUR", "limit": "500.00", "department": "north"}


def test_an_administrator_grants_finds_and_ends_a_limit(office: Office) -> None:
    answer = office.post("/authorities", ADA, **LIMIT)
    assert answer.status_code == 201, answer.text
    path = f"/authorities/{answer.json()['id']}"
    assert (answer.json()["limit"], answer.json()["granted_by"]) == ("500.00", "ada")
    assert office.get(path, FAY).json() == answer.json()
    assert office.get("/authorities", ANNA, person="fay", current="true").json()["items"] == [answer.json()]
    assert office.client.delete(path, as_=ADA).json()["ended_by"] == "ada"
    assert office.client.delete(path, as_=ADA).status_code == 409
    assert office.get("/authorities", ANNA, person="fay", current="true").json()["items"] == []


def test_another_department_sees_nothing_of_a_limit(office: Office) -> None:
    path = f"/authorities/{office.post('/authorities', ADA, **LIMIT).json()['id']}"
    assert office.get(path, FAR_APPROVER).status_code == 404
    assert office.get("/authorities", FAR_APPROVER).json()["items"] == []


@pytest.mark.parametrize("actor", [FAY, MOE, ANNA, MIA])
def test_nobody_but_an_administrator_grants_or_ends_limits(office: Office, actor: Actor) -> None:
    path = f"/authorities/{office.post('/authorities', ADA, **LIMIT).json()['id']}"
    assert office.post("/authorities", actor, **LIMIT).status_code == 403
    assert office.client.delete(path, as_=actor).status_code == 403
    assert office.get("/authorities", MIA).status_code == office.get(path, MIA).status_code == 403


def test_a_limit_that_makes_no_sense_is_refused_by_field(office: Office) -> None:
    def refused(**changes: str) -> list[str]:
        return fields(office.post("/authorities", ADA, **{**LIMIT, **changes}))

    assert refused(limit="1.001") == ["limit"]
    assert refused(currency="ZZZ") == ["currency"]
    assert refused(kind="dream") == ["kind"]
    assert refused(valid_until="2020-01-01T00:00:00Z") == ["valid_until"]


def test_an_approver_lends_his_seat_and_takes_it_back(office: Office) -> None:
    until = tomorrow().isoformat()
    answer = office.post("/delegations", FAY, delegate="clara", valid_until=until)
    assert answer.status_code == 201, answer.text
    path = f"/delegations/{answer.json()['id']}"
    assert (answer.json()["delegator"], answer.json()["roles"]) == ("fay", [FINANCE_APPROVER])
    assert office.get("/delegations", CLARA, delegate="clara", current="true").json()["items"] == [
        answer.json()
    ]
    assert office.get("/delegations", FRED).json()["items"] == []
    assert office.get(path, FRED).status_code == 404
    assert office.get(path, ADA).json() == answer.json()
    assert office.client.delete(path, as_=CLARA).status_code == 403
    assert office.client.delete(path, as_=FAR_APPROVER).status_code == 404
    assert office.client.delete(path, as_=FAY).json()["ended_by"] == "fay"


def test_who_never_decides_lends_no_seat(office: Office) -> None:
    until = tomorrow().isoformat()
    for actor in (MIA, ANNA):
        assert office.post("/delegations", actor, delegate="fay", valid_until=until).status_code == 403
    path = f"/delegations/{lent(office.database, FAY, CLARA).id}"
    assert office.client.delete(path, as_=MIA).status_code == 403
    assert office.get(path, MIA).status_code == office.get("/delegations", MIA).status_code == 403


def test_a_delegate_of_another_department_finds_nothing_to_decide(office: Office) -> None:
    far = person("sam", SALES_MANAGER, departments=("south",))
    lent(office.database, FAY, far)
    path = f"/approvals/{put_on_desk(office.database, purchase('10.00'))}"
    assert office.post(f"{path}/decisions", far, outcome="approve").status_code == 404


def test_the_desk_shows_both_names(office: Office) -> None:
    lent(office.database, FAY, CLARA)
    approval_id = put_on_desk(office.database, purchase("10.00"))
    decide(office.database, approval_id, CLARA)
    (decision,) = office.get(f"/approvals/{approval_id}", ANNA).json()["steps"][0]["decisions"]
    assert (decision["person"], decision["by"]) == ("fay", "clara")
