"""Events of tasks: how they are planned, handed over, worked on, moved and ended."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from contracts.event import Code, Event, Moment, Money, Subject, Text, event

Progress = Annotated[int, msgspec.Meta(ge=0, le=100, description="percent")]

UnderWay = Literal["handed_over", "in_progress", "blocked"]
"""The states of a task that somebody works on."""


@event("task.planned.v1", producer="campaign")
class TaskPlanned(Event, kw_only=True):
    """A task was planned, or its plan changed: the task as it now stands. ``effort`` is in hours."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    parent_id: UUID | None = None
    name: Text
    assignee: Subject | None = None
    starts_on: date
    ends_on: date
    effort: Decimal
    line_id: UUID | None = None
    share: Money
    at: Moment
    by: Subject


@event("task.dropped.v1", producer="campaign")
class TaskDropped(Event, kw_only=True):
    """A task was taken out of a draft; nothing more comes of it."""

    task_id: UUID
    campaign_id: UUID
    at: Moment
    by: Subject


@event("task.assigned.v1", producer="campaign")
class TaskAssigned(Event, kw_only=True):
    """A task was handed over to somebody, by ``previous`` where it was somebody's before."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    name: Text
    assignee: Subject
    previous: Subject | None = None
    starts_on: date
    ends_on: date
    at: Moment
    by: Subject


@event("task.progressed.v1", producer="campaign")
class TaskProgressed(Event, kw_only=True):
    """A task was begun, came further, was blocked for a ``reason``, or goes on."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    assignee: Subject
    state: UnderWay
    progress: Progress
    reason: Text = ""
    at: Moment
    by: Subject


@event("task.rescheduled.v1", producer="campaign")
class TaskRescheduled(Event, kw_only=True):
    """A task moved. ``cause_task_id`` is the task whose slippage moved it, if not its own.

    ``beyond`` says what should have moved along and did not, since it would have passed the campaign's end.
    """

    task_id: UUID
    campaign_id: UUID
    department: Code
    name: Text = ""
    assignee: Subject | None = None
    owner: Annotated[Subject | None, msgspec.Meta(description="of the campaign")] = None
    beyond: Text = ""
    old_starts_on: date
    old_ends_on: date
    starts_on: date
    ends_on: date
    cause: Text
    cause_task_id: UUID | None = None
    at: Moment
    by: Subject


@event("task.completed.v1", producer="campaign")
class TaskCompleted(Event, kw_only=True):
    """A task is done. ``ends_on`` is when it should have been."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    assignee: Subject
    ends_on: date
    result: Text
    at: Moment
    by: Subject


@event("task.cancelled.v1", producer="campaign")
class TaskCancelled(Event, kw_only=True):
    """A task was given up."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    reason: Text
    at: Moment
    by: Subject


@event("task.overdue.v1", producer="campaign")
class TaskOverdue(Event, kw_only=True):
    """A task did not end when it should have. Said once."""

    task_id: UUID
    campaign_id: UUID
    department: Code
    name: Text
    assignee: Subject
    ends_on: date
    at: Moment
