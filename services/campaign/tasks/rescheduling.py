"""Moving tasks: looking ahead at what a later end moves, moving it, and ends that came later by fact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.auth import Actor
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.logs import get_logger
from services.campaign.planning.model import Campaign
from services.campaign.tasks.events import Teller
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import tasks_in_order
from services.campaign.tasks.planning import OPEN_CAMPAIGNS, refuse_problems
from services.campaign.tasks.queries import Work, nodes_of, require_lead
from services.campaign.tasks.schedule import Dates, Shift, applied, shifts
from services.campaign.tasks.tree import Node

log = get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Slippage:
    """What would move. ``beyond`` are those that would pass the campaign's end, so that nothing may move."""

    campaign_ends_on: date
    moves: list[Shift]
    beyond: list[Shift]

    @property
    def fits(self) -> bool:
        return not self.beyond


def look_ahead(session: Session, work: Work, *, ends_on: date, starts_on: date | None = None) -> Slippage:
    """What moves when the task gets these dates. Raises Conflict once it has ended, and Invalid."""
    dates = _wanted(work.task, starts_on=starts_on, ends_on=ends_on)
    return _slippage(work.campaign, nodes_of(session, work.campaign.id), {work.task.id: dates})


def reschedule_task(
    session: Session,
    actor: Actor,
    *,
    work: Work,
    ends_on: date,
    cause: str,
    starts_on: date | None = None,
) -> Task:
    """Give a task other dates; what comes after it moves along.

    Raises Forbidden unless the actor directs the campaign, Conflict once either has ended, and Invalid naming
    what would pass the campaign's end, or which rule is broken.
    """
    campaign, task = work.campaign, work.task
    require_lead(actor, campaign)
    if campaign.state not in OPEN_CAMPAIGNS:
        raise Conflict(f"Tasks are rescheduled while the campaign runs, and it is {campaign.state}")
    dates = _wanted(task, starts_on=starts_on, ends_on=ends_on)
    nodes = nodes_of(session, campaign.id)
    ahead = _slippage(campaign, nodes, {task.id: dates})
    if ahead.beyond:
        raise Invalid({"ends_on": [_says(one, campaign) for one in ahead.beyond[:20]]})
    refuse_problems(campaign, nodes, applied(nodes, ahead.moves), places={task.id: ""})
    _move(session, Teller(session, actor, campaign), ahead.moves, cause=cause, by=task)
    return task


def slip(session: Session, teller: Teller, work: Work, *, until: Dates) -> None:
    """A task has ended late: its end is a fact, and what comes after it moves.

    Where that would pass the campaign's end nothing else moves; the history says what would have to.
    """
    nodes = nodes_of(session, work.campaign.id)
    ahead = _slippage(work.campaign, nodes, {work.task.id: until})
    others = [one for one in ahead.moves if one.task_id != work.task.id]
    late = [one for one in ahead.beyond if one.task_id != work.task.id]
    own = [one for one in ahead.moves if one.task_id == work.task.id]
    note = "; ".join(_says(one, work.campaign) for one in late[:20])
    moves = own if late else [*own, *others]
    _move(session, teller, moves, cause="it ended late", by=work.task, beyond=note)
    if late:
        teller.enter(work.task, "stuck", note=note)
        log.warning("slippage_beyond_campaign", campaign_id=str(work.campaign.id), tasks=len(late))


def _wanted(task: Task, *, starts_on: date | None, ends_on: date) -> Dates:
    if task.has_ended:
        raise Conflict(f"The task is {task.state}")
    start = starts_on or task.starts_on
    if task.node().begun and start != task.starts_on:
        raise Invalid({"starts_on": ["the task has begun"]})
    if ends_on < start:
        raise Invalid({"ends_on": ["lies before starts_on"]})
    return Dates(starts_on=start, ends_on=ends_on)


def _slippage(campaign: Campaign, nodes: Mapping[UUID, Node], given: Mapping[UUID, Dates]) -> Slippage:
    moves = shifts(nodes, given)
    beyond = [one for one in moves if one.new.ends_on > campaign.ends_on]
    return Slippage(campaign_ends_on=campaign.ends_on, moves=moves, beyond=beyond)


def _says(shift: Shift, campaign: Campaign) -> str:
    return (
        f"{shift.name} would end on {shift.new.ends_on}, after the campaign's end on {campaign.ends_on};"
        " change the campaign's dates first"
    )


def _move(
    session: Session, teller: Teller, moves: Iterable[Shift], *, cause: str, by: Task, beyond: str = ""
) -> None:
    wanted = {one.task_id: one for one in moves}
    if not wanted:
        return
    for task in tasks_in_order(session, by.campaign_id):
        if (shift := wanted.get(task.id)) is not None:
            task.starts_on, task.ends_on = shift.new.starts_on, shift.new.ends_on
            cause_id = None if task is by else by.id
            teller.rescheduled(task, shift.old, cause=cause, cause_id=cause_id, beyond=beyond)
