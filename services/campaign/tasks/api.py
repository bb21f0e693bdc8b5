"""HTTP entrypoints of working at tasks, of moving them, and of seeing how they stand."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.planning.queries import find_campaign
from services.campaign.roles import ONLOOKERS, PLANNERS, READERS, WORKERS
from services.campaign.tasks import actions, lists, queries, rescheduling
from services.campaign.tasks.model import Task, TaskAction, TaskEntry
from services.campaign.tasks.planning_api import TASK, TASKS
from services.campaign.tasks.queries import Work
from services.campaign.tasks.schemas import (
    ActionPlan,
    ActionView,
    CampaignEntryFilter,
    EntryFilter,
    EntryView,
    Finish,
    HandOn,
    Note,
    OverviewFilter,
    OverviewView,
    ProgressReport,
    Reason,
    Reschedule,
    SlippageQuery,
    SlippageView,
    TaskSplit,
    TaskView,
    ToDoFilter,
    ToDoView,
    WorkLog,
)


class TasksApi:
    """Working at tasks: their assignees, and those who direct the campaign."""

    @route("GET", "/tasks", roles=ONLOOKERS, query=ToDoFilter, returns=ToDoView, many=True)
    def list_to_do(self, request: Request) -> Page:
        """List what is to be done, tasks and follow-ups of answers, newest first; ``mine`` for your own."""
        statement, key = lists.to_do(request.actor, **request.query)
        return request.page(statement, key)

    @route("GET", "/tasks/overview", roles=READERS, query=OverviewFilter, returns=OverviewView)
    def show_overview(self, request: Request) -> lists.Overview:
        """Show how every task stands that was handed over, by person and by campaign."""
        return lists.overview(request.session, request.actor, **request.query)

    @route("POST", f"{TASK}/start", roles=WORKERS, returns=TaskView)
    def start_task(self, request: Request, task_id: UUID) -> Task:
        """Accept a task and begin it."""
        work = _taken(request, task_id)
        return actions.start_task(request.session, request.actor, work=work)

    @route("POST", f"{TASK}/block", roles=WORKERS, body=Reason, returns=TaskView)
    def block_task(self, request: Request, task_id: UUID) -> Task:
        """Say that a task cannot go on, and why."""
        work = _taken(request, task_id)
        return actions.block_task(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/unblock", roles=WORKERS, body=Note, returns=TaskView)
    def unblock_task(self, request: Request, task_id: UUID) -> Task:
        """Say that a blocked task goes on."""
        work = _taken(request, task_id)
        return actions.unblock_task(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/progress", roles=WORKERS, body=ProgressReport, returns=TaskView)
    def report_progress(self, request: Request, task_id: UUID) -> Task:
        """Say how far a task is. At 100 percent it offers to be done."""
        work = _taken(request, task_id)
        return actions.report_progress(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/handover", roles=WORKERS, body=HandOn, returns=TaskView)
    def hand_on(self, request: Request, task_id: UUID) -> Task:
        """Give a task to somebody else."""
        work = _taken(request, task_id)
        return actions.hand_on(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/completion", roles=WORKERS, body=Finish, returns=TaskView)
    def finish_task(self, request: Request, task_id: UUID) -> Task:
        """Say that a task is done, and what came of it. Ended late, it moves what comes after it."""
        work = _taken(request, task_id)
        return actions.finish_task(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/cancellation", roles=PLANNERS, body=Reason, returns=TaskView)
    def cancel_task(self, request: Request, task_id: UUID) -> Task:
        """Give a task up, with all that is below it; for the campaign's owner or a manager."""
        work = _taken(request, task_id)
        return actions.cancel_task(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/split", roles=WORKERS, body=TaskSplit, returns=TaskView, many=True, status=201)
    def split_task(self, request: Request, task_id: UUID) -> Page:
        """Make sub-tasks of a task, which are handed over at once. Their shares are taken out of its own."""
        work = _taken(request, task_id)
        plans = request.body["tasks"]
        return Page(actions.split_task(request.session, request.actor, work=work, plans=plans), None)

    @route("GET", f"{TASK}/slippage", roles=ONLOOKERS, query=SlippageQuery, returns=SlippageView)
    def preview_slippage(self, request: Request, task_id: UUID) -> rescheduling.Slippage:
        """Show what would move if a task got these dates. Nothing moves."""
        work = queries.find_task(request.session, request.actor, task_id)
        return rescheduling.look_ahead(request.session, work, **request.query)

    @route("POST", f"{TASK}/reschedule", roles=PLANNERS, body=Reschedule, returns=TaskView)
    def reschedule_task(self, request: Request, task_id: UUID) -> Task:
        """Give a task other dates, and move what comes after it; for the campaign's owner or a manager.

        422 names what would pass the campaign's end.
        """
        work = _taken(request, task_id)
        return rescheduling.reschedule_task(request.session, request.actor, work=work, **request.body)

    @route("GET", f"{TASK}/history", roles=ONLOOKERS, query=EntryFilter, returns=EntryView, many=True)
    def list_history(self, request: Request, task_id: UUID) -> Page:
        """List what happened to a task, newest first: its log, changes with before and after, hand-overs."""
        queries.find_task(request.session, request.actor, task_id)
        return request.page(queries.entries(task_id=task_id, **request.query), TaskEntry.id)

    @route("GET", f"{TASKS}/history", roles=READERS, query=CampaignEntryFilter, returns=EntryView, many=True)
    def list_campaign_history(self, request: Request, campaign_id: UUID) -> Page:
        """List what happened to the tasks of a campaign, newest first: also what a slippage moved."""
        find_campaign(request.session, request.actor, campaign_id)
        wanted = queries.entries(campaign_id=campaign_id, **request.query)
        return request.page(wanted, TaskEntry.id)

    @route("POST", f"{TASK}/log", roles=WORKERS, body=WorkLog, returns=EntryView, status=201)
    def log_work(self, request: Request, task_id: UUID) -> TaskEntry:
        """Note what was done, with its result, hours and documents. It stays as it was written."""
        work = _taken(request, task_id)
        return actions.log_work(request.session, request.actor, work=work, **request.body)

    @route("GET", f"{TASK}/actions", roles=ONLOOKERS, returns=ActionView, many=True)
    def list_actions(self, request: Request, task_id: UUID) -> Page:
        """List the actions that are planned for a task, newest first."""
        queries.find_task(request.session, request.actor, task_id)
        return request.page(queries.actions_of(task_id), TaskAction.id)

    @route("POST", f"{TASK}/actions", roles=WORKERS, body=ActionPlan, returns=ActionView, status=201)
    def plan_action(self, request: Request, task_id: UUID) -> TaskAction:
        """Plan a step on the way."""
        work = _taken(request, task_id)
        return actions.plan_action(request.session, request.actor, work=work, **request.body)

    @route("POST", f"{TASK}/actions/<uuid:action_id>/completion", roles=WORKERS, returns=ActionView)
    def complete_action(self, request: Request, task_id: UUID, action_id: UUID) -> TaskAction:
        """Say that a planned step is done."""
        work = _taken(request, task_id)
        return actions.complete_action(request.session, request.actor, work=work, action_id=action_id)


def _taken(request: Request, task_id: UUID) -> Work:
    """The task to be worked at; a version that the caller names must be its present one."""
    work = queries.take_task(request.session, request.actor, task_id)
    request.match(work.task)
    return work
