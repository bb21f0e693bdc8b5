"""What assignees do with their tasks, and what those who direct the campaign do with anybody's."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.files.attaching import attach
from services.campaign.planning.lifecycle import State as CampaignState
from services.campaign.planning.model import Campaign
from services.campaign.tasks.events import Teller
from services.campaign.tasks.handing import call_off
from services.campaign.tasks.model import Task, TaskAction, TaskEntry
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.planning import Row, add_tasks
from services.campaign.tasks.queries import (
    Work,
    find_action,
    has_sub_tasks,
    nodes_of,
    require_hand,
    require_lead,
)
from services.campaign.tasks.rescheduling import slip
from services.campaign.tasks.schedule import Dates
from services.campaign.tasks.states import ENDED, State, Step
from services.campaign.tasks.tree import below

ACTIVE = (CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.COMPLETED)
"""Work goes on after the campaign's completion, until it is closed."""


def start_task(session: Session, actor: Actor, *, work: Work) -> Task:
    """Accept a task and begin it. Raises Forbidden, and Conflict when it was begun before."""
    return _step(session, actor, work, step=Step.START, kind="started")


def block_task(session: Session, actor: Actor, *, work: Work, reason: str) -> Task:
    """Say that it cannot go on, and why. Raises Forbidden, and Conflict in a state that cannot be blocked."""
    _require_work(actor, work)
    before = work.task.state
    work.task.block(reason, by=actor.subject, at=now())
    return _tell_step(session, actor, work, kind="blocked", before=before, note=reason)


def unblock_task(session: Session, actor: Actor, *, work: Work, note: str = "") -> Task:
    """Say that it goes on. Raises Forbidden, and Conflict unless it is blocked."""
    return _step(session, actor, work, step=Step.UNBLOCK, kind="unblocked", note=note)


def _step(session: Session, actor: Actor, work: Work, *, step: Step, kind: str, note: str = "") -> Task:
    _require_work(actor, work)
    before = work.task.state
    work.task.move(step)
    work.task.reason = ""
    return _tell_step(session, actor, work, kind=kind, before=before, note=note)


def _tell_step(session: Session, actor: Actor, work: Work, *, kind: str, before: str, note: str) -> Task:
    changes = {"state": {"before": before, "after": work.task.state}}
    Teller(session, actor, work.campaign).progressed(work.task, kind, changes=changes, note=note)
    return work.task


def report_progress(session: Session, actor: Actor, *, work: Work, progress: int, note: str = "") -> Task:
    """Say how far it is, in percent. Raises Conflict unless it is in progress and has no sub-tasks."""
    _require_work(actor, work)
    task, before = work.task, work.task.progress
    if has_sub_tasks(session, task.id):
        raise Conflict("Its progress is that of its sub-tasks")
    if task.state != State.IN_PROGRESS:
        raise Conflict(f"Progress is reported of a task in progress, and this one is {task.state}")
    task.progress = progress
    changes = {"progress": {"before": before, "after": progress}}
    Teller(session, actor, work.campaign).progressed(task, "progressed", changes=changes, note=note)
    return task


def log_work(
    session: Session,
    actor: Actor,
    *,
    work: Work,
    what: str,
    result: str = "",
    hours: Decimal | None = None,
    documents: Sequence[UUID] = (),
) -> TaskEntry:
    """Note what was done, for good. Raises Forbidden, Conflict unless it was handed over, and Invalid."""
    _require_work(actor, work)
    work.task.require_held()
    kept = _attached(session, actor, work, documents)
    entry = Teller(session, actor, work.campaign).enter(
        work.task, "logged", note=what, result=result, hours=hours, documents=kept
    )
    session.flush()
    return entry


def plan_action(session: Session, actor: Actor, *, work: Work, what: str, due_on: date) -> TaskAction:
    """Plan a step on the way. Raises Forbidden, and Conflict once the task has ended."""
    _require_work(actor, work)
    if work.task.has_ended:
        raise Conflict(f"The task is {work.task.state}")
    action = TaskAction(
        task_id=work.task.id, what=what, due_on=due_on, created_by=actor.subject, created_at=now()
    )
    session.add(action)
    session.flush()
    return action


def complete_action(session: Session, actor: Actor, *, work: Work, action_id: UUID) -> TaskAction:
    """Say that a planned action is done. Raises Forbidden, NotFound, and Conflict the second time."""
    _require_work(actor, work)
    action = find_action(session, task_id=work.task.id, action_id=action_id)
    if action.done_at is not None:
        raise Conflict("The action is done")
    action.done_by, action.done_at = actor.subject, now()
    return action


