"""Planning tasks: while the campaign is a draft by its planners, afterwards by those who direct it.

A change is held against the rules for what it breaks anew: a draft whose dates or budget were changed under
its tasks can still be mended one task at a time. Its submission waits until nothing is broken.
"""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from chassis.outbox import publish
from services.campaign.planning.events import designed
from services.campaign.planning.lifecycle import State as CampaignState
from services.campaign.planning.model import Campaign
from services.campaign.planning.queries import take_campaign
from services.campaign.tasks.events import Teller, differences
from services.campaign.tasks.handing import hand_over
from services.campaign.tasks.model import Task
from services.campaign.tasks.plan import frame_of, tasks_in_order
from services.campaign.tasks.queries import Work, nodes_of, require_lead
from services.campaign.tasks.tree import MOST_TASKS, Node, Predecessor, Problem, below, by_id, problems_of

Row = Mapping[str, Any]

PLANNED_FIELDS = (
    *("parent_id", "position", "name", "description", "assignee", "starts_on", "ends_on", "effort"),
    *("line_id", "share"),
)
WHILE_RUNNING = frozenset({"position", "name", "description", "effort", "predecessors"})
"""What may be changed of the plan of a task while its campaign runs; the rest has routes of its own."""

OPEN_CAMPAIGNS = (CampaignState.RUNNING, CampaignState.PAUSED)


def plan_tasks(
    session: Session, actor: Actor, *, campaign_id: UUID, plans: Sequence[Row], single: bool = False
) -> list[Task]:
    """Add tasks to a draft, or to a campaign that runs, which hands them over at once.

    Plans may name each other by their ``ref``. Raises Conflict in another state, Forbidden while it runs for
    who does not direct it, Invalid naming each rule that they would break.
    """
    campaign = take_campaign(session, actor, campaign_id)
    require_plannable(actor, campaign)
    return add_tasks(session, actor, campaign=campaign, plans=plans, single=single)


def add_tasks(
    session: Session, actor: Actor, *, campaign: Campaign, plans: Sequence[Row], single: bool = False
) -> list[Task]:
    """Like ``plan_tasks``, for a locked campaign and an actor who may."""
    present = nodes_of(session, campaign.id)
    if len(present) + len(plans) > MOST_TASKS:
        raise Invalid({"tasks": [f"would be more than {MOST_TASKS} in the campaign"]})
    refs = _refs(plans)
    fields = [""] if single else [f"tasks.{place}." for place in range(len(plans))]
    tasks = [
        _built(campaign, actor, {"position": len(present) + place, **plan}, refs=refs, field=field)
        for place, (plan, field) in enumerate(zip(plans, fields, strict=True))
    ]
    places = {task.id: field for task, field in zip(tasks, fields, strict=True)}
    after = {**present, **by_id(task.node() for task in tasks)}
    refuse_problems(campaign, present, after, places=places)
    teller = Teller(session, actor, campaign)
    for task in parents_first(tasks):
        session.add(task)
        teller.planned(task)
    _announce(session, campaign, tasks, teller=teller, parents={node.parent_id for node in after.values()})
    return tasks


def change_task(session: Session, actor: Actor, *, work: Work, changes: Row) -> Task:
    """Change the plan of a task.

    Raises Conflict once it has ended, and for what is not changed this way while the campaign runs.
    """
    campaign, task = work.campaign, work.task
    require_plannable(actor, campaign)
    running = campaign.state != CampaignState.DRAFT
    if task.has_ended:
        raise Conflict(f"The task is {task.state}")
    if running and (fixed := sorted(set(changes) - WHILE_RUNNING)):
        raise Invalid({name: ["is not changed this way while the campaign runs"] for name in fixed})
    present = nodes_of(session, campaign.id)
    before = _values(task)
    _take_over(task, changes)
    changed = differences(before, _values(task))
    if not changed:
        return task
    refuse_problems(campaign, present, {**present, task.id: task.node()}, places={task.id: ""})
    Teller(session, actor, campaign).planned(task, changes=changed, kind="changed")
    if not running:
        publish(session, campaign, designed(campaign))
    return task


def drop_task(session: Session, actor: Actor, *, work: Work) -> None:
    """Take a task out of a draft, with all that is below it. Raises Conflict when others come after it."""
    campaign, task = work.campaign, work.task
    if campaign.state != CampaignState.DRAFT:
        raise Conflict(f"Tasks are dropped from a draft, and this campaign is {campaign.state}")
    nodes = nodes_of(session, campaign.id)
    gone = {task.id, *below(nodes, task.id)}
    followers = [
        node.name
        for node in nodes.values()
        if node.id not in gone and any(one.task_id in gone for one in node.predecessors)
    ]
    if followers:
        raise Conflict(f"It comes before {', '.join(sorted(followers)[:5])}")
    teller = Teller(session, actor, campaign)
    doomed = [one for one in tasks_in_order(session, campaign.id) if one.id in gone]
    for one in reversed(parents_first(doomed)):
        teller.dropped(one)
        session.delete(one)
        session.flush()
    publish(session, campaign, designed(campaign))


