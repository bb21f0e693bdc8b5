"""HTTP entrypoints of planning tasks, and of seeing them as a tree."""

from uuid import UUID

from chassis.http import Request, route
from chassis.paging import Page
from services.campaign.planning.queries import find_campaign
from services.campaign.roles import ONLOOKERS, PLANNERS, READERS
from services.campaign.tasks import planning, queries
from services.campaign.tasks.model import Task
from services.campaign.tasks.rollup import Branch
from services.campaign.tasks.schemas import BranchView, TaskChange, TaskList, TaskPlan, TaskView

TASKS = "/campaigns/<uuid:campaign_id>/tasks"
TASK = "/tasks/<uuid:task_id>"


class TaskPlanningApi:
    """Planning the tasks of a campaign."""

    @route("POST", TASKS, roles=PLANNERS, body=TaskPlan, returns=TaskView, status=201)
    def plan_task(self, request: Request, campaign_id: UUID) -> Task:
        """Add a task to a draft, or, as its owner or a manager, to a campaign that runs."""
        (task,) = planning.plan_tasks(
            request.session, request.actor, campaign_id=campaign_id, plans=[request.body], single=True
        )
        return task

    @route(
        "POST",
        "/campaigns/<uuid:campaign_id>/task-lists",
        roles=PLANNERS,
        body=TaskList,
        returns=TaskView,
        many=True,
        status=201,
    )
    def plan_tasks(self, request: Request, campaign_id: UUID) -> Page:
        """Add many tasks at once, which may name each other by their ``ref``: all of them, or none."""
        plans = request.body["tasks"]
        made = planning.plan_tasks(request.session, request.actor, campaign_id=campaign_id, plans=plans)
        return Page(made, None)

    @route("GET", TASKS, roles=READERS, returns=BranchView, many=True)
    def show_tree(self, request: Request, campaign_id: UUID) -> Page:
        """Show the tasks of a campaign as a tree, with progress, effort, share and states added up."""
        find_campaign(request.session, request.actor, campaign_id)
        return Page(list(queries.tree(request.session, campaign_id)), None)

    @route("GET", TASK, roles=ONLOOKERS, returns=TaskView)
    def show_task(self, request: Request, task_id: UUID) -> Task:
        """Show a task."""
        return queries.find_task(request.session, request.actor, task_id).task

    @route("GET", f"{TASK}/branch", roles=ONLOOKERS, returns=BranchView)
    def show_branch(self, request: Request, task_id: UUID) -> Branch:
        """Show a task with its sub-tasks added up."""
        work = queries.find_task(request.session, request.actor, task_id)
        return queries.branch(request.session, work.task)

    @route("PATCH", TASK, roles=PLANNERS, body=TaskChange, returns=TaskView)
    def change_task(self, request: Request, task_id: UUID) -> Task:
        """Change the plan of a task. If-Match is needed.

        While the campaign runs its owner or a manager changes what neither approval nor dates depend on.
        """
        work = queries.take_task(request.session, request.actor, task_id)
        request.require_match(work.task)
        return planning.change_task(request.session, request.actor, work=work, changes=request.body)

    @route("DELETE", TASK, roles=PLANNERS)
    def drop_task(self, request: Request, task_id: UUID) -> None:
        """Take a task out of a draft, with all that is below it. 409 where others come after one of them."""
        work = queries.take_task(request.session, request.actor, task_id)
        request.match(work.task)
        planning.drop_task(request.session, request.actor, work=work)
