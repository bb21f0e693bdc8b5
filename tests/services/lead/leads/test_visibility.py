"""Who knows of which leads: a rep of their own, and nobody of those of another department."""

from typing import Any

import pytest

from chassis.ids import new_id
from contracts.roles import ANALYST, SALES_MANAGER
from tests.harness.people import person
from tests.harness.serving import Client
from tests.services.lead.builders import MIA, rep

RITA, ROLF = rep("rita"), rep("rolf")
SOUTH = rep("rita", "south")
OUTSIDER = person("max", SALES_MANAGER, departments=("south",))
WAKE = {"wake_at": "2099-01-01T00:00:00Z", "reason": "x"}
STEPS: dict[str, dict[str, Any]] = {
    "acceptance": {},
    "return": {"reason": "x"},
    "work": {},
    "rest": WAKE,
    "conversion": {"name": "x", "amount": "1", "currency": "EUR"},
    "qualification": {"outcome": "not_a_target", "reason": "x"},
    "disqualification": {"reason": "x"},
    "undoing": {"reason": "x"},
}


@pytest.fixture(scope="module")
def ids(lead: Client) -> dict[str, str]:
    """A lead of Rita's, one of Rolf's and one that lies in the inbox, by whose it is."""
    body = {"department": "north", "email": "ann@example.com", "family_name": "Roth"}
    contact_id = lead.post("/contacts", as_=MIA, json=body).json()["id"]
    found = {}
    for whose in ("rita", "rolf", ""):
        recorded = lead.post("/leads", as_=MIA, json={"contact_id": contact_id, "campaign_id": str(new_id())})
        found[whose] = recorded.json()["id"]
        if whose:
            lead.post("/reps", as_=MIA, json={"subject": whose, "name": whose, "department": "north"})
            given = lead.post(f"/leads/{found[whose]}/assignment", as_=MIA, json={"assignee": whose})
            assert given.status_code == 200, given.text
    return {**found, "contact": contact_id}


def listed(lead: Client, who: Any, query: str = "") -> list[str]:
    answer = lead.get(f"/leads?{query}", as_=who)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    "query",
    ["", "state=assigned", "assignee=rolf", "pool=inbox", "text=roth", "captured_from=2000-01-01T00:00:00Z"],
)
def test_no_filter_shows_a_rep_more_than_their_own(lead: Client, ids: dict[str, str], query: str) -> None:
    assert set(listed(lead, RITA, query)) <= {ids["rita"]}
    assert listed(lead, SOUTH, query) == listed(lead, OUTSIDER, query) == []
    assert len(listed(lead, MIA, query)) >= 1


def test_a_rep_sees_their_own_and_who_leads_or_evaluates_sees_all(lead: Client, ids: dict[str, str]) -> None:
    assert listed(lead, RITA) == [ids["rita"]]
    assert lead.get(f"/leads/{ids['rita']}", as_=RITA).status_code == 200
    assert len(listed(lead, person("ana", ANALYST))) == 3


def test_a_rep_reads_what_is_attached_to_their_leads(lead: Client, ids: dict[str, str]) -> None:
    file = lead.post("/files?name=offer.txt", as_=MIA, data=b"Two cranes\n").json()["id"]
    path = f"/leads/{ids['rita']}"
    changed = lead.patch(path, as_=MIA, json={"documents": [file]}, headers={"If-Match": "*"})
    assert changed.status_code == 200, changed.text
    assert lead.get(f"{path}/documents/{file}", as_=RITA).content == b"Two cranes\n"
    for hidden in (f"{path}/documents/{file}", f"/files/{file}"):
        assert lead.get(hidden, as_=ROLF).status_code == 404


def told(lead: Client, who: Any, lead_id: str) -> list[tuple[int, str]]:
    """What each route answers on a lead, without the lead's id."""
    path = f"/leads/{lead_id}"
    answers = [lead.get(path, as_=who), lead.get(f"{path}/judgements", as_=who)]
    answers.append(lead.get(f"{path}/documents/{lead_id}", as_=who))
    answers.append(lead.patch(path, as_=who, json={}, headers={"If-Match": "*"}))
    answers += [lead.post(f"{path}/{step}", as_=who, json=body) for step, body in STEPS.items()]
    return [(one.status_code, one.json()["detail"].replace(lead_id, "")) for one in answers]


@pytest.mark.parametrize(("who", "whose"), [(RITA, "rolf"), (RITA, ""), (SOUTH, "rita"), (OUTSIDER, "rita")])
def test_a_foreign_lead_is_no_more_there_than_one_that_does_not_exist(
    lead: Client, ids: dict[str, str], who: Any, whose: str
) -> None:
    foreign = told(lead, who, ids[whose])
    assert foreign == told(lead, who, str(new_id()))
    assert {status for status, _ in foreign} == {404}


def test_a_rep_who_records_what_another_has_is_told_so_and_sees_nothing(
    lead: Client, ids: dict[str, str]
) -> None:
    known = lead.get(f"/leads/{ids['rolf']}", as_=MIA).json()
    body = {"contact_id": ids["contact"], "campaign_id": known["campaign_id"]}
    answer = lead.post("/leads", as_=RITA, json=body)
    assert (answer.status_code, ids["rolf"] in answer.text) == (409, False)
    assert lead.post("/leads", as_=SOUTH, json=body).status_code == 422


def test_a_rep_sees_what_they_brought_until_somebody_else_has_it(lead: Client, ids: dict[str, str]) -> None:
    body = {"contact_id": ids["contact"], "campaign_id": str(new_id())}
    brought = lead.post("/leads", as_=ROLF, json=body).json()["id"]
    assert lead.get(f"/leads/{brought}", as_=ROLF).status_code == 200
    lead.post(f"/leads/{brought}/assignment", as_=MIA, json={"assignee": "rita"})
    assert lead.get(f"/leads/{brought}", as_=ROLF).status_code == 404
    lead.post(f"/leads/{brought}/assignment", as_=MIA, json={"assignee": "rolf"})
