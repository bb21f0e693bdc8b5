"""The calendar and its feeds over HTTP: what a subscriber gets, and how it hears of changes."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from icalendar import Calendar

from chassis import clock
from chassis.auth import Actor
from chassis.clock import now
from chassis.ids import new_id
from contracts.roles import MARKETING_STAFF, SALES_REP
from services.campaign.closing.actions import close_campaign
from services.campaign.launch.actions import steer_campaign
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.tasks.actions import cancel_task, hand_on
from services.campaign.tasks.queries import take_task
from services.campaign.tasks.rescheduling import reschedule_task
from tests.services.campaign.builders import OWNER, STRANGER
from tests.services.campaign.closing.builders import a_settled_budget
from tests.services.campaign.conftest import Served
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row

TIM = Actor("tim", frozenset({MARKETING_STAFF}), frozenset({"north"}))
REP = Actor("rex", frozenset({SALES_REP}), frozenset({"north"}))
MINE = {"scope": "mine"}


def a_feed(served: Served, actor: Actor = TIM, **body: Any) -> dict[str, Any]:
    made = served.client.post("/calendar/feeds", as_=actor, json=body or MINE)
    assert made.status_code == 201
    found: dict[str, Any] = made.json()
    found["path"] = urlsplit(found["url"]).path
    return found


def events_of(served: Served, path: str) -> dict[str, Any]:
    answer = served.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def do(served: Served, action: Any, task_id: UUID, **values: Any) -> None:
    with served.database.transaction(OWNER) as session:
        action(session, OWNER, work=take_task(session, OWNER, task_id), **values)


def test_a_subscriber_hears_of_updates_and_cancellations(served: Served) -> None:
    _, (task_id,) = a_campaign_with_tasks(served.database, a_task_row())
    path = a_feed(served)["path"]
    before = events_of(served, path)["Book the venue"]
    do(served, reschedule_task, task_id, ends_on=date(2026, 12, 9), cause="snow")
    updated = events_of(served, path)["Book the venue"]
    assert updated["uid"] == before["uid"]
    assert updated["sequence"] > before["sequence"]
    assert updated.decoded("dtend") == date(2026, 12, 10)
    do(served, cancel_task, task_id, reason="no need")
    cancelled = events_of(served, path)["Book the venue"]
    assert (cancelled["uid"], cancelled["status"]) == (before["uid"], "CANCELLED")
    assert cancelled["sequence"] > updated["sequence"]
    clock.travel(seconds=31 * 86_400)
    assert events_of(served, path) == {}


def test_a_subscriber_hears_that_the_campaign_was_closed_over_a_task(served: Served) -> None:
    campaign_id, _ = a_campaign_with_tasks(served.database, a_task_row())
    path = a_feed(served)["path"]
    before = events_of(served, path)["Book the venue"]
    with served.database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        steer_campaign(session, OWNER, campaign=campaign, step=Step.COMPLETE)
        close_campaign(session, a_settled_budget(campaign_id))
    after = events_of(served, path)["Book the venue"]
    assert (after["uid"], after["status"]) == (before["uid"], "CANCELLED")
    assert after["sequence"] > before["sequence"]


def test_a_program_that_has_the_feed_as_it_stands_gets_nothing_again(served: Served) -> None:
    _, (task_id,) = a_campaign_with_tasks(served.database, a_task_row())
    path = a_feed(served)["path"]
    seen = {"If-None-Match": served.client.get(path).headers["ETag"]}
    unchanged = served.client.get(path, headers=seen)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    do(served, reschedule_task, task_id, ends_on=date(2026, 12, 9), cause="snow")
    assert served.client.get(path, headers=seen).status_code == 200


def test_a_feed_of_ones_own_has_no_tasks_of_others(served: Served) -> None:
    _, (task_id, _) = a_campaign_with_tasks(
        served.database, a_task_row(name="His"), a_task_row(name="Hers", assignee="mia")
    )
    feed = a_feed(served)
    assert set(events_of(served, feed["path"])) == {"His"}
    do(served, hand_on, task_id, assignee="mia")
    assert events_of(served, feed["path"]) == {}


def test_a_feed_of_a_campaign_has_its_dates_and_all_its_tasks(served: Served) -> None:
    campaign_id, _ = a_campaign_with_tasks(
        served.database, a_task_row(name="His"), a_task_row(name="Hers", assignee="mia")
    )
    feed = a_feed(served, scope="campaign", campaign_id=str(campaign_id))
    assert set(events_of(served, feed["path"])) == {"His", "Hers", "Spring seminar"}
    assert feed["name"] == "Spring seminar"


def test_nobody_makes_a_feed_of_a_campaign_that_is_not_his_to_see(served: Served) -> None:
    campaign_id, _ = a_campaign_with_tasks(served.database, a_task_row())
    body = {"scope": "campaign", "campaign_id": str(campaign_id)}
    for actor in (STRANGER, REP):
        assert served.client.post("/calendar/feeds", as_=actor, json=body).status_code == 404
    for wrong in ({"scope": "campaign"}, {"scope": "mine", "campaign_id": str(campaign_id)}):
        assert served.client.post("/calendar/feeds", as_=TIM, json=wrong).status_code == 422


def test_a_revoked_feed_is_gone_for_everybody(served: Served) -> None:
    feed = a_feed(served)
    own = f"/calendar/feeds/{feed['id']}"
    assert served.client.delete(own, as_=OWNER).status_code == 404
    assert [one["id"] for one in served.client.get("/calendar/feeds", as_=TIM).json()["items"]] == [
        feed["id"]
    ]
    assert served.client.delete(own, as_=TIM).status_code == 204
    assert served.client.get(feed["path"]).status_code == 404
    assert served.client.get("/calendar/feeds", as_=TIM).json()["items"] == []


def test_a_token_that_was_made_up_leads_nowhere(served: Served) -> None:
    for token in ("x", "A" * 64, str(new_id())):
        assert served.client.get(f"/calendar/feeds/{token}.ics").status_code == 404


@pytest.mark.parametrize(
    ("actor", "kinds"), [(OWNER, {"task", "campaign", "wave"}), (STRANGER, set()), (REP, {"task"})]
)
def test_the_calendar_shows_what_one_may_see(served: Served, actor: Actor, kinds: set[str]) -> None:
    a_campaign_with_tasks(served.database, a_task_row(), a_task_row(assignee="rex"))
    first = min(now().date(), date(2026, 11, 1))
    found = served.client.get(f"/calendar?from={first}&to=2027-03-01", as_=actor).json()["items"]
    assert {item["kind"] for item in found} | {"wave"} == kinds | {"wave"}
    assert (
        len([item for item in found if item["kind"] == "task"])
        == {"mia": 2, "sara": 0, "rex": 1}[actor.subject]
    )


@pytest.mark.parametrize("span", ["from=2026-12-02&to=2026-12-01", "from=2026-01-01&to=2027-12-31"])
def test_a_span_that_is_reversed_or_too_long_is_refused(served: Served, span: str) -> None:
    refused = served.client.get(f"/calendar?{span}", as_=OWNER)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "to")
