"""Figures of a campaign, and how those of several add up. Pure: no database.

Money of different currencies is never added, nor are goals that are rates.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.campaign.catalogue.model import BY_CURRENCY, NOT, SUM
from services.campaign.planning.model import Campaign

K = TypeVar("K")

GoalKey = tuple[str, str | None]
"""A metric and, for money, its currency."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What came of a campaign: answers, and targets by their status."""

    responses: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a campaign, or several together, plan and have come to. ``leads`` are targets that became one."""

    campaigns: int
    budget: Mapping[str, Decimal]
    goals: Mapping[GoalKey, Decimal]
    targets: int
    responses: int
    leads: int
    by_status: Mapping[str, int]
    by_state: Mapping[str, int]
    starts_on: date
    ends_on: date


def own_figures(
    campaign: Campaign, counts: Counts, *, roll_ups: Mapping[str, str], leads: Iterable[str]
) -> Figures:
    """The figures of one campaign; ``leads`` are the statuses of targets that became a lead."""
    goals: dict[GoalKey, Decimal] = {}
    for goal in campaign.goals:
        money = roll_ups.get(goal.metric) == BY_CURRENCY
        goals[goal.metric, campaign.currency if money else None] = goal.target
    return Figures(
        campaigns=1,
        budget={campaign.currency: campaign.total},
        goals=goals,
        targets=sum(counts.by_status.values()),
        responses=counts.responses,
        leads=sum(counts.by_status.get(status, 0) for status in leads),
        by_status=counts.by_status,
        by_state={campaign.state: 1},
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )


def rolled_up(own: Figures, below: Iterable[Figures], *, roll_ups: Mapping[str, str]) -> Figures:
    """The figures of a campaign together with those of all that lies below it."""
    every = [own, *below]
    return Figures(
        campaigns=sum(one.campaigns for one in every),
        budget=_added(one.budget for one in every),
        goals=_added(_summable(one.goals, roll_ups) for one in every),
        targets=sum(one.targets for one in every),
        responses=sum(one.responses for one in every),
        leads=sum(one.leads for one in every),
        by_status=_counted(one.by_status for one in every),
        by_state=_counted(one.by_state for one in every),
        starts_on=min(one.starts_on for one in every),
        ends_on=max(one.ends_on for one in every),
    )


def _summable(goals: Mapping[GoalKey, Decimal], roll_ups: Mapping[str, str]) -> dict[GoalKey, Decimal]:
    return {key: target for key, target in goals.items() if roll_ups.get(key[0], NOT) in (SUM, BY_CURRENCY)}


def _added(parts: Iterable[Mapping[K, Decimal]]) -> dict[K, Decimal]:
    total: dict[K, Decimal] = {}
    for part in parts:
        for key, amount in part.items():
            total[key] = total.get(key, Decimal(0)) + amount
    return total


def _counted(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(total)
