"""The tasks of a plan as approvers see them, and what a campaign sets its tasks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from chassis.database import Session
from contracts.campaign import PlannedTask
from services.campaign.tasks.model import Task
from services.campaign.tasks.tree import Frame

if TYPE_CHECKING:
    from services.campaign.planning.model import Campaign

MOST_SHOWN = 50
"""More tasks than these are not listed for approvers, who find them in the plan."""


def tasks_in_order(session: Session, campaign_id: UUID) -> list[Task]:
    """The tasks of a campaign in the order in which they were planned."""
    found = session.scalars(select(Task).where(Task.campaign_id == campaign_id).order_by(Task.id))
    return list(found)


def tasks_shown(tasks: Sequence[Task]) -> list[PlannedTask]:
    """The tasks for those who approve the plan; none where they are too many for a list."""
    if len(tasks) > MOST_SHOWN:
        return []
    return [
        PlannedTask(
            name=task.name,
            assignee=task.assignee,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            share=task.share,
        )
        for task in tasks
    ]


def frame_of(campaign: "Campaign") -> Frame:
    """What the campaign sets its tasks."""
    return Frame(
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        currency=campaign.currency,
        lines={line.line_id: line.amount for line in campaign.budget},
    )
