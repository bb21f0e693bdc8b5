"""Handing tasks over at the launch, and calling them off when their campaign is cancelled or closed."""

from chassis.auth import Actor
from chassis.database import Session
from chassis.logs import get_logger
from chassis.metrics import counter
from services.campaign.planning.model import Campaign
from services.campaign.tasks.events import Teller
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.states import Step

log = get_logger(__name__)

handed_over_total = counter("tasks_handed_over_total", "Tasks handed over to their assignees.")
called_off_total = counter(
    "tasks_called_off_total", "Tasks that had not ended when their campaign was cancelled or closed."
)


def hand_over_tasks(session: Session, campaign: Campaign) -> None:
    """The campaign was launched: every task without sub-tasks goes to its assignee."""
    tasks = tasks_in_order(session, campaign.id)
    parents = {task.parent_id for task in tasks}
    teller = Teller(session, Actor.system("campaign"), campaign)
    leaves = [task for task in tasks if task.id not in parents]
    for task in leaves:
        hand_over(teller, task)
    if leaves:
        log.info("tasks_handed_over", campaign_id=str(campaign.id), tasks=len(leaves))


def hand_over(teller: Teller, task: Task) -> None:
    """Give a task to its assignee; one that has none goes to the campaign's owner."""
    task.move(Step.HAND_OVER)
    task.assignee = task.assignee or teller.campaign.owner
    task.handed_over_at = teller.at
    teller.assigned(task, previous=None)
    handed_over_total.inc()


def call_off_tasks(session: Session, actor: Actor, campaign: Campaign) -> None:
    """The campaign was cancelled or closed: every task that has not ended is cancelled with it."""
    teller = Teller(session, actor, campaign)
    open_ones = [task for task in tasks_in_order(session, campaign.id) if not task.has_ended]
    for task in open_ones:
        call_off(teller, task, reason=f"the campaign was {campaign.state}")
    called_off_total.inc(len(open_ones))
    if open_ones:
        log.info("tasks_called_off", campaign_id=str(campaign.id), tasks=len(open_ones), state=campaign.state)


def call_off(teller: Teller, task: Task, *, reason: str) -> None:
    """Cancel a task."""
    task.move(Step.CANCEL)
    task.reason, task.ended_at = reason, teller.at
    teller.cancelled(task)
