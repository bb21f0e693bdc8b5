"""What somebody asks a report for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.reporting.comparisons.groups import By, Length
from services.reporting.sources.attribution import Model
from services.reporting.totals.queries import Wanted


@dataclass(frozen=True, kw_only=True)
class ReportQuery:
    """Filters of campaigns and leads, and how they are compared and credited."""

    since: date | None = None
    until: date | None = None
    kind: str | None = None
    region: str | None = None
    state: str | None = None
    department: str | None = None
    currency: str | None = None
    by: By = "campaign"
    period: Length = "month"
    bands: Sequence[Decimal] = ()
    rank: str = "roi"
    model: Model = "linear"

    @property
    def campaigns(self) -> Wanted:
        """Which campaigns are wanted."""
        return Wanted(
            since=self.since,
            until=self.until,
            kind=self.kind,
            region=self.region,
            state=self.state,
            department=self.department,
            currency=self.currency,
        )
