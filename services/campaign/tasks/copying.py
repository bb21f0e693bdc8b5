"""Copies the tasks of a campaign into another one, with their dates moved."""

from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from chassis.ids import new_id
from services.campaign.copying.parts import Copied, moved
from services.campaign.tasks.events import Teller
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.planning import parents_first
from services.campaign.tasks.states import State
from services.campaign.tasks.tree import Predecessor

OF_TASKS = ("position", "name", "description", "assignee", "effort", "share")


def copy_tasks(session: Session, copied: Copied) -> None:
    """Plan in the copy what was planned in the source, apart from what was cancelled."""
    source = parents_first(tasks_in_order(session, copied.source.id))
    kept: list[Task] = []
    keys: dict[UUID, UUID] = {}
    for task in source:
        if task.state != State.CANCELLED and (task.parent_id is None or task.parent_id in keys):
            keys[task.id] = new_id()
            kept.append(task)
    teller = Teller(session, Actor(copied.copy.created_by), copied.copy)
    for task in kept:
        copy = _copy(task, copied, keys, teller)
        session.add(copy)
        teller.planned(copy)
    session.flush()


def _copy(task: Task, copied: Copied, keys: dict[UUID, UUID], teller: Teller) -> Task:
    copy = Task(
        campaign_id=copied.copy.id,
        parent_id=keys[task.parent_id] if task.parent_id else None,
        starts_on=moved(task.starts_on, copied.shift),
        ends_on=moved(task.ends_on, copied.shift),
        line_id=copied.lines[task.line_id] if task.line_id else None,
        created_by=teller.by,
        created_at=teller.at,
        changed_at=teller.at,
        **{name: getattr(task, name) for name in OF_TASKS},
    )
    copy.id = keys[task.id]
    copy.predecessors = tuple(
        Predecessor(keys[one.task_id], one.lag_days) for one in task.predecessors if one.task_id in keys
    )
    return copy
