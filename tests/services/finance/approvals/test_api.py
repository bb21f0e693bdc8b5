"""The approval desk over HTTP."""

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from contracts.roles import FINANCE_APPROVER, MARKETING_STAFF
from tests.harness.people import person
from tests.services.finance.builders import CLARA, FAY, FRED, MIA
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, LEA, MOE, STAN, Office, fields


def test_an_approver_finds_a_plan_and_approves_it(office: Office) -> None:
    path = office.plan("100.00", "25.50")
    (listed,) = office.get("/approvals", FAY, state="open", kind="plan", mine="true").json()["items"]
    shown = office.get(path, FAY).json()
    assert listed == shown
    assert (shown["amount"], shown["currency"], shown["requested_by"]) == ("125.50", "EUR", "mia")
    assert [line["amount"] for line in shown["content"]["lines"]] == ["100.00", "25.50"]
    answer = office.post(f"{path}/decisions", FAY, outcome="approve", comment="Good")
    assert answer.status_code == 200
    assert answer.json()["state"] == "approved"
    (decision,) = answer.json()["steps"][0]["decisions"]
    assert (decision["person"], decision["outcome"], decision["comment"]) == ("fay", "approve", "Good")


def test_a_joint_review_shows_who_has_agreed_and_what_is_missing(office: Office) -> None:
    path = office.plan("20000.00")
    office.post(f"{path}/decisions", FAY, outcome="approve", step=1)
    half = office.post(f"{path}/decisions", FAY, outcome="approve", step=2).json()
    assert half["state"] == "open"
    joint = half["steps"][1]
    assert (joint["mode"], joint["required"], len(joint["decisions"])) == ("all_of", 2, 1)
    assert office.post(f"{path}/decisions", FRED, outcome="approve").json()["state"] == "approved"


def test_a_reader_who_knows_an_approval_sees_the_next_decision_all_the_same(office: Office) -> None:
    path = office.plan("20000.00")
    known = {"If-None-Match": office.get(path, FAY).headers["ETag"]}
    office.post(f"{path}/decisions", FAY, outcome="approve")
    again = office.client.get(path, as_=FAY, headers=known)
    assert again.json()["steps"][0]["state"] == "passed"
    office.post(f"{path}/decisions", FAY, outcome="approve")
    known = {"If-None-Match": again.headers["ETag"]}
    half = office.client.get(path, as_=FAY, headers=known)
    assert len(half.json()["steps"][1]["decisions"]) == 1
    known = {"If-None-Match": half.headers["ETag"]}
    assert office.client.get(path, as_=FAY, headers=known).status_code == 304


def test_a_decision_on_an_approval_that_has_moved_on_is_refused(office: Office) -> None:
    path = office.plan("20000.00")
    read = office.get(path, FAY).headers["ETag"]
    office.post(f"{path}/decisions", FAY, outcome="approve")

    def decide(tag: str) -> int:
        options = {"json": {"outcome": "approve"}, "headers": {"If-Match": tag}}
        return office.client.post(f"{path}/decisions", as_=FRED, **options).status_code

    assert decide(read) == 412
    assert decide(office.get(path, FRED).headers["ETag"]) == 200


def test_nobody_decides_on_their_own_request_and_is_told_why(office: Office) -> None:
    path = office.plan("100.00")
    answer = office.post(f"{path}/decisions", person("mia", FINANCE_APPROVER), outcome="approve")
    assert answer.status_code == 403
    assert "own request" in answer.json()["detail"]


@pytest.mark.parametrize("actor", [MOE, CLARA, ADA])
def test_only_a_holder_of_the_steps_role_decides(office: Office, actor: Actor) -> None:
    path = office.plan("100.00")
    assert office.post(f"{path}/decisions", actor, outcome="approve").status_code == 403


