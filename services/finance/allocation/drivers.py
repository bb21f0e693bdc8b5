"""What each driver measures of a campaign within the period of a pool.

Direct cost is what the ledger says was spent on the campaign, in the currency of its budget. Leads are those
captured in the period, each once. Targets are the size of the target list. Duration is in days on which the
campaign ran, its first and its last one included.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contracts.finance.pools import Driver
from services.finance.budgets.ledger import ZERO
from services.finance.budgets.model import LedgerEntry
from services.finance.facts.model import CampaignLead

Measured = Mapping[UUID, Decimal]


@dataclass(frozen=True)
class Period:
    """Whole days in UTC, both ends included."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def is_over_at(self) -> datetime:
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)


@dataclass(frozen=True)
class Candidate:
    """A campaign with a budget, as far as an allocation looks at it.

    ``launched_on`` and ``ended_on`` are None before that has happened; ``ends_on`` is as planned.
    """

    campaign_id: UUID
    budget_id: UUID
    code: str
    name: str
    currency: str
    is_settled: bool = False
    launched_on: date | None = None
    ended_on: date | None = None
    ends_on: date | None = None
    targets: int = 0


def days_within(candidate: Candidate, period: Period) -> int:
    """On how many days of the period the campaign ran.

    One that has not ended is taken to run to its planned end, or through the period where that end had
    passed before it began or is not known: what is measured twice must not depend on the day it is.
    """
    if candidate.launched_on is None:
        return 0
    planned = candidate.ends_on
    expected = planned if planned is not None and planned >= period.first else period.last
    last = candidate.ended_on or expected
    days = (min(last, period.last) - max(candidate.launched_on, period.first)).days + 1
    return max(0, days)


def measure(
    session: Session, driver: Driver, *, candidates: Sequence[Candidate], period: Period
) -> dict[UUID, Decimal]:
    """What ``driver`` measures of each candidate, by campaign. Nothing is zero."""
    found = DRIVERS[driver](session, candidates, period)
    return {one.campaign_id: found.get(one.campaign_id, ZERO) for one in candidates}


def _direct_cost(session: Session, candidates: Sequence[Candidate], period: Period) -> Measured:
    campaigns = {one.budget_id: one.campaign_id for one in candidates}
    spent = (
        select(LedgerEntry.budget_id, func.sum(LedgerEntry.amount))
        .where(
            LedgerEntry.budget_id.in_(campaigns),
            LedgerEntry.kind == "incur",
            LedgerEntry.posted_at >= period.begins_at,
            LedgerEntry.posted_at < period.is_over_at,
        )
        .group_by(LedgerEntry.budget_id)
    )
    return {campaigns[budget_id]: amount for budget_id, amount in session.execute(spent)}


def _leads(session: Session, candidates: Sequence[Candidate], period: Period) -> Measured:
    captured = (
        select(CampaignLead.campaign_id, func.count())
        .where(
            CampaignLead.campaign_id.in_([one.campaign_id for one in candidates]),
            CampaignLead.captured_at >= period.begins_at,
            CampaignLead.captured_at < period.is_over_at,
        )
        .group_by(CampaignLead.campaign_id)
    )
    return {campaign_id: Decimal(count) for campaign_id, count in session.execute(captured)}


def _targets(_session: Session, candidates: Sequence[Candidate], _period: Period) -> Measured:
    return {one.campaign_id: Decimal(one.targets) for one in candidates}


def _duration(_session: Session, candidates: Sequence[Candidate], period: Period) -> Measured:
    return {one.campaign_id: Decimal(days_within(one, period)) for one in candidates}


def _equal(_session: Session, candidates: Sequence[Candidate], _period: Period) -> Measured:
    return {one.campaign_id: Decimal(1) for one in candidates}


DRIVERS: dict[Driver, Callable[[Session, Sequence[Candidate], Period], Measured]] = {
    "direct_cost": _direct_cost,
    "leads": _leads,
    "targets": _targets,
    "duration": _duration,
    "equal": _equal,
}
