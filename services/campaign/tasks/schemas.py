"""What tasks take and show over HTTP."""

from typing import Any

from marshmallow import Schema, fields, validate

from services.campaign.followups.model import STATES as FOLLOW_UP_STATES
from services.campaign.planning.schemas import CODE, LINE
from services.campaign.tasks.lists import EVERY, KINDS
from services.campaign.tasks.states import STATES
from services.campaign.tasks.tree import LARGEST_LAG, MOST_TASKS

SUBJECT = validate.Length(min=1, max=255)
WORDS = validate.Length(min=1, max=2000)
NOTE = validate.Length(max=2000)
MOST_HOURS = 100_000


def hours(**options: Any) -> fields.Decimal:
    """Hours, to the minute or so, shown as a string."""
    return fields.Decimal(
        places=2, as_string=True, allow_nan=False, validate=validate.Range(min=0, max=MOST_HOURS), **options
    )


def share() -> fields.Decimal:
    """An amount in the campaign's currency, shown as a string so that no reader rounds it."""
    return fields.Decimal(as_string=True, allow_nan=False)


class PredecessorSchema(Schema):
    """A task that ends more than ``lag_days`` before this one starts."""

    task_id = fields.UUID(required=True)
    lag_days = fields.Integer(load_default=0, validate=validate.Range(min=0, max=LARGEST_LAG))


class ListedPredecessor(PredecessorSchema):
    """A predecessor by its id, or by the ``ref`` of another task of the same request."""

    task_id = fields.UUID()
    ref = fields.String(validate=CODE)


class TaskChange(Schema):
    """What of the plan of a task may change; what is left out stays as it is."""

    parent_id = fields.UUID(allow_none=True)
    position = fields.Integer(validate=validate.Range(min=0, max=MOST_TASKS))
    name = fields.String(validate=LINE)
    description = fields.String(validate=validate.Length(max=8000))
    assignee = fields.String(allow_none=True, validate=SUBJECT)
    starts_on = fields.Date()
    ends_on = fields.Date()
    effort = hours(metadata={"description": "in hours"})
    predecessors = fields.List(fields.Nested(PredecessorSchema), validate=validate.Length(max=100))
    line_id = fields.UUID(allow_none=True, metadata={"description": "the budget line that it draws on"})
    share = share()


class TaskPlan(TaskChange):
    """A task to be added. ``share`` is what it draws on the line itself, without its sub-tasks."""

    name = fields.String(required=True, validate=LINE)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class ListedTask(TaskPlan):
    """A task of a list. Others of the list name it by its ``ref``."""

    ref = fields.String(validate=CODE)
    parent_ref = fields.String(validate=CODE)
    predecessors = fields.List(fields.Nested(ListedPredecessor), validate=validate.Length(max=100))


class TaskList(Schema):
    """Tasks to be added together: all of them, or none."""

    tasks = fields.List(
        fields.Nested(ListedTask), required=True, validate=validate.Length(min=1, max=MOST_TASKS)
    )


class TaskSplit(TaskList):
    """The sub-tasks that a task is split into."""

    tasks = fields.List(fields.Nested(ListedTask), required=True, validate=validate.Length(min=1, max=100))


class TaskView(TaskPlan):
    """A task as it stands. ``offers_done``: all is done, and only its result is still to be said."""

    id = fields.UUID()
    version = fields.Integer()
    campaign_id = fields.UUID()
    state = fields.String()
    progress = fields.Integer()
    offers_done = fields.Boolean()
    overdue = fields.Boolean()
    reason = fields.String(metadata={"description": "why it is blocked, or was cancelled"})
    blocked_by = fields.String(allow_none=True)
    blocked_at = fields.AwareDateTime(allow_none=True)
    result = fields.String()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    handed_over_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class BranchView(Schema):
    """A task with what is below it added up: effort in hours, share, progress, and how many stand how."""

    task = fields.Nested(TaskView)
    overdue = fields.Boolean()
    effort = fields.Decimal(as_string=True)
    share = fields.Decimal(as_string=True)
    progress = fields.Integer()
    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    tasks = fields.List(fields.Nested(f"{__name__}.BranchView"))


class ProgressReport(Schema):
    """How far a task is, in percent."""

    progress = fields.Integer(required=True, strict=True, validate=validate.Range(min=0, max=100))
    note = fields.String(validate=NOTE)


class WorkLog(Schema):
    """What was done. ``documents`` are files that were uploaded before."""

    what = fields.String(required=True, validate=WORDS)
    result = fields.String(validate=NOTE)
    hours = hours(allow_none=True)
    documents = fields.List(fields.UUID(), validate=validate.Length(max=20))


class Reason(Schema):
    """Why."""

    reason = fields.String(required=True, validate=WORDS)


class Note(Schema):
    """What there is to say, if anything."""

    note = fields.String(validate=NOTE)


class HandOn(Note):
    """Who gets a task."""

    assignee = fields.String(required=True, validate=SUBJECT)


