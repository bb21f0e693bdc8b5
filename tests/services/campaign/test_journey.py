"""One campaign over HTTP, from its design to the answers, with the events of others let in between."""

from datetime import date
from uuid import UUID

from chassis.ids import new_id
from services.campaign.answers.actions import take_answer
from tests.services.campaign.builders import (
    OWNER,
    a_body,
    a_decision,
    an_answer,
    campaign_of,
    decide,
    pages_of,
    resolve,
    targets_of,
    wave_of,
)
from tests.services.campaign.conftest import Served


def test_a_campaign_lives_from_its_design_to_its_answers(served: Served) -> None:
    client, database = served.client, served.database
    designed = client.post("/campaigns", as_=OWNER, json=a_body())
    path, campaign_id = f"/campaigns/{designed.json()['id']}", UUID(designed.json()["id"])

    wave = client.post(f"{path}/waves", as_=OWNER, json={"channel": "email", "template_id": str(new_id())})
    assert wave.status_code == 201, wave.text
    submitted = client.post(f"{path}/submission", as_=OWNER)
    assert submitted.json()["state"] == "in_review", submitted.text
    decide(database, a_decision(campaign_of(database, campaign_id)))
    (frozen,) = client.get(f"{path}/plans", as_=OWNER).json()["items"]
    assert frozen["plan_hash"] == submitted.json()["plan_hash"]

    assert client.post(f"{path}/start", as_=OWNER).json()["state"] == "starting"
    resolve(database, *pages_of(campaign_of(database, campaign_id), [new_id() for _ in range(3)], size=2))
    detail = client.get(path, as_=OWNER).json()
    assert (detail["state"], detail["targets"], detail["targets_by_status"]["targeted"]) == ("running", 3, 3)

    released = client.post(f"{path}/waves/{wave.json()['id']}/release", as_=OWNER)
    assert (released.json()["state"], released.json()["pages"]) == ("released", 1)
    target = next(iter(targets_of(database, campaign_id).values()))
    with database.transaction() as session:
        take_answer(session, an_answer(wave_of(database, campaign_id), target))
    call = {"target_id": str(target.id), "kind": "call", "verdict": "undecided", "note": "asks for prices"}
    assert client.post(f"{path}/responses", as_=OWNER, json=call).status_code == 201

    responses = client.get(f"{path}/responses", as_=OWNER).json()["items"]
    assert sorted(response["kind"] for response in responses) == ["call", "click"]
    responded = client.get(f"{path}/targets?status=responded", as_=OWNER).json()["items"]
    assert [one["id"] for one in responded] == [str(target.id)]
    assert client.post(f"{path}/completion", as_=OWNER).json()["state"] == "completed"


def test_dates_come_back_as_they_were_given(served: Served) -> None:
    designed = served.client.post("/campaigns", as_=OWNER, json=a_body()).json()
    assert date.fromisoformat(designed["starts_on"]) == date(2026, 12, 1)
    assert designed["total"] == "1500.50"
