"""What an approval covers of the tasks, and what of them does not add up."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, select

from chassis.database import Session
from contracts.campaign import PlannedTask
from services.campaign.tasks.model import Task
from services.campaign.tasks.tree import Frame, by_id, problems_of

if TYPE_CHECKING:
    from services.campaign.planning.model import Campaign

MOST_SHOWN = 50
"""More tasks than these are not listed for approvers, who find them in the plan."""


def tasks_in_order(session: Session, campaign_id: UUID) -> list[Task]:
    """The tasks of a campaign in the order in which they were planned."""
    found = session.scalars(select(Task).where(Task.campaign_id == campaign_id).order_by(Task.id))
    return list(found)


def tasks_content(session: Session, campaign_id: UUID) -> list[dict[str, Any]]:
    """The tasks of a campaign as an approval covers them."""
    return [task.content() for task in tasks_in_order(session, campaign_id)]


def tasks_shown(session: Session, campaign_id: UUID) -> list[PlannedTask]:
    """The tasks for those who approve the plan; none where they are too many for a list."""
    count = session.scalar(select(func.count(Task.id)).where(Task.campaign_id == campaign_id)) or 0
    if count > MOST_SHOWN:
        return []
    return [
        PlannedTask(
            name=task.name,
            assignee=task.assignee,
            starts_on=task.starts_on,
            ends_on=task.ends_on,
            share=task.share,
        )
        for task in tasks_in_order(session, campaign_id)
    ]


def frame_of(campaign: "Campaign") -> Frame:
    """What the campaign sets its tasks."""
    return Frame(
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        currency=campaign.currency,
        lines={line.line_id: line.amount for line in campaign.budget},
    )


def tasks_problems(session: Session, campaign: "Campaign") -> list[str]:
    """What of the tasks does not add up: a campaign's dates and budget may change under them."""
    nodes = by_id(task.node() for task in tasks_in_order(session, campaign.id))
    return [
        f"{nodes[one.task_id].name}: {one.field} {one.reason}"
        for one in problems_of(nodes, frame_of(campaign))[:MOST_SHOWN]
    ]
