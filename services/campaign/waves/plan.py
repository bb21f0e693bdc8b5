"""What a planner may say about a wave, and the rules it must meet. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from contracts.campaign import Schedule, Trial
from services.campaign.planning.design import Problems, decimals, score_problem
from services.campaign.waves.model import AS_DRAFT, BY_HAND, NO_ANSWER, OUTREACH, SUB_CAMPAIGN, WHEN_DUE

NEEDED_BY_SENDING = ("channel", "template_id")
ONLY_OF_SENDING = ("channel", "template_id", "schedule", "trial", "unit_cost", "budget_line_id")
DEAREST = Decimal(1_000_000)
COST_DECIMALS = 4
"""A text message may cost a fraction of a cent."""

ONLY_OF_FOLLOWING = ("answer_classes", "silent_days", "score_at_least", "score_below")


@dataclass(frozen=True, kw_only=True)
class WavePlan:
    """A wave as handed in. ``after_id`` is the wave whose recipients it picks among; None: all targets.

    ``unit_cost`` is what a copy costs, in the campaign's currency, to be reserved on ``budget_line_id``.
    Without ``wait_days`` a follow-up waits as long as the silence that it asks for.
    """

    action: str = OUTREACH
    channel: str | None = None
    template_id: UUID | None = None
    schedule: Schedule | None = None
    trial: Trial | None = None
    after_id: UUID | None = None
    answer_classes: Sequence[str] = ()
    silent_days: int | None = None
    score_at_least: Decimal | None = None
    score_below: Decimal | None = None
    release: str = BY_HAND
    wait_days: int | None = None
    template_campaign_id: UUID | None = None
    child: str = AS_DRAFT
    unit_cost: Decimal | None = None
    budget_line_id: UUID | None = None

    @property
    def waits(self) -> int:
        """How many days it waits once what it waits for has happened."""
        return self.wait_days if self.wait_days is not None else self.silent_days or 0


def problems_of(plan: WavePlan) -> Problems:
    """What is wrong with ``plan`` by itself, as reasons by field; empty when it may be kept."""
    problems: Problems = {}
    if plan.action == OUTREACH:
        for name in NEEDED_BY_SENDING:
            if getattr(plan, name) is None:
                problems[name] = ["Missing data for required field."]
    else:
        for name in ONLY_OF_SENDING:
            if getattr(plan, name) is not None:
                problems[name] = [f"does not go with the action {plan.action}"]
        if plan.after_id is None:
            problems["after_id"] = [f"is needed for the action {plan.action}"]
    if (plan.template_campaign_id is None) == (plan.action == SUB_CAMPAIGN):
        needed = plan.action == SUB_CAMPAIGN
        problems["template_campaign_id"] = [
            "is needed to open a sub-campaign" if needed else "only goes with the action sub_campaign"
        ]
    problems |= _choice_problems(plan) | _cost_problems(plan)
    if plan.schedule is not None and plan.action == OUTREACH:
        problems |= _schedule_problems(plan.schedule)
    if plan.trial is not None and plan.action == OUTREACH:
        problems |= _trial_problems(plan.trial)
    return problems


def _cost_problems(plan: WavePlan) -> Problems:
    cost, line = plan.unit_cost, plan.budget_line_id
    if plan.action != OUTREACH:
        return {}
    if (cost is None) != (line is None):
        return {"unit_cost" if cost is None else "budget_line_id": ["is needed beside the other one"]}
    if cost is not None and (not 0 < cost <= DEAREST or decimals(cost) > COST_DECIMALS):
        return {
            "unit_cost": [f"must be above 0 and at most {DEAREST}, with at most {COST_DECIMALS} decimals"]
        }
    return {}


def _choice_problems(plan: WavePlan) -> Problems:
    problems: Problems = {}
    if plan.after_id is None:
        for name in ONLY_OF_FOLLOWING:
            if getattr(plan, name):
                problems[name] = ["only goes with a wave that comes after another one"]
        if plan.waits and plan.release == WHEN_DUE:
            problems["wait_days"] = ["only goes with a wave that comes after another one"]
        return problems
    if plan.silent_days is not None and NO_ANSWER not in plan.answer_classes:
        problems["silent_days"] = ["only goes with the class no_answer"]
    if plan.release == WHEN_DUE and plan.silent_days is not None and plan.waits < plan.silent_days:
        problems["wait_days"] = ["is shorter than the silence that is asked for"]
    for name in ("score_at_least", "score_below"):
        if problem := score_problem(getattr(plan, name)):
            problems[name] = [problem]
    least, below = plan.score_at_least, plan.score_below
    if not problems and least is not None and below is not None and least >= below:
        problems["score_below"] = ["must be above score_at_least"]
    return problems


def _schedule_problems(schedule: Schedule) -> Problems:
    problems: Problems = {}
    begins, ends = schedule.not_before, schedule.expires_at
    if begins and ends and begins >= ends:
        problems["schedule.expires_at"] = ["must be after not_before"]
    if schedule.local_time:
        try:
            local = datetime.fromisoformat(schedule.local_time).replace(tzinfo=UTC)
        except ValueError:
            return problems | {"schedule.local_time": ["is not a date and time"]}
        if ends and local >= ends:
            problems["schedule.expires_at"] = ["must be after local_time"]
    window = schedule.window
    if window is not None and window.opens == window.closes:
        problems["schedule.window.closes"] = ["must differ from opens"]
    if window is not None and len(set(window.days)) < len(window.days):
        problems["schedule.window.days"] = ["name a day more than once"]
    return problems


def _trial_problems(trial: Trial) -> Problems:
    problems: Problems = {}
    names = [variant.name for variant in trial.variants]
    if len(set(names)) < len(names):
        problems["trial.variants"] = ["have the same name more than once"]
    if sum(variant.share for variant in trial.variants) != 100:
        problems["trial.variants"] = ["must have shares that add up to 100"]
    return problems
