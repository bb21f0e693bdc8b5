"""Merging as people call it."""

from contracts.roles import LEAD_ADMINISTRATOR, SALES_REP
from tests.harness.people import person
from tests.harness.serving import Client

NINA = person("nina", LEAD_ADMINISTRATOR, departments=("merge",))
REP = person("rob", SALES_REP, departments=("merge",))


def test_a_merge_is_made_shown_and_undone(lead: Client) -> None:
    ids = []
    for email in ("a@merge.de", "b@merge.de"):
        body = {"department": "merge", "email": email}
        ids.append(lead.post("/contacts", as_=NINA, json=body).json()["id"])
    wanted = {"loser_id": ids[1], "take": ["email"], "reason": "twice"}
    assert lead.post(f"/contacts/{ids[0]}/merges", as_=REP, json=wanted).status_code == 403
    answer = lead.post(f"/contacts/{ids[0]}/merges", as_=NINA, json=wanted)
    assert answer.status_code == 201, answer.text
    merge = answer.json()
    assert (merge["kind"], merge["taken"], merge["merged_by"]) == ("contact", ["email"], "nina")
    shown = [one["id"] for one in lead.get("/contacts", as_=REP).json()["items"]]
    assert shown == [ids[0]]
    merged = lead.get("/contacts?merged=true", as_=REP).json()["items"]
    assert [(one["id"], one["merged_into"]) for one in merged] == [(ids[1], ids[0])]
    found = lead.get(f"/merges?contact_id={ids[1]}&undone=false", as_=REP).json()["items"]
    assert [one["id"] for one in found] == [merge["id"]]
    kinds = [one["kind"] for one in lead.get(f"/contacts/{ids[0]}/timeline", as_=REP).json()["items"]]
    assert kinds == ["merged", "merged", "created", "created"]
    undone = lead.post(f"/merges/{merge['id']}/undoing", as_=NINA, json={"reason": "two people"})
    assert undone.json()["undone_by"] == "nina"
    again = lead.post(f"/merges/{merge['id']}/undoing", as_=NINA, json={"reason": "two people"})
    assert again.status_code == 409
    unknown = {"loser_id": ids[1], "take": ["planet"]}
    refused = lead.post(f"/contacts/{ids[0]}/merges", as_=NINA, json=unknown).json()["errors"]
    assert refused[0]["field"].startswith("take")
