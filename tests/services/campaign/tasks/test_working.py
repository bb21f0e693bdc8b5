"""Working at tasks after the launch, on both databases."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from chassis import clock
from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.errors import Conflict, Forbidden, Invalid
from contracts.roles import MARKETING_STAFF, SALES_REP
from services.campaign.launch.actions import steer_campaign
from services.campaign.planning.lifecycle import Step
from services.campaign.planning.queries import take_campaign
from services.campaign.tasks import actions
from services.campaign.tasks.model import TaskEntry
from services.campaign.tasks.queries import branch, entries, take_task
from services.campaign.tasks.rescheduling import look_ahead, reschedule_task
from services.campaign.tasks.watcher import TaskWatcher
from tests.services.campaign.builders import COLLEAGUE, OWNER, DatabaseOf, campaign_of, published
from tests.services.campaign.tasks.builders import a_campaign_with_tasks, a_task_row, task_of

TIM = Actor("tim", frozenset({MARKETING_STAFF}), frozenset({"north"}))
REP = Actor("tim", frozenset({SALES_REP}), frozenset({"north"}))
NEXT = {"starts_on": date(2026, 12, 5), "ends_on": date(2026, 12, 8)}
DAY = 86_400

Doing = Callable[..., Any]


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("campaign")


def do(database: Database, action: Doing, task_id: UUID, *, actor: Actor = TIM, **values: Any) -> Any:
    with database.transaction(actor) as session:
        return action(session, actor, work=take_task(session, actor, task_id), **values)


def history(database: Database, task_id: UUID) -> list[TaskEntry]:
    with database.reading() as session:
        return list(session.scalars(entries(task_id=task_id).order_by(TaskEntry.id)))


def dates_of(database: Database, task_id: UUID) -> tuple[str, str]:
    task = task_of(database, task_id)
    return task.starts_on.isoformat(), task.ends_on.isoformat()


def in_a_row(database: Database) -> tuple[UUID, list[UUID]]:
    """Two tasks one after the other, and one that has nothing to do with them."""
    return a_campaign_with_tasks(
        database, a_task_row(ref="a"), a_task_row(**NEXT, predecessors=[{"ref": "a"}]), a_task_row()
    )


def test_the_launch_hands_every_task_without_parts_over(database: Database) -> None:
    _, (parent, child) = a_campaign_with_tasks(
        database, a_task_row(ref="p"), a_task_row(parent_ref="p", assignee=None)
    )
    assert (task_of(database, parent).state, task_of(database, child).state) == ("planned", "handed_over")
    (event,) = published(database, "task.assigned.v1")
    assert (event["task_id"], event["assignee"]) == (str(child), OWNER.subject)


def test_a_task_goes_its_way_from_hand_over_to_done(database: Database) -> None:
    _, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    do(database, actions.start_task, task_id, actor=REP)
    do(database, actions.report_progress, task_id, progress=40)
    do(database, actions.block_task, task_id, reason="the hotel is closed")
    assert task_of(database, task_id).reason == "the hotel is closed"
    do(database, actions.unblock_task, task_id)
    assert do(database, actions.report_progress, task_id, progress=100).offers_done
    do(database, actions.log_work, task_id, what="called them", hours=Decimal("1.5"), result="booked")
    done = do(database, actions.finish_task, task_id, result="booked for 60")
    assert (done.state, done.result, done.version) == ("done", "booked for 60", 8)
    states = [one["state"] for one in published(database, "task.progressed.v1")]
    assert states == ["in_progress", "in_progress", "blocked", "in_progress", "in_progress"]
    assert [one.kind for one in history(database, task_id)][2:] == [
        *("started", "progressed", "blocked", "unblocked", "progressed", "logged", "done")
    ]
    with pytest.raises(Conflict):
        do(database, actions.start_task, task_id)


def test_only_its_assignee_and_who_directs_the_campaign_work_at_a_task(database: Database) -> None:
    _, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    for action, values in (
        (actions.start_task, {}),
        (actions.block_task, {"reason": "no"}),
        (actions.hand_on, {"assignee": "otto"}),
        (actions.log_work, {"what": "nothing"}),
        (actions.plan_action, {"what": "nothing", "due_on": date(2026, 12, 2)}),
        (actions.finish_task, {"result": "no"}),
        (actions.split_task, {"plans": [a_task_row()]}),
        (actions.cancel_task, {"reason": "no"}),
        (reschedule_task, {"ends_on": date(2026, 12, 9), "cause": "no"}),
    ):
        with pytest.raises(Forbidden):
            do(database, action, task_id, actor=COLLEAGUE, **values)
    with pytest.raises(Forbidden):
        do(database, actions.cancel_task, task_id, reason="no")
    assert do(database, actions.start_task, task_id, actor=OWNER).state == "in_progress"


def test_a_task_that_was_handed_on_is_the_other_persons(database: Database) -> None:
    _, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    do(database, actions.hand_on, task_id, assignee=COLLEAGUE.subject, note="I am away")
    assert published(database, "task.assigned.v1")[-1]["previous"] == "tim"
    with pytest.raises(Forbidden):
        do(database, actions.start_task, task_id)
    do(database, actions.start_task, task_id, actor=COLLEAGUE)


def test_a_split_task_has_the_progress_and_the_share_of_its_parts(database: Database) -> None:
    campaign_id, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    (line,) = campaign_of(database, campaign_id).budget
    with database.transaction() as session:
        work = take_task(session, OWNER, task_id)
        work.task.line_id, work.task.share = line.line_id, Decimal(100)
    with pytest.raises(Invalid):
        do(database, actions.split_task, task_id, plans=[a_task_row(share=Decimal("100.01"))])
    one, _ = [
        task.id
        for task in do(
            database,
            actions.split_task,
            task_id,
            plans=[a_task_row(share=Decimal(60), effort=Decimal(2)), a_task_row(effort=Decimal(6))],
        )
    ]
    do(database, actions.start_task, one)
    do(database, actions.report_progress, one, progress=50)
    with database.reading() as session:
        found = branch(session, task_of(database, task_id))
    assert (found.progress, found.effort, found.share) == (13, Decimal(8), Decimal(100))
    assert task_of(database, task_id).share == 40
    with pytest.raises(Conflict):
        do(database, actions.report_progress, task_id, progress=10)
    with pytest.raises(Conflict):
        do(database, actions.finish_task, task_id, result="all of it")


def test_planned_actions_are_done_once(database: Database) -> None:
    _, (task_id,) = a_campaign_with_tasks(database, a_task_row())
    action = do(database, actions.plan_action, task_id, what="call", due_on=date(2026, 12, 2))
    assert do(database, actions.complete_action, task_id, action_id=action.id).done_by == "tim"
    with pytest.raises(Conflict):
        do(database, actions.complete_action, task_id, action_id=action.id)


def test_the_history_only_grows(database: Database) -> None:
    a_campaign_with_tasks(database, a_task_row())
    for statement in (update(TaskEntry).values(note="no"), delete(TaskEntry)):
        with pytest.raises(DatabaseError), database.transaction() as session:
            session.execute(statement)


def test_a_later_end_moves_what_comes_after_it_and_says_why(database: Database) -> None:
    _, (one, two, three) = in_a_row(database)
    with database.reading(OWNER) as session:
        ahead = look_ahead(session, take_task(session, OWNER, one), ends_on=date(2026, 12, 6))
    assert ahead.fits and {move.task_id for move in ahead.moves} == {one, two}
    assert dates_of(database, one) == ("2026-12-01", "2026-12-04")
    do(
        database,
        reschedule_task,
        one,
        actor=OWNER,
        ends_on=date(2026, 12, 6),
        cause="the list came late",
    )
    assert dates_of(database, one) == ("2026-12-01", "2026-12-06")
    assert dates_of(database, two) == ("2026-12-07", "2026-12-10")
    assert dates_of(database, three) == ("2026-12-01", "2026-12-04")
    moved = published(database, "task.rescheduled.v1")
    assert {(event["task_id"], event["cause_task_id"]) for event in moved} == {
        (str(one), None),
        (str(two), str(one)),
    }
    last = history(database, two)[-1]
    assert last.changes["ends_on"] == {"before": "2026-12-08", "after": "2026-12-10"}
    assert (last.note, last.cause_id) == ("the list came late", one)


def test_nothing_moves_beyond_the_campaigns_end(database: Database) -> None:
    _, (one, two, _) = in_a_row(database)
    with pytest.raises(Invalid) as refused:
        do(database, reschedule_task, one, actor=OWNER, ends_on=date(2027, 2, 27), cause="snow")
    assert "2027-03-03" in str(refused.value)
    assert dates_of(database, two) == ("2026-12-05", "2026-12-08")


def test_what_moves_up_to_the_last_day_of_the_campaign_fits(database: Database) -> None:
    _, (one, two, _) = in_a_row(database)
    do(database, reschedule_task, one, actor=OWNER, ends_on=date(2027, 2, 24), cause="snow")
    assert dates_of(database, two) == ("2027-02-25", "2027-02-28")


def test_a_task_that_ends_late_moves_what_comes_after_it(database: Database) -> None:
    _, (one, two, _) = in_a_row(database)
    clock.travel(seconds=(date(2026, 12, 6) - now().date()).days * DAY)
    do(database, actions.finish_task, one, result="at last")
    assert dates_of(database, two) == ("2026-12-07", "2026-12-10")
    assert task_of(database, one).ends_on == date(2026, 12, 6)


def test_a_late_end_that_would_burst_the_campaign_moves_nothing_and_says_so(database: Database) -> None:
    _, (one, two, _) = in_a_row(database)
    clock.travel(seconds=(date(2027, 2, 28) - now().date()).days * DAY)
    do(database, actions.finish_task, one, result="at last")
    assert dates_of(database, two) == ("2026-12-05", "2026-12-08")
    assert history(database, one)[-1].kind == "stuck"
    (told,) = published(database, "task.rescheduled.v1")
    assert (told["task_id"], told["owner"]) == (str(one), OWNER.subject)
    assert "after the campaign's end on 2027-02-28" in told["beyond"]


def test_a_late_task_is_told_of_once(database: Database) -> None:
    _, (one, two, three) = in_a_row(database)
    clock.travel(seconds=(date(2026, 12, 5) - now().date()).days * DAY)
    watcher = TaskWatcher(database)
    assert [watcher.step(), watcher.step()] == [True, False]
    assert {event["task_id"] for event in published(database, "task.overdue.v1")} == {str(one), str(three)}
    assert task_of(database, two).overdue_at is None


def test_a_cancelled_campaign_takes_its_tasks_along(database: Database) -> None:
    campaign_id, (one, two, three) = in_a_row(database)
    do(database, actions.finish_task, three, result="done before")
    with database.transaction(OWNER) as session:
        campaign = take_campaign(session, OWNER, campaign_id)
        steer_campaign(session, OWNER, campaign=campaign, step=Step.CANCEL)
    states = [task_of(database, task_id).state for task_id in (one, two, three)]
    assert states == ["cancelled", "cancelled", "done"]
    assert len(published(database, "task.cancelled.v1")) == 2


def test_a_cancelled_task_holds_nobody_up(database: Database) -> None:
    _, (one, two, _) = in_a_row(database)
    do(database, actions.cancel_task, one, actor=OWNER, reason="not needed")
    do(database, reschedule_task, two, actor=OWNER, **NEXT | {"starts_on": date(2026, 12, 1)}, cause="free")
    assert dates_of(database, two) == ("2026-12-01", "2026-12-08")


def test_every_version_of_a_task_was_told(database: Database) -> None:
    _, (one, *_) = in_a_row(database)
    do(database, actions.start_task, one)
    do(database, actions.finish_task, one, result="fine")
    with database.reading() as session:
        kinds = list(session.scalars(select(TaskEntry.kind).where(TaskEntry.task_id == one)))
    assert task_of(database, one).version == len(kinds) == 4
