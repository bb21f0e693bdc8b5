"""Tasks over HTTP: the tree, the to-do list with its follow-ups, the overview, and what is refused."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.ids import new_id
from contracts.roles import MARKETING_STAFF, SALES_REP
from services.campaign.answers.actions import take_answer
from services.campaign.followups.actions import plan_follow_up
from services.campaign.planning.queries import take_campaign
from tests.services.campaign.builders import OWNER, STRANGER, a_draft, an_answer, hear, targets_of, wave_of
from tests.services.campaign.conftest import Served
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row, planned_tasks

TIM = Actor("tim", frozenset({MARKETING_STAFF}), frozenset({"north"}))
REP = Actor("rex", frozenset({SALES_REP}), frozenset({"north"}))
ROW = {"name": "Book", "starts_on": "2026-12-01", "ends_on": "2026-12-04"}


def fields_of(problem: dict[str, Any]) -> set[str]:
    return {one["field"] for one in problem["errors"]}


def a_follow_up_of(served: Served, campaign_id: UUID, owner: str) -> None:
    (target,) = targets_of(served.database, campaign_id).values()
    answer = an_answer(wave_of(served.database, campaign_id), target)
    hear(served.database, lambda session: take_answer(session, answer))
    with served.database.transaction(OWNER) as session:
        plan_follow_up(
            session,
            OWNER,
            campaign=take_campaign(session, OWNER, campaign_id),
            response_id=answer.answer_id,
            what="Call her back",
            due_on=date(2026, 12, 3),
            owner=owner,
        )


def names(served: Served, query: str, actor: Actor = OWNER) -> set[str]:
    answer = served.client.get(f"/tasks{query}", as_=actor)
    assert answer.status_code == 200, answer.text
    return {item["name"] for item in answer.json()["items"]}


def test_every_wrong_field_of_a_task_is_named(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}/tasks"
    broken: dict[str, dict[str, Any]] = {
        "ends_on": {"ends_on": "2026-11-30"},
        "starts_on": {"starts_on": "2026-11-30"},
        "name": {"name": ""},
        "share": {"share": "NaN"},
        "line_id": {"line_id": str(new_id()), "share": "1"},
        "effort": {"effort": "-1"},
        "parent_id": {"parent_id": str(new_id())},
        "predecessors": {"predecessors": [{"task_id": str(new_id())}]},
        "colour": {"colour": "red"},
    }
    for field, changes in broken.items():
        refused = served.client.post(path, as_=OWNER, json={**ROW, **changes})
        assert (refused.status_code, fields_of(refused.json())) == (422, {field})


def test_a_list_of_tasks_becomes_a_tree(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}"
    tasks = [{**ROW, "ref": "a"}, {**ROW, "parent_ref": "a", "effort": "3"}]
    made = served.client.post(f"{path}/task-lists", as_=OWNER, json={"tasks": tasks})
    assert (made.status_code, len(made.json()["items"])) == (201, 2)
    (top,) = served.client.get(f"{path}/tasks", as_=OWNER).json()["items"]
    assert (top["effort"], top["states"], len(top["tasks"])) == ("3.0000", {"planned": 2}, 1)


def test_a_change_names_the_version_that_it_builds_on(served: Served) -> None:
    path = f"/campaigns/{a_draft(served.database)}/tasks"
    made = served.client.post(path, as_=OWNER, json=ROW)
    task, seen = f"/tasks/{made.json()['id']}", {"If-Match": made.headers["ETag"]}
    assert served.client.patch(task, as_=OWNER, json={"name": "A"}).status_code == 428
    assert served.client.patch(task, as_=OWNER, json={"name": "A"}, headers=seen).status_code == 200
    assert served.client.patch(task, as_=OWNER, json={"name": "B"}, headers=seen).status_code == 412
    assert served.client.delete(task, as_=OWNER, headers=seen).status_code == 412
    assert served.client.delete(task, as_=OWNER).status_code == 204


def test_the_to_do_list_has_tasks_and_follow_ups_as_they_are_asked_for(served: Served) -> None:
    campaign_id, _ = a_campaign_with_tasks(
        served.database,
        a_task_row(),
        a_task_row(name="Print 50% more", assignee="rex", ends_on=date(2026, 12, 8)),
    )
    a_follow_up_of(served, campaign_id, "tim")
    everything = {"Book the venue", "Print 50% more", "Call her back"}
    assert names(served, "") == everything
    assert names(served, "?mine=true", TIM) == {"Book the venue", "Call her back"}
    assert names(served, "", REP) == {"Print 50% more"}
    assert names(served, "?assignee=rex") == {"Print 50% more"}
    assert names(served, "?kind=follow_up") == {"Call her back"}
    assert names(served, "?state=in_progress") == set()
    assert names(served, "?due_before=2026-12-04") == {"Call her back"}
    assert names(served, "?q=50%25") == {"Print 50% more"}
    assert names(served, f"?campaign_id={new_id()}") == set()
    assert names(served, "", STRANGER) == set()
    first = served.client.get("/tasks?limit=2", as_=OWNER).json()
    rest = served.client.get(f"/tasks?limit=2&cursor={first['next']}", as_=OWNER).json()
    assert {item["name"] for item in first["items"] + rest["items"]} == everything
    assert names(served, "?overdue=true") == set()


def test_the_overview_is_of_ones_own_departments(served: Served) -> None:
    a_campaign_with_tasks(served.database, a_task_row())
    assert served.client.get("/tasks/overview", as_=OWNER).json()["total"]["total"] == 1
    assert served.client.get("/tasks/overview", as_=STRANGER).json()["total"]["total"] == 0


def test_a_task_is_worked_over_http(served: Served) -> None:
    _, (task_id,) = a_campaign_with_tasks(served.database, a_task_row())
    path = f"/tasks/{task_id}"
    file = served.client.post("/files?name=offer.txt", as_=TIM, data=b"60 seats").json()["id"]
    served.client.post(f"{path}/start", as_=TIM)
    logged = served.client.post(
        f"{path}/log", as_=TIM, json={"what": "called", "hours": "0.5", "documents": [file]}
    )
    assert (logged.status_code, logged.json()["documents"]) == (201, [file])
    assert served.client.get(f"/files/{file}", as_=OWNER).status_code == 200
    wrong = served.client.post(f"{path}/log", as_=TIM, json={"what": "called", "documents": [str(new_id())]})
    assert (wrong.status_code, fields_of(wrong.json())) == (422, {"documents"})
    assert served.client.post(f"{path}/progress", as_=TIM, json={"progress": 101}).status_code == 422
    offer = served.client.post(f"{path}/progress", as_=TIM, json={"progress": 100}).json()
    assert offer["offers_done"] is True
    done = served.client.post(f"{path}/completion", as_=TIM, json={"result": "booked"})
    assert done.json()["state"] == "done"
    kinds = [one["kind"] for one in served.client.get(f"{path}/history", as_=OWNER).json()["items"]]
    assert kinds == ["done", "progressed", "logged", "started", "handed_over", "planned"]
    only = served.client.get(f"{path}/history?kind=logged", as_=OWNER).json()["items"]
    assert [one["hours"] for one in only] == ["0.5000"]


def test_a_task_of_somebody_else_is_not_there_for_who_reads_no_campaigns(served: Served) -> None:
    _, (task_id,) = a_campaign_with_tasks(served.database, a_task_row(assignee="rex"))
    assert served.client.get(f"/tasks/{task_id}", as_=REP).status_code == 200
    assert served.client.post(f"/tasks/{task_id}/start", as_=REP).status_code == 200
    (draft,) = planned_tasks(served.database, a_draft(served.database, code="OTHER"), a_task_row())
    assert served.client.get(f"/tasks/{draft}", as_=REP).status_code == 404


def test_what_moved_others_is_found_in_the_history_of_all_tasks(served: Served) -> None:
    later = a_task_row(starts_on=date(2026, 12, 5), ends_on=date(2026, 12, 8), predecessors=[{"ref": "a"}])
    campaign_id, (one, two) = a_campaign_with_tasks(served.database, a_task_row(ref="a"), later)
    body = {"ends_on": "2026-12-06", "cause": "the list came late"}
    assert served.client.post(f"/tasks/{one}/reschedule", as_=OWNER, json=body).status_code == 200
    path = f"/campaigns/{campaign_id}/tasks/history"
    moved = served.client.get(f"{path}?kind=rescheduled", as_=OWNER).json()["items"]
    assert {item["task_id"] for item in moved} == {str(one), str(two)}
    (other,) = served.client.get(f"{path}?cause_id={one}&by={OWNER.subject}", as_=OWNER).json()["items"]
    assert (other["task_id"], other["note"]) == (str(two), "the list came late")
    assert other["changes"]["ends_on"] == {"before": "2026-12-08", "after": "2026-12-10"}
    assert (
        served.client.get(path, params={"since": other["at"], "by": "tim"}, as_=OWNER).json()["items"] == []
    )
    until = served.client.get(path, params={"until": other["at"]}, as_=OWNER).json()["items"]
    assert {item["kind"] for item in until} == {"planned", "handed_over"}


def test_slippage_is_shown_before_it_happens(served: Served) -> None:
    _, (task_id,) = a_campaign_with_tasks(served.database, a_task_row())
    ahead = served.client.get(f"/tasks/{task_id}/slippage?ends_on=2027-03-05", as_=TIM).json()
    assert ahead["fits"] is False
    assert ahead["beyond"] == ahead["moves"]
    assert ahead["moves"][0]["old"]["ends_on"] == "2026-12-04"
