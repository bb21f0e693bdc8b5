"""Targets shared out to staff, shared out again, and worked, on both databases and over HTTP."""

from collections import Counter
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Conflict
from chassis.ids import new_id
from contracts.roles import SALES_REP
from services.campaign.answers.actions import record_response, take_answer
from services.campaign.sharing.actions import share_targets
from services.campaign.sharing.dealing import Rule
from services.campaign.sharing.model import Share, Sharing
from tests.harness.people import person
from tests.services.campaign.builders import (
    OWNER,
    STRANGER,
    DatabaseOf,
    a_running_campaign,
    an_answer,
    an_approved_campaign,
    hear,
    targets_of,
    wave_of,
)
from tests.services.campaign.conftest import Served

REX = person("rex", SALES_REP)
EVERYBODY = Rule(by="round_robin", staff=["rex", "ruth"])


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def share(database: Database, campaign_id: UUID, rule: Rule, *statuses: str) -> Sharing:
    with database.transaction(OWNER) as session:
        return share_targets(session, OWNER, campaign_id=campaign_id, rule=rule, statuses=statuses)


def assignees(database: Database, campaign_id: UUID) -> dict[UUID, str]:
    with database.reading() as session:
        found = {target.id: target.contact_id for target in targets_of(database, campaign_id).values()}
        return {found[one.target_id]: one.assignee for one in session.query(Share)}


def test_targets_are_dealt_and_counted(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id() for _ in range(5)])
    sharing = share(database, campaign_id, EVERYBODY)
    assert (sharing.shared, sharing.left) == ({"rex": 3, "ruth": 2}, 0)
    assert Counter(assignees(database, campaign_id).values()) == {"rex": 3, "ruth": 2}


def test_the_same_order_given_again_changes_nothing(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id() for _ in range(7)])
    share(database, campaign_id, EVERYBODY)
    before = assignees(database, campaign_id)
    share(database, campaign_id, EVERYBODY)
    assert assignees(database, campaign_id) == before


def test_what_somebody_has_begun_to_work_stays_with_them(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id() for _ in range(4)])
    share(database, campaign_id, EVERYBODY)
    worked = next(one for one, who in assignees(database, campaign_id).items() if who == "rex")
    with database.transaction(REX) as session:
        target_id = targets_of(database, campaign_id)[worked].id
        record_response(
            session, REX, campaign_id=campaign_id, target_id=target_id, kind="call", verdict="undecided"
        )
    share(database, campaign_id, Rule(by="round_robin", staff=["otto"]))
    again = assignees(database, campaign_id)
    assert again.pop(worked) == "rex"
    assert set(again.values()) == {"otto"}


def test_whom_a_new_rule_gives_to_nobody_is_nobodys(database: Database) -> None:
    campaign_id = a_running_campaign(database, contacts=[new_id() for _ in range(4)])
    share(database, campaign_id, EVERYBODY)
    sharing = share(database, campaign_id, Rule(by="region", groups={"elsewhere": ["rex"]}))
    assert (sharing.shared, sharing.left) == ({}, 4)
    assert assignees(database, campaign_id) == {}


def test_only_those_of_a_status_are_shared_out(database: Database) -> None:
    contacts = [new_id() for _ in range(3)]
    campaign_id = a_running_campaign(database, contacts=contacts)
    clicked = an_answer(wave_of(database, campaign_id), targets_of(database, campaign_id)[contacts[0]])
    hear(database, lambda session: take_answer(session, clicked))
    share(database, campaign_id, EVERYBODY, "responded")
    assert list(assignees(database, campaign_id)) == [contacts[0]]


def test_nothing_is_shared_out_before_the_launch(database: Database) -> None:
    with pytest.raises(Conflict, match="approved"):
        share(database, an_approved_campaign(database), EVERYBODY)


def test_a_rep_sees_and_works_what_was_given_to_him_and_nothing_else(served: Served) -> None:
    contacts = [new_id() for _ in range(2)]
    campaign_id = a_running_campaign(served.database, contacts=contacts)
    path, client = f"/campaigns/{campaign_id}", served.client
    order = {"by": "round_robin", "staff": ["rex", "ruth"]}
    assert client.post(f"{path}/target-shares", as_=OWNER, json=order).json()["shared"] == {
        "rex": 1,
        "ruth": 1,
    }
    (mine,) = client.get("/my-targets?worked=false", as_=REX).json()["items"]
    theirs = next(
        str(one.id) for one in targets_of(served.database, campaign_id).values() if str(one.id) != mine["id"]
    )
    assert (mine["code"], mine["worked_at"]) == ("SPRING-26", None)
    call = {"target_id": mine["id"], "kind": "call", "verdict": "interested"}
    assert client.post(f"{path}/responses", as_=REX, json=call).status_code == 201
    foreign = client.post(f"{path}/responses", as_=REX, json={**call, "target_id": theirs})
    assert foreign.status_code == 403
    assert client.get(f"{path}/targets/{mine['id']}/timeline", as_=REX).status_code == 200
    assert client.get(f"{path}/targets/{theirs}/timeline", as_=REX).status_code == 404
    assert client.get("/my-targets?worked=true", as_=REX).json()["items"][0]["id"] == mine["id"]
    assert client.get("/my-targets", as_=STRANGER).json()["items"] == []


@pytest.mark.parametrize(
    ("order", "field"),
    [
        ({"by": "round_robin"}, "staff"),
        ({"by": "round_robin", "staff": []}, "staff"),
        ({"by": "round_robin", "staff": ["a", "a"]}, "staff"),
        ({"by": "weight", "weights": {"a": 0}}, "weights.a.value"),
        ({"by": "weight", "weights": {"a": 1}, "staff": ["b"]}, "staff"),
        ({"by": "region", "staff": ["a"]}, "groups"),
        ({"by": "shoe_size"}, "by"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_with_its_field(
    served: Served, order: dict[str, object], field: str
) -> None:
    path = f"/campaigns/{a_running_campaign(served.database, contacts=[])}/target-shares"
    refused = served.client.post(path, as_=OWNER, json=order)
    assert refused.status_code == 422
    assert field in {one["field"] for one in refused.json()["errors"]}
