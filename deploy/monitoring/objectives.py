"""The service level objectives: what share of what happens must go well, over thirty days.

Each is a ratio of two counters that every process shows from its start on. ``least`` is the volume gate: a
window with fewer events than that raises no alert, since one failure among three says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Counted = Literal["right", "wrong", "all"]
"""What a series of a proof counts: what went well, what went wrong, or both."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """``bad`` are the events that went wrong, or ``within`` those that went well; ``total`` are all.

    They are selectors of counters. ``by`` are labels that have objectives of their own. ``samples`` are
    series for the proofs, by what each counts.
    """

    name: str
    alert: str
    title: str
    target: Decimal
    total: str
    bad: str = ""
    within: str = ""
    by: tuple[str, ...] = ()
    least: int = 100
    samples: Mapping[str, Counted]

    @property
    def budget(self) -> Decimal:
        """The share that may go wrong."""
        return 1 - self.target

    def errors(self, window: str) -> str:
        """PromQL: the share that went wrong within ``window``."""
        total = self._sum(f"rate({self.total}[{window}])")
        if self.bad:
            return f"{self._sum(f'rate({self.bad}[{window}])')} / {total}"
        return f"1 - {self._sum(f'rate({self.within}[{window}])')} / {total}"

    def events(self, window: str) -> str:
        """PromQL: how many there were within ``window``."""
        return self._sum(f"increase({self.total}[{window}])")

    def _sum(self, inner: str) -> str:
        return f"sum by ({', '.join(self.by)}) ({inner})" if self.by else f"sum({inner})"


OBJECTIVES = (
    Objective(
        name="events-not-dead",
        alert="FanfareEventsDie",
        title="Events that are applied and not set aside as dead",
        target=Decimal("0.999"),
        bad='fanfare_events_consumed_total{outcome="dead"}',
        total='fanfare_events_consumed_total{outcome=~"applied|dead"}',
        samples={
            'fanfare_events_consumed_total{queue="lead.campaigns",outcome="applied"}': "right",
            'fanfare_events_consumed_total{queue="lead.campaigns",outcome="dead"}': "wrong",
        },
    ),
    Objective(
        name="event-age",
        alert="FanfareEventsOld",
        title="Events that are applied within 60 seconds after they happened",
        target=Decimal("0.99"),
        within='fanfare_event_age_seconds_bucket{le="60.0"}',
        total="fanfare_event_age_seconds_count",
        samples={
            'fanfare_event_age_seconds_bucket{queue="lead.campaigns",le="60.0"}': "right",
            'fanfare_event_age_seconds_count{queue="lead.campaigns"}': "all",
        },
    ),
    Objective(
        name="outbox",
        alert="FanfareOutboxSlow",
        title="Events that the broker has within 30 seconds after they happened",
        target=Decimal("0.999"),
        within='fanfare_outbox_wait_seconds_bucket{le="30.0"}',
        total="fanfare_outbox_wait_seconds_count",
        by=("service",),
        samples={
            'fanfare_outbox_wait_seconds_bucket{service="lead",le="30.0"}': "right",
            'fanfare_outbox_wait_seconds_count{service="lead"}': "all",
        },
    ),
    Objective(
        name="sends",
        alert="FanfareSendsFail",
        title="Copies that end without an error of our own",
        target=Decimal("0.995"),
        bad='fanfare_outreach_delivery_faults_total{whose="ours"}',
        total='fanfare_outreach_deliveries_total{outcome!="suppressed"}',
        samples={
            'fanfare_outreach_deliveries_total{outcome="accepted"}': "right",
            'fanfare_outreach_deliveries_total{outcome="failed"}': "wrong",
            'fanfare_outreach_delivery_faults_total{whose="ours"}': "wrong",
        },
    ),
    Objective(
        name="http",
        alert="FanfareHttpFails",
        title="HTTP requests that are answered without an error of our own",
        target=Decimal("0.999"),
        bad='fanfare_http_requests_total{status="5xx"}',
        total="fanfare_http_requests_total",
        by=("service",),
        samples={
            'fanfare_http_requests_total{service="lead",status="2xx"}': "right",
            'fanfare_http_requests_total{service="lead",status="5xx"}': "wrong",
        },
    ),
    Objective(
        name="projection-lag",
        alert="FanfareProjectionsLag",
        title="Events that the figures of reporting hold within 120 seconds after they happened",
        target=Decimal("0.99"),
        within='fanfare_event_age_seconds_bucket{queue="reporting.facts",le="120.0"}',
        total='fanfare_event_age_seconds_count{queue="reporting.facts"}',
        samples={
            'fanfare_event_age_seconds_bucket{queue="reporting.facts",le="120.0"}': "right",
            'fanfare_event_age_seconds_count{queue="reporting.facts"}': "all",
        },
    ),
    Objective(
        name="first-response",
        alert="FanfareFirstResponsesLate",
        title="Leads and requests that are answered first within their service level",
        target=Decimal("0.95"),
        bad='fanfare_lead_clocks_judged_total{clock="first_response",outcome="late"}',
        total='fanfare_lead_clocks_judged_total{clock="first_response",outcome=~"in_time|late"}',
        least=20,
        samples={
            'fanfare_lead_clocks_judged_total{clock="first_response",outcome="in_time"}': "right",
            'fanfare_lead_clocks_judged_total{clock="first_response",outcome="late"}': "wrong",
        },
    ),
)
