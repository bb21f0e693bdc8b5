"""A campaign's evaluation as one object: its figures, its goals, and the rows behind the charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Session
from services.reporting.archive.queries import head
from services.reporting.evaluation import counting, queries
from services.reporting.evaluation.counting import WaveOutcomes
from services.reporting.evaluation.formulas import Attainment, Facts, Figure, Value, attain, evaluate
from services.reporting.evaluation.past import rows_at
from services.reporting.projections import shapes
from services.reporting.projections.model import BudgetLine, Campaign, EventSource

Traced = Mapping[str, Any]
"""A Figure's or an Attainment's attributes, with the EventSource rows themselves as ``sources``."""


@dataclass(frozen=True)
class Stage:
    """A step of the funnel, the name of a figure, with how many came so far."""

    stage: str
    count: int


@dataclass(frozen=True)
class Headline:
    """A campaign with the values of its figures by name."""

    campaign: Campaign
    figures: Mapping[str, Value]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What a campaign achieved up to ``position`` in the archive."""

    campaign: Campaign
    evaluated_at: datetime
    position: int
    figures: Mapping[str, Traced]
    goals: Sequence[Traced]
    funnel: Sequence[Stage]
    progress: Mapping[str, int]
    waves: Sequence[WaveOutcomes]
    budget_lines: Sequence[BudgetLine]


def evaluate_campaign(
    session: Session, actor: Actor, campaign_id: UUID, *, at: datetime | None = None
) -> Evaluation:
    """Evaluate one campaign now, or as it stood at a past moment.

    Raises NotFound for one that the actor may not see, or that was not there then.
    """
    campaign = queries.campaign(session, actor, campaign_id)
    if at is not None:
        return _evaluate_past(session, campaign_id, at)
    position = head(session)
    facts = queries.facts_of(session, [campaign])[campaign_id]
    return Evaluation(
        campaign=campaign,
        evaluated_at=now(),
        position=position,
        **_computed(campaign, facts, queries.sources_of(session, campaign_id)),
        progress=queries.progress_of(session, campaign_id, targets=facts.targets),
        waves=queries.wave_outcomes(session, campaign_id),
        budget_lines=queries.budget_lines(session, campaign_id),
    )


def headlines(session: Session, campaigns: Sequence[Campaign]) -> list[Headline]:
    """Each campaign with the values of its figures."""
    facts = queries.facts_of(session, campaigns)
    return [
        Headline(one, {name: figure.value for name, figure in evaluate(facts[one.campaign_id]).items()})
        for one in campaigns
    ]


def _evaluate_past(session: Session, campaign_id: UUID, at: datetime) -> Evaluation:
    position, rows = rows_at(session, campaign_id, at)
    (plan,) = rows[shapes.CAMPAIGNS]
    campaign = Campaign(**plan)
    facts = counting.count(plan, rows)
    lines = sorted(rows[shapes.BUDGET_LINES], key=lambda line: (line["name"], line["line_id"]))
    sources = {row["type"]: EventSource(**row) for row in rows[shapes.EVENT_SOURCES]}
    return Evaluation(
        campaign=campaign,
        evaluated_at=at,
        position=position,
        **_computed(campaign, facts, sources),
        progress=counting.progress(rows, targets=facts.targets),
        waves=counting.waves(rows),
        budget_lines=[BudgetLine(**line) for line in lines],
    )


def _computed(campaign: Campaign, facts: Facts, sources: Mapping[str, EventSource]) -> dict[str, Any]:
    """What follows from the counted facts."""
    figures = evaluate(facts)
    goals = [(goal["metric"], Decimal(goal["target"])) for goal in campaign.goals or ()]
    return {
        "figures": {name: _traced(figure, sources) for name, figure in figures.items()},
        "goals": [_traced(goal, sources) for goal in attain(goals, figures)],
        "funnel": _funnel(facts),
    }


def _funnel(facts: Facts) -> list[Stage]:
    return [
        Stage("targets", facts.targets),
        Stage("executed_targets", facts.executed_targets),
        Stage("responding_targets", facts.responding_targets),
        Stage("leads", facts.leads),
        Stage("valid_leads", facts.valid_leads),
        Stage("opportunities", facts.opportunities),
    ]


def _traced(part: Figure | Attainment, sources: Mapping[str, EventSource]) -> Traced:
    return {**vars(part), "sources": [sources[type] for type in part.sources if type in sources]}
