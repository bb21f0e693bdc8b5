"""What somebody asks a report for."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.reporting.comparisons.groups import By, Length
from services.reporting.sources.attribution import Model
from services.reporting.totals.queries import Wanted


@dataclass(frozen=True, kw_only=True)
class ReportQuery(Wanted):
    """Filters of campaigns and leads, and how they are compared and credited."""

    by: By = "campaign"
    period: Length = "month"
    bands: Sequence[Decimal] = ()
    rank: str = "roi"
    model: Model = "linear"