def test_a_second_or_late_decision_is_a_conflict(office: Office) -> None:
    path = office.plan("20000.00")
    office.post(f"{path}/decisions", FAY, outcome="approve")
    assert office.post(f"{path}/decisions", FAY, outcome="approve", step=1).status_code == 409
    office.post(f"{path}/decisions", FAY, outcome="approve")
    assert office.post(f"{path}/decisions", FAY, outcome="approve").status_code == 409
    office.post(f"{path}/decisions", FRED, outcome="approve")
    assert office.post(f"{path}/decisions", FRED, outcome="approve").status_code == 409


def test_a_decision_that_makes_no_sense_is_refused_by_field(office: Office) -> None:
    path = f"{office.plan('100.00')}/decisions"
    assert fields(office.post(path, FAY)) == ["outcome"]
    assert fields(office.post(path, FAY, outcome="maybe")) == ["outcome"]
    assert fields(office.post(path, FAY, outcome="reject")) == ["comment"]
    assert fields(office.post(path, FAY, outcome="approve", comment="x" * 2001)) == ["comment"]
    assert fields(office.post(path, FAY, outcome="approve", step=0)) == ["step"]
    assert fields(office.post(path, FAY, outcome="approve", who="me")) == ["who"]
    assert fields(office.get("/approvals", FAY, state="lost")) == ["state"]


@pytest.mark.parametrize("actor", [MIA, STAN, LEA])
def test_who_holds_no_reading_role_is_kept_from_the_desk(office: Office, actor: Actor) -> None:
    path = office.plan("100.00")
    for asked in ("/approvals", path, "/approval-flows"):
        assert office.get(asked, actor).status_code == 403


@pytest.mark.parametrize("actor", [MIA, STAN, LEA, ANNA])
def test_who_never_decides_may_not_come_to_the_desk(office: Office, actor: Actor) -> None:
    path = office.plan("100.00")
    assert office.post(f"{path}/decisions", actor, outcome="approve").status_code == 403


def test_another_department_sees_nothing_of_an_approval(office: Office) -> None:
    path = office.plan("100.00")
    assert office.get("/approvals", FAR_APPROVER).json()["items"] == []
    assert office.get(path, FAR_APPROVER).status_code == 404
    assert office.post(f"{path}/decisions", FAR_APPROVER, outcome="approve").status_code == 404
    assert office.get(f"/approvals/{new_id()}", FAY).status_code == 404


def test_an_administrator_publishes_the_next_edition_of_a_flow(office: Office) -> None:
    steps = [{"name": "board", "role": FINANCE_APPROVER, "mode": "all_of", "required": 2}]
    answer = office.post("/approval-flows", ADA, code="plan", kind="plan", up_to="500.00", steps=steps)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["edition"], answer.json()["retired_at"]) == (2, None)
    flows = office.get("/approval-flows", ANNA, kind="plan").json()["items"]
    assert sorted((flow["code"], flow["edition"]) for flow in flows) == [
        ("plan", 1),
        ("plan", 2),
        ("plan_joint", 1),
    ]
    assert office.get(office.plan("100.00"), FAY).json()["flow_edition"] == 2


@pytest.mark.parametrize("actor", [FAY, MOE, person("mara", MARKETING_STAFF, departments=("*",))])
def test_nobody_but_an_administrator_publishes_flows(office: Office, actor: Actor) -> None:
    steps = [{"name": "board", "role": FINANCE_APPROVER}]
    answer = office.post("/approval-flows", actor, code="plan", kind="plan", steps=steps)
    assert answer.status_code == 403


def test_a_flow_that_could_never_pass_is_refused_by_field(office: Office) -> None:
    def refused(**step: object) -> list[str]:
        whole = {"name": "board", "role": FINANCE_APPROVER, **step}
        return fields(office.post("/approval-flows", ADA, code="plan", kind="plan", steps=[whole]))

    assert refused(role="king") == ["steps.0.role"]
    assert refused(required=0) == ["steps.0.required"]
    assert refused(required=2, persons=["ann"]) == ["steps.0.required"]
    assert refused(persons=["ann", "ann"]) == ["steps.0.persons"]
    assert fields(office.post("/approval-flows", ADA, code="plan", kind="plan", steps=[])) == ["steps"]
