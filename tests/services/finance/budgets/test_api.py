"""Budgets and their ledger over HTTP."""

import pytest

from chassis.auth import Actor
from chassis.ids import new_id
from tests.services.finance.builders import CLARA, FAY, MIA
from tests.services.finance.office import ADA, ANNA, FAR_APPROVER, FAR_CLERK, LEA, MOE, STAN, Office, fields


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


def test_budgets_are_found_by_what_they_are(office: Office) -> None:
    budget = office.budget("100.00")
    matching = {"campaign_code": "FAIR", "department": "north", "currency": "EUR", "responsible": "mia"}
    others = {"campaign_code": "SHOW", "department": "south", "currency": "USD", "responsible": "moe"}
    for name, value in {**matching, "settled": "false"}.items():
        found = office.get("/budgets", ADA, **{name: value}).json()["items"]
        assert [one["id"] for one in found] == [budget["id"]], name
    for name, value in {**others, "settled": "true"}.items():
        assert office.get("/budgets", ADA, **{name: value}).json()["items"] == [], name


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


def test_a_budget_is_shown_as_it_stood_at_a_moment(office: Office) -> None:
    budget = office.budget("100.00")
    office.claim(budget, "30.00", by=MOE)
    path = f"/budgets/{budget['id']}"
    first, last = reversed(office.get(f"{path}/entries", ANNA).json()["items"])
    then = office.get(path, ANNA, at=first["posted_at"]).json()
    now = office.get(path, ANNA, at=last["posted_at"]).json()
    assert (then["total"]["committed"], now["total"]["committed"]) == ("0.00", "30.00")
    assert fields(office.get(path, ANNA, at="2020-01-01T00:00:00Z")) == ["at"]
    assert office.get(path, FAR_APPROVER, at=first["posted_at"]).status_code == 404


def test_entries_are_filtered(office: Office) -> None:
    budget = office.budget("100.00", "50.00")
    claim = office.claim(budget, "30.00", by=MOE)
    path, line = f"/budgets/{budget['id']}/entries", budget["lines"][1]["id"]

    def count(**query: str) -> int:
        return len(office.get(path, ANNA, **query).json()["items"])

    assert (count(line_id=line), count(kind="budget"), count(posted_by="moe")) == (1, 2, 1)
    assert (count(source="claim", source_id=claim["id"]), count(since=claim["submitted_at"])) == (1, 1)
    assert count(until=budget["opened_at"]) == 0
    assert fields(office.get(path, ANNA, kind="gift")) == ["kind"]


def test_the_versions_of_a_budget_are_listed(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/budgets/{budget['id']}/versions"
    [version] = office.get(path, ANNA).json()["items"]
    assert (version["plan_version"], version["total"], version["approved_by"]) == (1, "100.00", "fay")
    assert version["lines"][0]["amount"] == "100.00"
    assert office.get(path, LEA).status_code == 403
    assert office.get(path, FAR_APPROVER).status_code == 404


def test_an_administrator_corrects_a_line(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/budgets/{budget['id']}/lines/{budget['lines'][0]['id']}/adjustments"
    entry = office.post(path, ADA, amount="-40.00", reason="Typed wrong")
    assert (entry.status_code, entry.json()["kind"], entry.json()["available"]) == (201, "adjust", "60.00")
    assert office.post(path, ADA, amount="-60.01", reason="Too much").status_code == 409
    assert fields(office.post(path, ADA, amount="1.001", reason="Odd")) == ["amount"]
    assert fields(office.post(path, ADA, amount="1.00", reason=" ")) == ["reason"]
    assert office.post(path, CLARA, amount="1.00", reason="No").status_code == 403
    unknown = f"/budgets/{budget['id']}/lines/{new_id()}/adjustments"
    assert office.post(unknown, ADA, amount="1.00", reason="Nowhere").status_code == 404


def test_a_clerk_says_anew_who_answers_for_a_line_and_what_a_breach_does(office: Office) -> None:
    budget = office.budget("100.00")
    path = f"/budgets/{budget['id']}/lines/{budget['lines'][0]['id']}"
    change = {"on_breach": "warn", "responsible": "rosa"}
    assert office.client.patch(path, as_=CLARA, json=change).status_code == 428
    match = {"If-Match": office.get(f"/budgets/{budget['id']}", FAY).headers["ETag"]}
    changed = office.client.patch(path, as_=CLARA, json=change, headers=match)
    [line] = changed.json()["lines"]
    assert (line["on_breach"], line["responsible"]) == ("warn", "rosa")
    assert office.client.patch(path, as_=CLARA, json=change, headers=match).status_code == 412
    office.claim(budget, "130.00", by=MOE)
    shown = office.get(f"/budgets/{budget['id']}", FAY).json()
    assert shown["lines"][0]["available"] == "-30.00"
    whole = {"If-Match": "*"}
    stop = office.client.patch(path, as_=CLARA, json={"on_breach": "stop"}, headers=whole)
    assert stop.status_code == 409
    assert office.client.patch(path, as_=FAY, json=change, headers=whole).status_code == 403
    assert office.client.patch(path, as_=FAR_CLERK, json=change, headers=whole).status_code == 404
