"""Planned against actual, and settlements, over HTTP."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import requests

from chassis.auth import Actor
from chassis.ids import new_id
from tests.services.finance.builders import CLARA, FAY, MIA, campaign_ran, pool_of
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, FAR_CLERK, LEA, MOE, Office, fields

READS = ("report", "report.csv", "settlement", "settlements")


def ended(office: Office, *amounts: str) -> dict[str, Any]:
    """The budget of a completed campaign, as the service shows it."""
    budget = office.budget(*amounts)
    with office.database.transaction() as session:
        campaign_ran(session, UUID(budget["campaign_id"]), date(2026, 11, 1), date(2026, 11, 30))
    return budget


def act(office: Office, budget: dict[str, Any], what: str, as_: Actor, **sent: Any) -> requests.Response:
    """Do something to the budget as it stands now."""
    path = f"/budgets/{budget['id']}"
    current = {"If-Match": office.get(path, FAY).headers["ETag"]}
    return office.client.post(f"{path}/{what}", as_=as_, json=sent or None, headers=current)


def test_a_budget_goes_from_its_checklist_to_its_settlement_and_back(office: Office) -> None:
    budget = ended(office, "100.00", "50.00")
    path = f"/budgets/{budget['id']}"
    claim = office.approved_claim(budget, "30.00", by=MOE)
    listed = office.get(f"{path}/settlement", ANNA).json()
    assert (listed["ready"], [one["status"] for one in listed["items"]]) == (False, ["ok", "ok", "blocks"])
    refused = act(office, budget, "settlement", CLARA)
    assert (refused.status_code, claim["id"] in refused.json()["detail"]) == (409, True)
    office.post(f"/claims/{claim['id']}/payment", CLARA)
    settled = act(office, budget, "settlement", CLARA)
    assert settled.status_code == 201, settled.text
    assert (settled.json()["actual"], settled.json()["variance"]) == ("30.00", "120.00")
    assert [line["actual"] for line in settled.json()["lines"]] == ["30.00", "0.00"]
    assert office.get(path, FAY).json()["settled_at"] == settled.json()["settled_at"]
    late = office.post(
        "/claims", MOE, line_id=budget["lines"][0]["id"], amount="1.00", currency="EUR", purpose="Late"
    )
    assert (late.status_code, "was settled on" in late.json()["detail"]) == (409, True)
    assert fields(act(office, budget, "reopening", ADA, reason=" ")) == ["reason"]
    assert act(office, budget, "reopening", ADA, reason="A late invoice").json()["settled_at"] is None
    (kept,) = office.get(f"{path}/settlements", ANNA).json()["items"]
    assert (kept["id"], kept["reopening"]["reason"]) == (settled.json()["id"], "A late invoice")


def test_a_settlement_names_the_version_that_was_looked_at(office: Office) -> None:
    budget = ended(office, "100.00")
    path = f"/budgets/{budget['id']}"
    seen = {"If-Match": office.get(path, CLARA).headers["ETag"]}
    assert office.post(f"{path}/settlement", CLARA).status_code == 428
    claim = office.claim(budget, "30.00", by=MOE)
    office.post(f"/claims/{claim['id']}/withdrawal", MOE)
    assert office.client.post(f"{path}/settlement", as_=CLARA, headers=seen).status_code == 412


def test_the_report_tells_direct_from_allocated_by_line_and_by_kind(office: Office) -> None:
    budget = ended(office, "100.00")
    pool = f"/cost-pools/{pool_of(office.database, '25.50').id}"
    current = {"If-Match": office.get(pool, CLARA).headers["ETag"]}
    assert office.client.post(f"{pool}/allocation", as_=CLARA, headers=current).status_code == 200
    report = office.get(f"/budgets/{budget['id']}/report", ANNA).json()
    assert [(one["name"], one["direct"], one["allocated"]) for one in report["lines"]] == [
        ("Line 1", "0.00", "0.00"),
        ("Indirect costs", "0.00", "25.50"),
    ]
    assert [(one["kind"], one["variance"]) for one in report["kinds"]] == [
        (None, "100.00"),
        ("indirect", "-25.50"),
    ]
    assert (report["total"]["actual"], report["total"]["variance"]) == ("25.50", "74.50")
    sheet = office.get(f"/budgets/{budget['id']}/report.csv", ANNA)
    assert sheet.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert [(row["row"], row["kind"], row["variance"]) for row in rows] == [
        ("line", "", "100.00"),
        ("line", "indirect", "-25.50"),
        ("kind", "", "100.00"),
        ("kind", "indirect", "-25.50"),
        ("total", "", "74.50"),
    ]


def test_who_may_not_is_kept_from_reports_and_settlements(office: Office) -> None:
    budget = ended(office, "100.00")
    for what in READS:
        path = f"/budgets/{budget['id']}/{what}"
        assert [office.get(path, actor).status_code for actor in (MIA, LEA)] == [403, 403]
        assert office.get(path, FAR_APPROVER).status_code == 404
    for actor in (FAY, MOE, MIA):
        assert act(office, budget, "settlement", actor).status_code == 403
    for actor in (FAY, CLARA, MOE):
        assert act(office, budget, "reopening", actor, reason="Mine").status_code == 403
    assert act(office, budget, "settlement", FAR_CLERK).status_code == 404


@pytest.mark.parametrize("what", ["settlement", "reopening"])
def test_a_budget_that_is_not_there_is_not_found(office: Office, what: str) -> None:
    path = f"/budgets/{new_id()}/{what}"
    assert office.post(path, ADA, reason="Which one?").status_code == 404
