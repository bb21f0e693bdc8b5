"""A snapshot of what the active campaigns came to, as the metrics show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select

from chassis.clock import now
from chassis.database import Session
from services.reporting.evaluation.formulas import Facts
from services.reporting.evaluation.queries import facts_of
from services.reporting.metrics.ranking import choose
from services.reporting.projections.model import Campaign

OTHER = "_other"
"""Stands for all active campaigns that have no series of their own."""

ACTIVE_STATES = ("starting", "running")

COUNTS = (
    "targets",
    "executed_targets",
    "responses",
    "responding_targets",
    "leads",
    "valid_leads",
    "opportunities",
)
AMOUNTS = ("budget", "committed", "cost")


@dataclass(frozen=True)
class Label:
    """What the info metric says about a campaign."""

    code: str
    name: str
    department: str
    state: str


@dataclass(frozen=True)
class Snapshot:
    """Counts by campaign label and name, money by campaign label, name and currency."""

    active: int
    shown: frozenset[UUID]
    labels: Mapping[str, Label]
    counts: Mapping[tuple[str, str], int]
    amounts: Mapping[tuple[str, str, str], Decimal]


def take_snapshot(session: Session, *, active_days: int, before: frozenset[UUID] = frozenset()) -> Snapshot:
    """Count the active campaigns; ``before`` are those that the last snapshot showed.

    Active is what is starting or running and did not end more than ``active_days`` ago.
    """
    campaigns = {one.campaign_id: one for one in session.scalars(_active(active_days))}
    facts = facts_of(session, list(campaigns.values()))
    shown = choose({key: one.targets for key, one in facts.items()}, before)
    counts: dict[tuple[str, str], int] = {}
    amounts: dict[tuple[str, str, str], Decimal] = {}
    for campaign_id, one in facts.items():
        label = str(campaign_id) if campaign_id in shown else OTHER
        _count(one, label, counts, amounts)
    labels = {str(key): _label(campaigns[key]) for key in shown}
    return Snapshot(len(campaigns), shown, labels, counts, amounts)


def _active(active_days: int) -> Select[Campaign]:
    earliest = now().date() - timedelta(days=active_days)
    return select(Campaign).where(
        Campaign.plan_sequence > 0, Campaign.state.in_(ACTIVE_STATES), Campaign.ends_on >= earliest
    )


def _count(
    facts: Facts, label: str, counts: dict[tuple[str, str], int], amounts: dict[tuple[str, str, str], Decimal]
) -> None:
    for name in COUNTS:
        counts[label, name] = counts.get((label, name), 0) + getattr(facts, name)
    for name in AMOUNTS:
        amount = getattr(facts, name)
        if amount is not None:
            key = (label, name, facts.currency or "")
            amounts[key] = amounts.get(key, Decimal()) + amount


def _label(campaign: Campaign) -> Label:
    return Label(campaign.code or "", campaign.name or "", campaign.department or "", campaign.state or "")
