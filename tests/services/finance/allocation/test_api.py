"""Pools of indirect costs over HTTP."""

from datetime import date
from typing import Any

import pytest
import requests

from chassis.auth import Actor
from chassis.ids import new_id
from tests.services.finance.builders import CLARA, FAY, MIA, budget_of, campaign_ran
from tests.services.finance.office import ANNA, FAR_APPROVER, FAR_CLERK, MOE, Office, fields


def body(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Agency retainer",
        "department": "north",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "currency": "EUR",
        "driver": "equal",
        "lines": [{"name": "Retainer", "amount": "60.00"}, {"name": "Fair team", "amount": "40.00"}],
        **changes,
    }


def campaigns(office: Office, *codes: str) -> None:
    with office.database.transaction(FAY) as session:
        for code in codes:
            budget = budget_of(session, "1000.00", code=code)
            campaign_ran(session, budget.campaign_id, date(2026, 11, 1))


def opened(office: Office, **changes: Any) -> str:
    """Open a pool. Returns its path."""
    answer = office.post("/cost-pools", CLARA, **body(**changes))
    assert answer.status_code == 201, answer.text
    return f"/cost-pools/{answer.json()['id']}"


def act(office: Office, path: str, what: str, as_: Actor = CLARA, **sent: Any) -> requests.Response:
    """Do something to the pool as it stands now."""
    current = {"If-Match": office.get(path, FAY).headers["ETag"]}
    return office.client.post(f"{path}/{what}", as_=as_, json=sent or None, headers=current)


def test_a_pool_goes_from_its_preview_to_its_reversal(office: Office) -> None:
    campaigns(office, "A", "B", "C")
    path = opened(office)
    preview = office.get(f"{path}/preview", FAY).json()
    assert [(one["campaign_code"], one["share"], one["amount"]) for one in preview["shares"]] == [
        ("A", "0.333333", "33.34"),
        ("B", "0.333333", "33.33"),
        ("C", "0.333333", "33.33"),
    ]
    assert (preview["total"], preview["left_out"]) == ("100.00", [])
    allocated = act(office, path, "allocation")
    assert (allocated.status_code, allocated.json()["state"], allocated.json()["run"]) == (
        200,
        "allocated",
        1,
    )
    assert act(office, path, "allocation").status_code == 409
    budgets = office.get("/budgets", FAY).json()["items"]
    assert sorted(one["total"]["incurred"] for one in budgets) == ["33.33", "33.33", "33.34"]
    assert {(one["lines"][1]["name"], one["lines"][1]["kind"]) for one in budgets} == {
        ("Indirect costs", "indirect")
    }
    assert fields(act(office, path, "reversal", reason=" ")) == ["reason"]
    reversed_ = act(office, path, "reversal", reason="Booked twice").json()
    assert (reversed_["state"], reversed_["reason"]) == ("reversed", "Booked twice")
    shares = office.get(f"{path}/shares", FAY, run="1").json()["items"]
    assert sorted(one["amount"] for one in shares) == ["33.33", "33.33", "33.34"]


def test_an_allocation_names_the_version_that_was_looked_at(office: Office) -> None:
    campaigns(office, "A")
    path = opened(office)
    seen = {"If-Match": office.get(path, CLARA).headers["ETag"]}
    assert office.post(f"{path}/allocation", CLARA).status_code == 428
    changed = office.client.put(path, as_=CLARA, json=body(name="Changed"), headers=seen)
    assert (changed.status_code, changed.json()["name"]) == (200, "Changed")
    assert office.client.post(f"{path}/allocation", as_=CLARA, headers=seen).status_code == 412


def test_pools_are_found_by_state_department_driver_and_day(office: Office) -> None:
    path = opened(office)
    opened(office, driver="leads", starts_on="2026-10-01", ends_on="2026-10-31")
    for query in ({"driver": "equal"}, {"runs_on": "2026-11-30"}, {"driver": "equal", "state": "open"}):
        found = office.get("/cost-pools", FAY, **query).json()["items"]
        assert [f"/cost-pools/{one['id']}" for one in found] == [path]
    assert office.get("/cost-pools", FAY, state="allocated").json()["items"] == []
    assert fields(office.get("/cost-pools", FAY, state="gone")) == ["state"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"driver": "weather"}, "driver"),
        ({"ends_on": "2026-10-31"}, "ends_on"),
        ({"lines": []}, "lines"),
        ({"lines": [{"name": "Rent", "amount": "1.001"}]}, "lines.0.amount"),
        ({"currency": "ABC"}, "currency"),
        ({"campaign_ids": [str(new_id())]}, "campaign_ids"),
        ({"lines": [{"name": "Rent", "amount": "1", "documents": [str(new_id())]}]}, "lines.0.documents"),
    ],
)
def test_bad_input_is_refused_by_field(office: Office, changes: dict[str, Any], field: str) -> None:
    assert fields(office.post("/cost-pools", CLARA, **body(**changes))) == [field]
    assert office.get("/cost-pools", FAY).json()["items"] == []


def test_only_clerks_keep_pools_and_only_finance_reads_them(office: Office) -> None:
    campaigns(office, "A")
    path = opened(office)
    for actor in (FAY, MIA, MOE):
        assert office.post("/cost-pools", actor, **body()).status_code == 403
        assert office.client.put(path, as_=actor, json=body()).status_code == 403
        assert office.post(f"{path}/allocation", actor).status_code == 403
        assert office.post(f"{path}/reversal", actor, reason="No").status_code == 403
    for asked in ("/cost-pools", path, f"{path}/preview", f"{path}/shares"):
        assert office.get(asked, FAY).status_code == 200
        assert [office.get(asked, actor).status_code for actor in (MIA, MOE, ANNA)] == [403, 403, 403]


def test_another_department_has_nothing_to_do_with_a_pool(office: Office) -> None:
    path = opened(office)
    assert office.post("/cost-pools", FAR_CLERK, **body()).status_code == 403
    assert office.get("/cost-pools", FAR_APPROVER).json()["items"] == []
    for asked in (path, f"{path}/preview", f"{path}/shares"):
        assert office.get(asked, FAR_APPROVER).status_code == 404
    assert office.client.put(path, as_=FAR_CLERK, json=body()).status_code == 404
    assert office.post(f"{path}/allocation", FAR_CLERK).status_code == 404
    assert office.post(f"{path}/reversal", FAR_CLERK, reason="No").status_code == 404
