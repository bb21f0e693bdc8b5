"""Builds tasks in a draft, and campaigns that were launched with tasks."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from services.campaign.tasks.model import Task
from services.campaign.tasks.planning import plan_tasks
from tests.services.campaign.builders import OWNER, a_draft, a_planned_wave, launch
from tests.services.scenes import scene


def a_task_row(**changes: Any) -> dict[str, Any]:
    """The plan of a task with nothing wrong in it, apart from what ``changes`` say."""
    plain: dict[str, Any] = {
        "name": "Book the venue",
        "assignee": "tim",
        "starts_on": date(2026, 12, 1),
        "ends_on": date(2026, 12, 4),
        "effort": Decimal(8),
    }
    return {**plain, **changes}


def planned_tasks(
    database: Database, campaign_id: UUID, *plans: dict[str, Any], actor: Actor = OWNER
) -> list[UUID]:
    """Tasks that are added to a campaign together, which may name each other by their ``ref``."""
    with database.transaction(actor) as session:
        return [task.id for task in plan_tasks(session, actor, campaign_id=campaign_id, plans=plans)]


def a_campaign_with_tasks(
    database: Database, *plans: dict[str, Any], **changes: Any
) -> tuple[UUID, list[UUID]]:
    """A running campaign that was planned with these tasks."""
    campaign_id, tasks = scene(database, _with_tasks, plans=plans, **changes)
    return campaign_id, list(tasks)


def _with_tasks(
    database: Database, *, plans: Sequence[dict[str, Any]], **changes: Any
) -> tuple[UUID, tuple[UUID, ...]]:
    campaign_id = a_draft(database, **changes)
    a_planned_wave(database, campaign_id)
    tasks = planned_tasks(database, campaign_id, *plans)
    launch(database, campaign_id, [new_id()])
    return campaign_id, tuple(tasks)


def task_of(database: Database, task_id: UUID) -> Task:
    """The task as it is stored."""
    with database.reading() as session:
        return session.get_one(Task, task_id)
