"""The tree of a campaign's tasks as plain values, and the rules that it must keep to.

A task's share is what it draws on a budget line itself, its sub-tasks' shares not included; so the shares of
all tasks on a line are simply added. What has ended keeps its dates whatever the rules say of them, and what
has begun keeps its start.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Literal, NamedTuple
from uuid import UUID

from babel.numbers import get_currency_precision

MOST_TASKS = 2000
LARGEST_SHARE = Decimal("99999999999999")
LARGEST_LAG = 3650

Side = Literal["start", "end"]
Event = tuple[Side, UUID]
"""The beginning or the end of a task: what the order is about."""


class Predecessor(NamedTuple):
    """A task that ends more than ``lag_days`` before its successor starts."""

    task_id: UUID
    lag_days: int = 0


@dataclass(frozen=True, kw_only=True)
class Node:
    """What the rules look at of a task. ``begun``: its start is a fact; ``ended``: its end is one too."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date
    parent_id: UUID | None = None
    predecessors: tuple[Predecessor, ...] = ()
    line_id: UUID | None = None
    share: Decimal = Decimal(0)
    begun: bool = False
    ended: bool = False


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the campaign sets its tasks: its dates, and its budget ``lines`` with their amounts."""

    starts_on: date
    ends_on: date
    currency: str
    lines: Mapping[UUID, Decimal] = field(default_factory=dict)


class Problem(NamedTuple):
    """A rule that a task breaks, and the field that breaks it."""

    task_id: UUID
    field: str
    reason: str


Nodes = Mapping[UUID, Node]


def by_id(nodes: Iterable[Node]) -> dict[UUID, Node]:
    """The tasks of a plan by their id."""
    return {node.id: node for node in nodes}


def children_of(nodes: Nodes) -> dict[UUID | None, list[Node]]:
    """The tasks by the task that they are a part of; None has those at the top."""
    children: dict[UUID | None, list[Node]] = defaultdict(list)
    for node in nodes.values():
        children[node.parent_id].append(node)
    return children


def with_begun(nodes: Nodes) -> dict[UUID, Node]:
    """The same tasks, where one has begun as soon as a task below it has."""
    begun = {node.id for node in nodes.values() if node.begun or node.ended}
    for one in list(begun):
        above = nodes[one].parent_id
        while above is not None and above in nodes and above not in begun:
            begun.add(above)
            above = nodes[above].parent_id
    return {
        key: replace(node, begun=True) if key in begun and not node.begun else node
        for key, node in nodes.items()
    }


def before(nodes: Nodes) -> dict[Event, set[Event]]:
    """What comes before the beginning and the end of each task.

    A task begins after its predecessors' ends and its parent's beginning, and ends after its own beginning
    and its sub-tasks' ends.
    """
    order: dict[Event, set[Event]] = {}
    for node in nodes.values():
        order.setdefault(("end", node.id), set()).add(("start", node.id))
        start = order.setdefault(("start", node.id), set())
        start |= {("end", one.task_id) for one in node.predecessors if one.task_id in nodes}
        if node.parent_id is not None and node.parent_id in nodes:
            start.add(("start", node.parent_id))
            order.setdefault(("end", node.parent_id), set()).add(("end", node.id))
    return order


def in_order(nodes: Nodes) -> list[Event]:
    """The beginnings and ends in an order in which they can happen. Raises CycleError where there is none."""
    return list(TopologicalSorter(before(nodes)).static_order())


def problems_of(nodes: Nodes, frame: Frame) -> list[Problem]:
    """Every rule that the tasks of a campaign break; empty when they may be kept."""
    nodes = with_begun(nodes) if not _parent_problems(nodes) else dict(nodes)
    problems = [*_parent_problems(nodes), *_reference_problems(nodes), *_share_problems(nodes, frame)]
    if not problems:
        problems += _cycle_problems(nodes)
    return problems or [*_date_problems(nodes, frame), *_order_problems(nodes)]


def _parent_problems(nodes: Nodes) -> list[Problem]:
    problems = []
    parents: dict[UUID, set[UUID]] = {}
    for node in nodes.values():
        above = nodes.get(node.parent_id) if node.parent_id else None
        parents[node.id] = {above.id} if above else set()
        if node.parent_id and above is None:
            problems.append(Problem(node.id, "parent_id", "is not a task of this campaign"))
        elif above and above.ended and not node.ended:
            problems.append(Problem(node.id, "parent_id", "is a task that has ended"))
    try:
        TopologicalSorter(parents).prepare()
    except CycleError as error:
        chain = error.args[1]
        problems.append(Problem(chain[0], "parent_id", f"goes round in a circle: {_named(nodes, chain)}"))
    return problems


def _reference_problems(nodes: Nodes) -> Iterator[Problem]:
    for node in nodes.values():
        named = [one.task_id for one in node.predecessors]
        if any(key not in nodes for key in named):
            yield Problem(node.id, "predecessors", "names what is not a task of this campaign")
        if len(set(named)) < len(named):
            yield Problem(node.id, "predecessors", "names a task more than once")
        if any(not 0 <= one.lag_days <= LARGEST_LAG for one in node.predecessors):
            yield Problem(node.id, "predecessors", f"has a lag outside of 0 to {LARGEST_LAG} days")


def _cycle_problems(nodes: Nodes) -> list[Problem]:
    try:
        in_order(nodes)
    except CycleError as error:
        chain = [key for _, key in reversed(error.args[1])]
        steps = [key for place, key in enumerate(chain) if place == 0 or chain[place - 1] != key]
        at_fault = next((key for key in steps if nodes[key].predecessors), steps[0])
        reason = f"wait for each other: {_named(nodes, steps)}"
        return [Problem(at_fault, "predecessors", reason)]
    return []


def _share_problems(nodes: Nodes, frame: Frame) -> Iterator[Problem]:
    precision = get_currency_precision(frame.currency)
    drawn: dict[UUID, Decimal] = defaultdict(Decimal)
    for node in nodes.values():
        if node.line_id is None and node.share == 0:
            continue
        if node.line_id is None or node.line_id not in frame.lines:
            yield Problem(node.id, "line_id", "is not a budget line of this campaign")
        elif not 0 <= node.share <= LARGEST_SHARE:
            yield Problem(node.id, "share", f"must be between 0 and {LARGEST_SHARE}")
        elif node.share != round(node.share, precision):
            yield Problem(node.id, "share", f"{frame.currency} has {precision} decimals")
        else:
            drawn[node.line_id] += node.share
            if drawn[node.line_id] > frame.lines[node.line_id]:
                amount = frame.lines[node.line_id]
                yield Problem(node.id, "share", f"the shares of the line go over its {amount:f}")


def _date_problems(nodes: Nodes, frame: Frame) -> Iterator[Problem]:
    for node in nodes.values():
        if node.ended:
            continue
        above = nodes.get(node.parent_id) if node.parent_id else None
        if node.ends_on < node.starts_on:
            yield Problem(node.id, "ends_on", "lies before starts_on")
        for name, span in (("the campaign's", frame), (f"{above.name}'s" if above else "", above)):
            if span is None:
                continue
            if node.starts_on < span.starts_on and not node.begun:
                yield Problem(node.id, "starts_on", f"lies before {name} beginning, {span.starts_on}")
            if node.ends_on > span.ends_on:
                yield Problem(node.id, "ends_on", f"lies after {name} end, {span.ends_on}")


def _order_problems(nodes: Nodes) -> Iterator[Problem]:
    for node in nodes.values():
        if node.begun or node.ended:
            continue
        for one in node.predecessors:
            earlier = nodes[one.task_id]
            first = earlier.ends_on + timedelta(days=one.lag_days + 1)
            if not earlier.ended and node.starts_on < first:
                yield Problem(
                    node.id, "starts_on", f"{earlier.name} comes before it, so {first} is its first day"
                )


def _named(nodes: Nodes, chain: Sequence[UUID]) -> str:
    return " → ".join(nodes[key].name for key in chain)


def below(nodes: Nodes, task_id: UUID) -> set[UUID]:
    """The tasks under a task, at any depth, without itself."""
    children = children_of(nodes)
    found: set[UUID] = set()
    waiting = [task_id]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child.id not in found:
                found.add(child.id)
                waiting.append(child.id)
    return found
