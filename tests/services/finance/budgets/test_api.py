"""Budgets and their ledger over HTTP."""

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from tests.services.finance.builders import FAY, MIA
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, LEA, MOE, STAN, Office, fields


def test_a_budget_shows_the_figures_of_every_line(office: Office) -> None:
    budget = office.budget("100.00", "50.00")
    office.claim(budget, "30.00", by=MOE)
    shown = office.get(f"/budgets/{budget['id']}", ANNA).json()
    first, second = shown["lines"]
    figures = ("budget", "committed", "incurred", "available")
    assert [first[name] for name in figures] == ["100.00", "30.00", "0.00", "70.00"]
    assert [second[name] for name in figures] == ["50.00", "0.00", "0.00", "50.00"]
    assert [shown["total"][name] for name in figures] == ["150.00", "30.00", "0.00", "120.00"]
    assert (first["responsible"], shown["currency"]) == ("mia", "EUR")


def test_the_ledger_is_read_in_pages_the_last_entry_first(office: Office) -> None:
    budget = office.budget("100.00", "50.00")
    claim = office.claim(budget, "30.00", by=MOE)
    path = f"/budgets/{budget['id']}/entries"
    page = office.get(path, ANNA, limit="2").json()
    rest = office.get(path, ANNA, limit="2", cursor=page["next"]).json()
    entries = page["items"] + rest["items"]
    assert [entry["sequence"] for entry in entries] == [4, 3, 2]
    last = entries[0]
    assert (last["kind"], last["amount"], last["committed"], last["available"]) == (
        "commit",
        "30.00",
        "30.00",
        "70.00",
    )
    assert (last["claim_id"], last["posted_by"], last["note"]) == (claim["id"], "moe", "Flyers")
    assert rest["next"] is None


def test_a_reader_who_knows_a_budget_sees_the_next_posting(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/budgets/{budget['id']}"
    known = {"If-None-Match": office.get(path, FAY).headers["ETag"]}
    assert office.client.get(path, as_=FAY, headers=known).status_code == 304
    office.claim(budget, "30.00", by=MOE)
    assert office.client.get(path, as_=FAY, headers=known).status_code == 200


def test_budgets_are_found_by_campaign(office: Office) -> None:
    budget = office.budget("100.00")
    office.budget("200.00")
    found = office.get("/budgets", ADA, campaign_id=budget["campaign_id"]).json()["items"]
    assert [one["id"] for one in found] == [budget["id"]]
    assert len(office.get("/budgets", ADA).json()["items"]) == 2
    assert fields(office.get("/budgets", ADA, campaign_id="fair")) == ["campaign_id"]


@pytest.mark.parametrize("actor", [MIA, STAN, LEA])
def test_who_holds_no_reading_role_is_kept_from_budgets(office: Office, actor: Actor) -> None:
    path = f"/budgets/{office.budget('100.00')['id']}"
    for asked in ("/budgets", path, f"{path}/entries"):
        assert office.get(asked, actor).status_code == 403


def test_another_department_sees_nothing_of_a_budget(office: Office) -> None:
    path = f"/budgets/{office.budget('100.00')['id']}"
    assert office.get("/budgets", FAR_APPROVER).json()["items"] == []
    assert office.get(path, FAR_APPROVER).status_code == 404
    assert office.get(f"{path}/entries", FAR_APPROVER).status_code == 404
    assert office.get(f"/budgets/{new_id()}", FAY).status_code == 404
