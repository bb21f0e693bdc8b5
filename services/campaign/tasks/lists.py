"""Tasks across campaigns: the to-do list, with the follow-ups of answers, and how every task stands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.sql.selectable import Subquery

from chassis.auth import Actor
from chassis.clock import now
from chassis.columns import Moment
from chassis.database import Session
from services.campaign.followups.model import OPEN, FollowUp
from services.campaign.planning.model import Campaign
from services.campaign.tasks.model import Task
from services.campaign.tasks.queries import reads_all
from services.campaign.tasks.states import HELD, State

TASK = "task"
FOLLOW_UP = "follow_up"
KINDS = (TASK, FOLLOW_UP)
WAITING = (*HELD, OPEN)
"""The states in which something is still to be done."""

EVERY = "all"
"""Asks for what is in any state, what has ended among it."""


def to_do(actor: Actor, **narrowing: Any) -> tuple[Select[Any], ColumnElement[UUID]]:
    """The tasks and follow-ups that the actor may see, as rows, and the key that they are paged by.

    Who does not read campaigns sees his own. Without a state those are left out that have ended or were not
    handed over yet; ``EVERY`` leaves out none.
    """
    both = union_all(_tasks(actor), _follow_ups(actor)).subquery("work")
    return _narrowed(select(both), both, actor, **narrowing), both.c.id


def _tasks(actor: Actor) -> Select[*tuple[Any, ...]]:
    late = Task.state.in_(HELD) & (Task.ends_on < now().date())
    return (
        select(
            Task.id,
            literal(TASK).label("kind"),
            Task.campaign_id,
            Campaign.code.label("campaign_code"),
            Campaign.name.label("campaign_name"),
            cast(Task.name, Text).label("name"),
            Task.assignee.label("assignee"),
            Task.starts_on.label("starts_on"),
            Task.ends_on.label("due_on"),
            Task.state.label("state"),
            Task.progress.label("progress"),
            late.label("overdue"),
            Task.reason.label("reason"),
            Task.blocked_by.label("blocked_by"),
            Task.blocked_at.label("blocked_at"),
        )
        .join(Campaign, Campaign.id == Task.campaign_id)
        .where(actor.scope(Campaign.department))
    )


def _follow_ups(actor: Actor) -> Select[*tuple[Any, ...]]:
    late = (FollowUp.state == OPEN) & (FollowUp.due_on < now().date())
    return (
        select(
            FollowUp.id,
            literal(FOLLOW_UP),
            FollowUp.campaign_id,
            Campaign.code,
            Campaign.name,
            FollowUp.what,
            FollowUp.owner,
            cast(null(), Date),
            FollowUp.due_on,
            FollowUp.state,
            cast(null(), Integer),
            late,
            literal(""),
            cast(null(), Text),
            cast(null(), Moment),
        )
        .join(Campaign, Campaign.id == FollowUp.campaign_id)
        .where(actor.scope(Campaign.department))
    )


def _narrowed(
    wanted: Select[Any],
    work: Subquery,
    actor: Actor,
    *,
    mine: bool = False,
    assignee: str | None = None,
    state: str | None = None,
    kind: str | None = None,
    campaign_id: UUID | None = None,
    due_from: date | None = None,
    due_before: date | None = None,
    overdue: bool | None = None,
    q: str | None = None,
) -> Select[Any]:
    if mine or not reads_all(actor):
        wanted = wanted.where(work.c.assignee == actor.subject)
    given = {"assignee": assignee, "kind": kind, "campaign_id": campaign_id}
    for name, value in given.items():
        if value is not None:
            wanted = wanted.where(work.c[name] == value)
    if state != EVERY:
        wanted = wanted.where(work.c.state == state if state else work.c.state.in_(WAITING))
    if due_from is not None:
        wanted = wanted.where(work.c.due_on >= due_from)
    if due_before is not None:
        wanted = wanted.where(work.c.due_on < due_before)
    if overdue is not None:
        wanted = wanted.where(work.c.overdue if overdue else ~work.c.overdue)
    return wanted if q is None else wanted.where(work.c.name.icontains(q, autoescape=True))


@dataclass(kw_only=True)
class Standing:
    """How many tasks of a person, or of a campaign, stand how. ``state`` is that of the campaign."""

    assignee: str | None = None
    campaign_id: UUID | None = None
    code: str | None = None
    name: str | None = None
    state: str | None = None
    states: Counter[str] = field(default_factory=Counter)
    overdue: int = 0

    @property
    def total(self) -> int:
        return sum(self.states.values())


@dataclass(kw_only=True)
class Overview:
    """How every task stands, by person and by campaign."""

    people: list[Standing]
    campaigns: list[Standing]
    total: Standing


def overview(
    session: Session, actor: Actor, *, campaign_id: UUID | None = None, assignee: str | None = None
) -> Overview:
    """How the tasks of the campaigns that the actor may see stand. Tasks with sub-tasks count as well."""
    late = case((Task.state.in_(HELD) & (Task.ends_on < now().date()), 1), else_=0)
    groups = (Campaign.id, Campaign.code, Campaign.name, Campaign.state, Task.assignee, Task.state)
    wanted = (
        select(*groups, func.count(Task.id), func.sum(late))
        .join(Campaign, Campaign.id == Task.campaign_id)
        .where(actor.scope(Campaign.department), Task.state != State.PLANNED)
        .group_by(*groups)
    )
    if campaign_id is not None:
        wanted = wanted.where(Task.campaign_id == campaign_id)
    if assignee is not None:
        wanted = wanted.where(Task.assignee == assignee)
    return _summed(session.execute(wanted))


def _summed(rows: Iterable[Row[*tuple[Any, ...]]]) -> Overview:
    people: dict[str | None, Standing] = {}
    campaigns: dict[UUID, Standing] = {}
    total = Standing()
    for key, code, name, of_campaign, assignee, state, count, late in rows:
        person = people.setdefault(assignee, Standing(assignee=assignee))
        about = Standing(campaign_id=key, code=code, name=name, state=of_campaign)
        campaign = campaigns.setdefault(key, about)
        for standing in (person, campaign, total):
            standing.states[state] += count
            standing.overdue += late
    return Overview(
        people=sorted(people.values(), key=lambda one: one.assignee or ""),
        campaigns=sorted(campaigns.values(), key=lambda one: one.code or ""),
        total=total,
    )
