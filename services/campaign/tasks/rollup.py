"""The tree with the figures of the sub-tasks added up, from the leaves to the top.

Progress is the mean of the leaves' progress weighted by their effort in hours; where none has an effort, each
counts alike. What was cancelled counts for nothing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from services.campaign.tasks.model import Task
from services.campaign.tasks.states import State


@dataclass(kw_only=True)
class Branch:
    """A task with what is below it. The figures are those of all its leaves, ``share`` that of all tasks."""

    task: Task
    overdue: bool
    tasks: list["Branch"] = field(default_factory=list)
    effort: Decimal = Decimal(0)
    share: Decimal = Decimal(0)
    progress: int = 0
    states: dict[str, int] = field(default_factory=dict)
    weighted: Decimal = Decimal(0)
    leaves: int = 0
    plain: int = 0


def tree_of(tasks: Sequence[Task], *, today: date) -> list[Branch]:
    """The tasks of a campaign as a tree, by their position."""
    branches = {task.id: Branch(task=task, overdue=task.is_overdue(today)) for task in tasks}
    top: list[Branch] = []
    for task in sorted(tasks, key=lambda one: (one.position, one.id)):
        above = branches.get(task.parent_id) if task.parent_id else None
        (above.tasks if above else top).append(branches[task.id])
    for branch in top:
        _add_up(branch)
    return top


def _add_up(root: Branch) -> None:
    order: list[Branch] = []
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        order.append(branch)
        waiting += branch.tasks
    for branch in reversed(order):
        _sum_one(branch)


def _sum_one(branch: Branch) -> None:
    task = branch.task
    counts = Counter({task.state: 1})
    branch.share = task.share if task.state != State.CANCELLED else Decimal(0)
    if not branch.tasks and task.state != State.CANCELLED:
        branch.effort, branch.leaves, branch.plain = task.effort, 1, task.progress
        branch.weighted = task.effort * task.progress
    for below in branch.tasks:
        counts += Counter(below.states)
        branch.share += below.share
        branch.effort += below.effort
        branch.weighted += below.weighted
        branch.leaves += below.leaves
        branch.plain += below.plain
    branch.states = dict(sorted(counts.items()))
    branch.progress = 100 if task.state == State.DONE else _mean(branch)


def _mean(branch: Branch) -> int:
    if branch.effort:
        return _rounded(branch.weighted / branch.effort)
    return _rounded(Decimal(branch.plain) / branch.leaves) if branch.leaves else 0


def _rounded(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def branch_of(tree: Sequence[Branch], task_id: UUID) -> Branch | None:
    """The branch of one task."""
    waiting = list(tree)
    while waiting:
        branch = waiting.pop()
        if branch.task.id == task_id:
            return branch
        waiting += branch.tasks
    return None