def require_plannable(actor: Actor, campaign: Campaign) -> None:
    """Raises Conflict unless it is a draft or runs, Forbidden where it runs and is not the actor's."""
    if campaign.state in OPEN_CAMPAIGNS:
        require_lead(actor, campaign)
    elif campaign.state != CampaignState.DRAFT:
        raise Conflict(f"Tasks are planned in a draft or while it runs; this campaign is {campaign.state}")


def refuse_problems(
    campaign: Campaign,
    before: Mapping[UUID, Node],
    after: Mapping[UUID, Node],
    *,
    places: Mapping[UUID, str],
) -> None:
    """Raises Invalid for the rules that are broken ``after`` and were not ``before``."""
    frame = frame_of(campaign)
    known = set(problems_of(before, frame))
    found: dict[str, list[str]] = {}
    for problem in problems_of(after, frame):
        if problem not in known:
            field, reason = _told(problem, after, places)
            found.setdefault(field, []).append(reason)
    if found:
        raise Invalid(found)


def _told(problem: Problem, nodes: Mapping[UUID, Node], places: Mapping[UUID, str]) -> tuple[str, str]:
    """The field of the request that is to blame: where another task suffers, that of the first one given."""
    if problem.task_id in places:
        return f"{places[problem.task_id]}{problem.field}", problem.reason
    first = next(iter(places.values()), "")
    return f"{first}{problem.field}", f"{nodes[problem.task_id].name}: {problem.reason}"


def _announce(
    session: Session,
    campaign: Campaign,
    tasks: Sequence[Task],
    *,
    teller: Teller,
    parents: Collection[UUID | None],
) -> None:
    if campaign.state == CampaignState.DRAFT:
        publish(session, campaign, designed(campaign))
        return
    for task in tasks:
        if task.id not in parents:
            hand_over(teller, task)


def _refs(plans: Sequence[Row]) -> dict[str, UUID]:
    named = [plan["ref"] for plan in plans if plan.get("ref")]
    if len(set(named)) < len(named):
        raise Invalid({"tasks": ["name a ref more than once"]})
    return {ref: new_id() for ref in named}


def _built(campaign: Campaign, actor: Actor, plan: Row, *, refs: Mapping[str, UUID], field: str) -> Task:
    at = now()
    task = Task(campaign_id=campaign.id, created_by=actor.subject, created_at=at, changed_at=at)
    task.id = refs.get(plan.get("ref") or "", task.id)
    parent = _key(plan, "parent_id", "parent_ref", refs=refs, field=f"{field}parent_ref")
    predecessors = tuple(
        Predecessor(
            _key(one, "task_id", "ref", refs=refs, field=f"{field}predecessors") or task.id,
            one.get("lag_days", 0),
        )
        for one in plan.get("predecessors", ())
    )
    own = {name: plan[name] for name in PLANNED_FIELDS if name in plan}
    _take_over(task, {**own, "parent_id": parent, "predecessors": predecessors})
    return task


def _key(plan: Row, by_key: str, by_ref: str, *, refs: Mapping[str, UUID], field: str) -> UUID | None:
    ref = plan.get(by_ref)
    if ref is None:
        key: UUID | None = plan.get(by_key)
        return key
    if ref not in refs:
        raise Invalid({field: [f"no task of this request has the ref {ref}"]})
    return refs[ref]


def _take_over(task: Task, changes: Row) -> None:
    for name in PLANNED_FIELDS:
        if name in changes:
            setattr(task, name, changes[name])
    task.share = task.share or Decimal(0)
    if "predecessors" in changes:
        given = changes["predecessors"]
        task.predecessors = tuple(
            one if isinstance(one, Predecessor) else Predecessor(one["task_id"], one.get("lag_days", 0))
            for one in given
        )


def _values(task: Task) -> dict[str, Any]:
    values = {name: getattr(task, name) for name in PLANNED_FIELDS}
    return {**values, "predecessors": task.predecessor_rows}


def parents_first(tasks: Sequence[Task]) -> list[Task]:
    """The tasks in an order in which each comes after the one that it is a part of."""
    known = {task.id: task for task in tasks}
    ordered: dict[UUID, Task] = {}
    for task in tasks:
        chain = []
        above: Task | None = task
        while above is not None and above.id not in ordered:
            chain.append(above)
            above = known.get(above.parent_id) if above.parent_id else None
        ordered |= {one.id: one for one in reversed(chain)}
    return list(ordered.values())
