"""Reads of single tasks: who may see them, who may act on them, their history and their actions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Forbidden, NotFound
from contracts.roles import MARKETING_MANAGER
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign
from services.campaign.roles import READERS
from services.campaign.tasks.model import Task, TaskAction, TaskEntry
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.rollup import Branch, branch_of, tree_of
from services.campaign.tasks.tree import Node, by_id


@dataclass
class Work:
    """A task that somebody is at, with its campaign, which is locked where something shall change."""

    campaign: Campaign
    task: Task


def find_task(session: Session, actor: Actor, task_id: UUID) -> Work:
    """The task as it stands. Raises NotFound when it is not there or not the actor's to see.

    Who reads campaigns sees all tasks of his departments, everybody else his own.
    """
    task = session.get(Task, task_id)
    campaign = session.get(Campaign, task.campaign_id) if task else None
    return _visible(actor, task, campaign, task_id)


def take_task(session: Session, actor: Actor, task_id: UUID) -> Work:
    """The task, with its campaign locked until the transaction ends. Raises NotFound like ``find_task``."""
    campaign_id = session.scalar(select(Task.campaign_id).where(Task.id == task_id))
    campaign = lock_campaign(session, campaign_id) if campaign_id else None
    task = session.get(Task, task_id, populate_existing=True)
    return _visible(actor, task, campaign, task_id)


def _visible(actor: Actor, task: Task | None, campaign: Campaign | None, task_id: UUID) -> Work:
    if task is None or campaign is None or not actor.may_see(campaign.department):
        raise NotFound("task", task_id)
    if not (reads_all(actor) or task.assignee == actor.subject):
        raise NotFound("task", task_id)
    return Work(campaign, task)


def reads_all(actor: Actor) -> bool:
    """Whether the actor reads the tasks of others."""
    return actor.administers or actor.has(*READERS)


def leads(actor: Actor, campaign: Campaign) -> bool:
    """Whether the actor directs the tasks of a campaign that runs: its owner, or a manager."""
    return actor.subject == campaign.owner or actor.administers or actor.has(MARKETING_MANAGER)


def require_lead(actor: Actor, campaign: Campaign) -> None:
    """Raises Forbidden unless the actor owns the campaign or is a manager."""
    if not leads(actor, campaign):
        raise Forbidden(f"Only {campaign.owner}, who owns the campaign, or a manager may do this")


def require_hand(actor: Actor, work: Work) -> None:
    """Raises Forbidden unless the task is the actor's, or its campaign is."""
    if actor.subject != work.task.assignee and not leads(actor, work.campaign):
        raise Forbidden(f"The task is {work.task.assignee or work.campaign.owner}'s")


def nodes_of(session: Session, campaign_id: UUID) -> dict[UUID, Node]:
    """All tasks of a campaign as the rules look at them."""
    return by_id(task.node() for task in tasks_in_order(session, campaign_id))


def has_sub_tasks(session: Session, task_id: UUID) -> bool:
    """Whether the task was split."""
    return bool(session.scalar(select(exists().where(Task.parent_id == task_id))))


def tree(session: Session, campaign_id: UUID) -> list[Branch]:
    """The tasks of a campaign as a tree, with what is below each added up."""
    return tree_of(tasks_in_order(session, campaign_id), today=now().date())


def branch(session: Session, task: Task) -> Branch:
    """A task with its sub-tasks added up."""
    found = branch_of(tree(session, task.campaign_id), task.id)
    assert found is not None
    return found


def entries(
    *, since: datetime | None = None, until: datetime | None = None, **same: str | UUID
) -> Select[TaskEntry]:
    """What happened to tasks; ``same`` are columns, of which one names the task or its campaign."""
    wanted = select(TaskEntry).filter_by(**same)
    if since is not None:
        wanted = wanted.where(TaskEntry.at >= since)
    return wanted if until is None else wanted.where(TaskEntry.at < until)


def actions_of(task_id: UUID) -> Select[TaskAction]:
    """The actions that were planned for a task."""
    return select(TaskAction).where(TaskAction.task_id == task_id)


def find_action(session: Session, *, task_id: UUID, action_id: UUID) -> TaskAction:
    """Raises NotFound when the task has no such action."""
    action = session.get(TaskAction, action_id)
    if action is None or action.task_id != task_id:
        raise NotFound("action", action_id)
    return action
