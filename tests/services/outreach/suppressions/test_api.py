"""Suppressions over HTTP."""

from tests.services.outreach.builders import MIA, OTTO, a_card, know
from tests.services.outreach.conftest import Served


def test_a_contact_is_suppressed_by_hand(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    body = {"contact_id": str(card.contact_id), "channel": "email", "note": "asked on the phone"}
    added = served.client.post("/suppressions", as_=OTTO, json=body)
    assert added.status_code == 201
    assert (added.json()["reason"], added.json()["added_by"]) == ("manual", "otto")
    assert added.json()["version"] == 1


def test_a_contact_is_suppressed_once_for_each_channel(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    contact_id = str(card.contact_id)
    answers = [
        served.client.post("/suppressions", as_=MIA, json={"contact_id": contact_id, "channel": channel})
        for channel in ("email", "email", "sms")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"] != answers[2].json()["id"]
    assert [answer.json()["version"] for answer in answers] == [1, 1, 1]


def test_a_channel_that_does_not_exist_is_refused(served: Served) -> None:
    card = a_card()
    know(served.database, card)
    body = {"contact_id": str(card.contact_id), "channel": "pigeon"}
    refused = served.client.post("/suppressions", as_=MIA, json=body)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "channel")


def test_suppressions_are_found_by_contact_and_channel(served: Served) -> None:
    card, other = a_card(), a_card()
    know(served.database, card, other)
    for one in (card, other):
        served.client.post("/suppressions", as_=MIA, json={"contact_id": str(one.contact_id)})
    found = served.client.get(f"/suppressions?contact_id={card.contact_id}&channel=email", as_=MIA).json()
    assert [item["contact_id"] for item in found["items"]] == [str(card.contact_id)]
    assert served.client.get("/suppressions?channel=sms", as_=MIA).json()["items"] == []
