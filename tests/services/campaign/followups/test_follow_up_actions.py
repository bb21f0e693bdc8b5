"""Follow-ups on responses, over HTTP: planned, handed over, overdue, done."""

from datetime import timedelta
from typing import Any

import pytest

from chassis import clock
from chassis.ids import new_id
from contracts.roles import MARKETING_STAFF, SALES_REP
from tests.harness.people import person
from tests.services.campaign.builders import COLLEAGUE, OWNER, STRANGER, a_running_campaign, targets_of
from tests.services.campaign.conftest import Served

REX = person("rex", SALES_REP)
TESS = person("tess", MARKETING_STAFF)


class Answered:
    """A running campaign with one response."""

    def __init__(self, served: Served) -> None:
        self.client = served.client
        contact = new_id()
        campaign_id = a_running_campaign(served.database, contacts=[contact])
        self.path = f"/campaigns/{campaign_id}"
        target = targets_of(served.database, campaign_id)[contact]
        self.target_id = str(target.id)
        call = {"target_id": self.target_id, "kind": "call", "verdict": "interested"}
        answer = self.client.post(f"{self.path}/responses", as_=OWNER, json=call)
        self.response_id = answer.json()["id"]

    def plan(self, **changes: Any) -> Any:
        body = {"what": "send the price list", "due_on": clock.now().date().isoformat(), **changes}
        path = f"{self.path}/responses/{self.response_id}/follow-ups"
        return self.client.post(path, as_=OWNER, json=body)


@pytest.fixture
def answered(served: Served) -> Answered:
    return Answered(served)


def test_who_plans_a_follow_up_owns_it_unless_he_names_another(answered: Answered) -> None:
    assert answered.plan().json()["owner"] == "mia"
    planned = answered.plan(owner="rex")
    assert (planned.status_code, planned.json()["owner"], planned.json()["state"]) == (201, "rex", "open")


def test_everybody_finds_his_own_open_ones_and_those_that_are_late(answered: Answered) -> None:
    yesterday = clock.now().date() - timedelta(days=1)
    due, late = answered.plan(owner="rex"), answered.plan(owner="rex", due_on=yesterday.isoformat())
    mine = answered.client.get("/my-follow-ups", as_=REX).json()["items"]
    assert [(one["id"], one["overdue"]) for one in mine] == [
        (late.json()["id"], True),
        (due.json()["id"], False),
    ]
    for overdue, found in (("true", late), ("false", due)):
        (one,) = answered.client.get(f"/my-follow-ups?overdue={overdue}", as_=REX).json()["items"]
        assert one["id"] == found.json()["id"]
    assert answered.client.get("/my-follow-ups", as_=OWNER).json()["items"] == []


def test_a_follow_up_ends_once_with_its_result(answered: Answered) -> None:
    follow_up = answered.plan(owner="rex").json()
    path = f"{answered.path}/follow-ups/{follow_up['id']}/result"
    done = {"state": "done", "result": "sent on Monday"}
    ended = answered.client.post(path, as_=REX, json=done)
    assert (ended.json()["state"], ended.json()["ended_by"]) == ("done", "rex")
    assert answered.client.post(path, as_=REX, json=done).status_code == 409
    assert answered.client.get("/my-follow-ups", as_=REX).json()["items"] == []
    assert len(answered.client.get("/my-follow-ups?state=done", as_=REX).json()["items"]) == 1


def test_a_follow_up_is_handed_over_by_whom_it_belongs_to(answered: Answered) -> None:
    follow_up = answered.plan(owner="otto").json()
    path = f"{answered.path}/follow-ups/{follow_up['id']}"
    assert answered.client.patch(path, as_=COLLEAGUE, json={"owner": "rex"}).status_code == 428
    refused = answered.client.patch(path, as_=TESS, json={"owner": "rex"}, headers={"If-Match": "*"})
    assert refused.status_code == 403
    handed = answered.client.patch(path, as_=COLLEAGUE, json={"owner": "rex"}, headers={"If-Match": '"0"'})
    assert (handed.json()["owner"], handed.json()["version"]) == ("rex", 1)


def test_a_campaigns_follow_ups_are_listed_by_owner_and_state(answered: Answered) -> None:
    answered.plan(owner="rex")
    answered.plan(owner="otto")
    path = f"{answered.path}/follow-ups"
    assert len(answered.client.get(path, as_=OWNER).json()["items"]) == 2
    assert len(answered.client.get(f"{path}?owner=rex&state=open", as_=OWNER).json()["items"]) == 1
    assert answered.client.get(path, as_=STRANGER).status_code == 404


@pytest.mark.parametrize(
    ("changes", "field"), [({"what": ""}, "what"), ({"due_on": "soon"}, "due_on"), ({"owner": ""}, "owner")]
)
def test_a_follow_up_that_makes_no_sense_is_refused(
    answered: Answered, changes: dict[str, str], field: str
) -> None:
    refused = answered.plan(**changes)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_a_response_that_is_not_there_has_no_follow_ups(answered: Answered) -> None:
    answered.response_id = str(new_id())
    assert answered.plan().status_code == 404
