"""Reads of what campaigns came to, by the totals: one statement, however many events there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Session
from services.reporting.evaluation.formulas import Facts, Value, evaluate
from services.reporting.projections.model import Campaign
from services.reporting.totals.counting import COUNTED, MONEY
from services.reporting.totals.model import CampaignTotal


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which campaigns: those that start from ``since`` to ``until``, both included, and so on."""

    since: date | None = None
    until: date | None = None
    kind: str | None = None
    region: str | None = None
    state: str | None = None
    department: str | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Counted:
    """A campaign with what it came to."""

    campaign: Campaign
    facts: Facts
    won: int

    @property
    def launched(self) -> bool:
        """Whether it counts as an activity: something that was planned alone does not."""
        return self.campaign.launch_sequence > 0

    @property
    def figures(self) -> dict[str, Value]:
        """The values of its figures, by name."""
        return {name: figure.value for name, figure in evaluate(self.facts).items()}


def counted(session: Session, actor: Actor, wanted: Wanted) -> Sequence[Counted]:
    """The campaigns of the actor's departments that are wanted, the latest first."""
    query = (
        select(Campaign, CampaignTotal)
        .outerjoin(CampaignTotal, CampaignTotal.campaign_id == Campaign.campaign_id)
        .where(Campaign.plan_sequence > 0, actor.scope(Campaign.__table__.c.department))
        .order_by(Campaign.starts_on.desc(), Campaign.campaign_id.desc())
    )
    for name in ("kind", "region", "state", "department", "currency"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Campaign, name) == value)
    if wanted.since is not None:
        query = query.where(Campaign.starts_on >= wanted.since)
    if wanted.until is not None:
        query = query.where(Campaign.starts_on <= wanted.until)
    return [_counted(campaign, total) for campaign, total in session.execute(query)]


def _counted(campaign: Campaign, total: CampaignTotal | None) -> Counted:
    values: dict[str, Any] = {"targets": campaign.targets or 0, "currency": campaign.currency}
    if total is None:
        return Counted(campaign, Facts(**values), 0)
    values |= {name: getattr(total, name) for name in (*COUNTED, *MONEY)}
    return Counted(campaign, Facts(**values), total.won)
