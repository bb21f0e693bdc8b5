"""The worker that says once of each late task that it is late.

It looks only at tasks that wait for somebody and were not found late before, by an index of just those. The
lock on the campaign during the step is all the lease it needs.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database, Session
from chassis.logs import get_logger
from chassis.metrics import counter
from chassis.outbox import publish
from contracts.campaign import TaskOverdue
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import lock_campaign
from services.campaign.tasks.model import Task
from services.campaign.tasks.states import HELD

log = get_logger(__name__)

MOST_AT_ONCE = 200

overdue_total = counter("tasks_overdue_total", "Tasks that did not end when they should have.")


class TaskWatcher:
    """Finds late tasks, those of one campaign at a time, the one that waits longest first."""

    name = "task-watcher"

    def __init__(self, database: Database) -> None:
        self.database = database
        self.actor = Actor.system("campaign")

    def step(self) -> bool:
        """Tell of the late tasks of one campaign. True when there were some."""
        with self.database.reading(self.actor) as session:
            first = select(Task.campaign_id).where(_late()).order_by(Task.ends_on, Task.id).limit(1)
            campaign_id = session.scalar(first)
        if campaign_id is None:
            return False
        with self.database.transaction(self.actor) as session:
            self._tell(session, campaign_id)
        return True

    def _tell(self, session: Session, campaign_id: UUID) -> None:
        campaign = lock_campaign(session, campaign_id)
        assert campaign is not None
        late = select(Task).where(Task.campaign_id == campaign_id, _late()).order_by(Task.ends_on, Task.id)
        tasks = session.scalars(late.limit(MOST_AT_ONCE)).all()
        for task in tasks:
            task.overdue_at = now()
            publish(session, task, _overdue(campaign, task))
        overdue_total.inc(len(tasks))
        log.info("tasks_overdue", campaign_id=str(campaign_id), tasks=len(tasks))


def _late() -> ColumnElement[bool]:
    return and_(Task.overdue_at.is_(None), Task.state.in_(HELD), Task.ends_on < now().date())


def _overdue(campaign: Campaign, task: Task) -> TaskOverdue:
    assert task.overdue_at is not None
    return TaskOverdue(
        task_id=task.id,
        campaign_id=campaign.id,
        department=campaign.department,
        name=task.name,
        assignee=task.assignee or campaign.owner,
        ends_on=task.ends_on,
        at=task.overdue_at,
    )
