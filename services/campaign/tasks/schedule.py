"""What moves when a task ends later: its successors, and the tasks around them.

Tasks keep their durations and only ever move to a later day, no further than needed. What has begun keeps its
start, and what has ended does not move at all. A task ends no earlier than its sub-tasks, and begins no later
than they do. One pass over beginnings and ends, in an order in which they can happen, finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.campaign.tasks.tree import Node, Nodes, children_of, in_order, with_begun

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Dates:
    """The first and the last day of a task."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A task that moves, from when to when."""

    task_id: UUID
    name: str
    old: Dates
    new: Dates


def shifts(nodes: Nodes, given: Mapping[UUID, Dates]) -> list[Shift]:
    """What moves when the tasks of ``given`` get these dates, themselves first among equals.

    Raises CycleError for tasks that wait for each other.
    """
    nodes = with_begun(nodes)
    starts: dict[UUID, date] = {}
    ends: dict[UUID, date] = {}
    children = children_of(nodes)
    for side, key in in_order(nodes):
        node = nodes[key]
        if side == "start":
            starts[key] = _start(node, nodes, given=given, starts=starts, ends=ends)
        else:
            ends[key] = _end(node, children.get(key, []), given=given, start=starts[key], ends=ends)
    return [
        Shift(
            task_id=key,
            name=node.name,
            old=Dates(starts_on=node.starts_on, ends_on=node.ends_on),
            new=Dates(starts_on=starts[key], ends_on=ends[key]),
        )
        for key, node in nodes.items()
        if (starts[key], ends[key]) != (node.starts_on, node.ends_on)
    ]


def applied(nodes: Nodes, moves: list[Shift]) -> dict[UUID, Node]:
    """The tasks with the dates that they have after ``moves``."""
    new = {
        one.task_id: replace(nodes[one.task_id], starts_on=one.new.starts_on, ends_on=one.new.ends_on)
        for one in moves
    }
    return {**nodes, **new}


def _start(
    node: Node,
    nodes: Nodes,
    *,
    given: Mapping[UUID, Dates],
    starts: Mapping[UUID, date],
    ends: Mapping[UUID, date],
) -> date:
    wanted = given[node.id].starts_on if node.id in given else node.starts_on
    if node.begun or node.ended:
        return wanted
    firsts = [wanted]
    for one in node.predecessors:
        if one.task_id in nodes and not _is_cancelled_or_past(nodes[one.task_id], given):
            firsts.append(ends[one.task_id] + DAY * (one.lag_days + 1))
    if node.parent_id is not None and node.parent_id in nodes:
        firsts.append(starts[node.parent_id])
    return max(firsts)


def _is_cancelled_or_past(earlier: Node, given: Mapping[UUID, Dates]) -> bool:
    """What ended before holds nobody up; what ends just now does."""
    return earlier.ended and earlier.id not in given


def _end(
    node: Node,
    children: list[Node],
    *,
    given: Mapping[UUID, Dates],
    start: date,
    ends: Mapping[UUID, date],
) -> date:
    if node.id in given:
        wanted = given[node.id]
        moved = wanted.ends_on + (start - wanted.starts_on)
    else:
        moved = node.ends_on + (start - node.starts_on)
    if node.ended:
        return moved
    return max([moved, *(ends[child.id] for child in children)])