def hand_on(session: Session, actor: Actor, *, work: Work, assignee: str, note: str = "") -> Task:
    """Give a task to somebody else. Raises Forbidden, Conflict once it has ended or it is his already."""
    _require_work(actor, work)
    task, previous = work.task, work.task.assignee
    if task.has_ended or assignee == previous:
        raise Conflict(f"The task is {task.state}" if task.has_ended else f"The task is {assignee}'s")
    task.assignee = assignee
    Teller(session, actor, work.campaign).assigned(task, previous=previous, note=note)
    return task


def split_task(session: Session, actor: Actor, *, work: Work, plans: Sequence[Row]) -> list[Task]:
    """Make sub-tasks of a task, which are handed over at once. Their shares are taken out of its own.

    Raises Forbidden, Conflict once it has ended, and Invalid naming the rule that they would break.
    """
    _require_work(actor, work)
    task = work.task
    if task.has_ended or work.campaign.state == CampaignState.COMPLETED:
        raise Conflict(f"The task is {task.state}, and its campaign {work.campaign.state}")
    _refuse_foreign_lines(task, plans)
    before = task.share
    task.share -= sum((plan.get("share") or Decimal(0) for plan in plans), Decimal(0))
    if task.share < 0:
        raise Invalid({"tasks": [f"draw more than the {before:f} that the task may draw"]})
    children = [{"assignee": task.assignee, "line_id": task.line_id, **_inside(task, plan)} for plan in plans]
    made = add_tasks(session, actor, campaign=work.campaign, plans=children)
    changes = {"share": {"before": f"{before:f}", "after": f"{task.share:f}"}}
    Teller(session, actor, work.campaign).planned(task, changes=changes, kind="split")
    return made


def _inside(task: Task, plan: Row) -> dict[str, Any]:
    nested = plan.get("parent_ref") is not None
    return {**plan} if nested else {**plan, "parent_id": task.id}


def _refuse_foreign_lines(task: Task, plans: Sequence[Row]) -> None:
    wrong = {
        f"tasks.{place}.line_id": ["is not the budget line of the task that is split"]
        for place, plan in enumerate(plans)
        if plan.get("line_id", task.line_id) != task.line_id
    }
    if wrong:
        raise Invalid(wrong)


def finish_task(
    session: Session, actor: Actor, *, work: Work, result: str, documents: Sequence[UUID] = ()
) -> Task:
    """Say that it is done, and what came of it. Ended late, it moves what comes after it.

    Raises Forbidden, and Conflict while it was not handed over or a sub-task has not ended.
    """
    _require_work(actor, work)
    task, due = work.task, Dates(starts_on=work.task.starts_on, ends_on=work.task.ends_on)
    _require_sub_tasks_ended(session, task)
    task.move(Step.FINISH)
    kept = _attached(session, actor, work, documents)
    teller = Teller(session, actor, work.campaign)
    task.result, task.reason, task.ended_at, task.progress = result, "", teller.at, 100
    teller.completed(task, documents=kept)
    today = teller.at.date()
    if today > due.ends_on:
        slip(session, teller, work, until=Dates(starts_on=min(due.starts_on, today), ends_on=today))
    return task


def _require_sub_tasks_ended(session: Session, task: Task) -> None:
    under = [one for one in tasks_in_order(session, task.campaign_id) if one.parent_id == task.id]
    still = [one.name for one in under if one.state not in ENDED]
    if still:
        raise Conflict(f"Its sub-tasks have not ended: {', '.join(still[:5])}")
    if not under:
        task.require_held()


def cancel_task(session: Session, actor: Actor, *, work: Work, reason: str) -> Task:
    """Give a task up, with all that is below it. Raises Forbidden, and Conflict once it has ended."""
    require_active(work.campaign)
    require_lead(actor, work.campaign)
    if work.task.has_ended:
        raise Conflict(f"The task is {work.task.state}")
    gone = {work.task.id, *below(nodes_of(session, work.campaign.id), work.task.id)}
    teller = Teller(session, actor, work.campaign)
    for one in tasks_in_order(session, work.campaign.id):
        if one.id in gone and not one.has_ended:
            call_off(teller, one, reason=reason)
    return work.task


def require_active(campaign: Campaign) -> None:
    """Raises Conflict unless tasks of the campaign are worked at."""
    if campaign.state not in ACTIVE:
        raise Conflict(f"Tasks are worked at while the campaign runs, and it is {campaign.state}")


def _require_work(actor: Actor, work: Work) -> None:
    require_hand(actor, work)
    require_active(work.campaign)


def _attached(session: Session, actor: Actor, work: Work, documents: Sequence[UUID]) -> list[str]:
    attach(session, actor, documents, to=work.task, department=work.campaign.department)
    return [str(one) for one in documents]