class Finish(Schema):
    """What came of a task."""

    result = fields.String(required=True, validate=WORDS)
    documents = fields.List(fields.UUID(), validate=validate.Length(max=20))


class Reschedule(Schema):
    """The dates that a task gets, and why."""

    starts_on = fields.Date()
    ends_on = fields.Date(required=True)
    cause = fields.String(required=True, validate=WORDS)


class SlippageQuery(Schema):
    """The dates that a task might get."""

    starts_on = fields.Date()
    ends_on = fields.Date(required=True)


class DatesView(Schema):
    """The first and the last day of a task."""

    starts_on = fields.Date()
    ends_on = fields.Date()


class ShiftView(Schema):
    """A task that moves, from when to when."""

    task_id = fields.UUID()
    name = fields.String()
    old = fields.Nested(DatesView)
    new = fields.Nested(DatesView)


class SlippageView(Schema):
    """What would move. ``beyond`` would pass the campaign's end, so that nothing may move."""

    fits = fields.Boolean()
    campaign_ends_on = fields.Date()
    moves = fields.List(fields.Nested(ShiftView))
    beyond = fields.List(fields.Nested(ShiftView))


class ActionPlan(Schema):
    """A step that is planned on the way."""

    what = fields.String(required=True, validate=WORDS)
    due_on = fields.Date(required=True)


class ActionView(ActionPlan):
    """A planned step, and whether it is done."""

    id = fields.UUID()
    task_id = fields.UUID()
    created_by = fields.String()
    created_at = fields.AwareDateTime()
    done_by = fields.String(allow_none=True)
    done_at = fields.AwareDateTime(allow_none=True)


class EntryFilter(Schema):
    """Narrows a history, for example to what was ``logged``."""

    kind = fields.String(validate=CODE)
    by = fields.String(validate=SUBJECT)
    since = fields.AwareDateTime(metadata={"description": "not before this moment"})
    until = fields.AwareDateTime(metadata={"description": "before this moment"})


class CampaignEntryFilter(EntryFilter):
    """Narrows the history of all tasks of a campaign."""

    cause_id = fields.UUID(metadata={"description": "the task whose slippage moved others"})


class EntryView(Schema):
    """Something that happened to a task. ``cause_id`` is the task whose slippage moved it."""

    id = fields.UUID()
    task_id = fields.UUID()
    kind = fields.String()
    note = fields.String()
    result = fields.String()
    hours = fields.Decimal(as_string=True, allow_none=True)
    documents = fields.List(fields.UUID())
    changes = fields.Dict()
    cause_id = fields.UUID(allow_none=True)
    by = fields.String()
    at = fields.AwareDateTime()


class ToDoFilter(Schema):
    """Narrows the to-do list; without a state it has what is still to be done."""

    mine = fields.Boolean()
    assignee = fields.String(validate=SUBJECT)
    state = fields.String(
        validate=validate.OneOf(sorted({*STATES, *FOLLOW_UP_STATES, EVERY})),
        metadata={"description": f"{EVERY}: also what has ended, and what was not handed over yet"},
    )
    kind = fields.String(validate=validate.OneOf(KINDS))
    campaign_id = fields.UUID()
    due_from = fields.Date()
    due_before = fields.Date()
    overdue = fields.Boolean()
    q = fields.String(validate=validate.Length(min=1, max=200))


class ToDoView(Schema):
    """A task, or a follow-up of an answer. ``overdue``: it waits, and its day has passed (in UTC).

    ``reason`` says why a task is blocked or was cancelled.
    """

    id = fields.UUID()
    kind = fields.String()
    campaign_id = fields.UUID()
    campaign_code = fields.String()
    campaign_name = fields.String()
    name = fields.String()
    assignee = fields.String(allow_none=True)
    starts_on = fields.Date(allow_none=True)
    due_on = fields.Date()
    state = fields.String()
    progress = fields.Integer(allow_none=True)
    overdue = fields.Boolean()
    reason = fields.String()
    blocked_by = fields.String(allow_none=True)
    blocked_at = fields.AwareDateTime(allow_none=True)


class OverviewFilter(Schema):
    """Narrows the overview to one campaign, or to one person."""

    campaign_id = fields.UUID()
    assignee = fields.String(validate=SUBJECT)


class StandingView(Schema):
    """How many tasks stand how."""

    states = fields.Dict(keys=fields.String(), values=fields.Integer())
    overdue = fields.Integer()
    total = fields.Integer()


class PersonView(StandingView):
    """How the tasks of a person stand."""

    assignee = fields.String(allow_none=True)


class CampaignStandingView(StandingView):
    """How the tasks of a campaign stand. ``state`` is its own."""

    campaign_id = fields.UUID()
    code = fields.String()
    name = fields.String()
    state = fields.String()


class OverviewView(Schema):
    """How every task that was handed over stands."""

    people = fields.List(fields.Nested(PersonView))
    campaigns = fields.List(fields.Nested(CampaignStandingView))
    total = fields.Nested(StandingView)
