"""Shows the last snapshot to Prometheus. A scrape reads memory only, never the database."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from chassis import metrics
from chassis.clock import now
from services.reporting.metrics.snapshot import AMOUNTS, COUNTS, Snapshot

HELP = {
    "targets": "Length of the campaign's frozen target list.",
    "executed_targets": "Targets with at least one accepted delivery.",
    "responses": "Answers of targets.",
    "responding_targets": "Targets with at least one response.",
    "leads": "Leads that the campaign brought.",
    "valid_leads": "Leads qualified as near term or long term.",
    "opportunities": "Targets that became an opportunity or were won.",
    "budget": "Budget of all lines.",
    "committed": "Commitments still open.",
    "cost": "Direct and allocated cost.",
}

LABELS = {**dict.fromkeys(COUNTS, ("campaign_id",)), **dict.fromkeys(AMOUNTS, ("campaign_id", "currency"))}
INFO_LABELS = ("campaign_id", "code", "name", "department", "state")


class CampaignCollector(Collector):
    """Gauges by campaign. A snapshot older than ``stale_seconds`` shows none of them."""

    def __init__(self, *, stale_seconds: float) -> None:
        self.stale_seconds = stale_seconds
        self._snapshot: Snapshot | None = None
        self._taken_at = 0.0

    def show(self, snapshot: Snapshot) -> None:
        """Show ``snapshot`` from now on."""
        self._taken_at = now().timestamp()
        self._snapshot = snapshot

    def collect(self) -> Iterator[Metric]:
        """The series of one scrape."""
        snapshot, taken_at = self._snapshot, self._taken_at
        if snapshot is None:
            return
        age = GaugeMetricFamily(_name("snapshot_timestamp_seconds"), "When the campaigns were last counted.")
        age.add_metric([], taken_at)
        yield age
        if now().timestamp() - taken_at <= self.stale_seconds:
            yield from _families(snapshot)


def describe() -> None:
    """List the metrics of the collector in the catalogue that the docs are made from."""
    listed = [
        ("snapshot_timestamp_seconds", "gauge", "When the campaigns were last counted.", ()),
        ("active", "gauge", "Campaigns that are starting or running.", ()),
        ("info", "info", "The campaign's names and state.", INFO_LABELS),
        *((name, "gauge", HELP[name], labels) for name, labels in LABELS.items()),
    ]
    for name, kind, text, labels in listed:
        metrics.CATALOGUE[_name(name)] = metrics.Metric(_name(name), kind, text, labels)


def _families(snapshot: Snapshot) -> Iterator[Metric]:
    active = GaugeMetricFamily(_name("active"), "Campaigns that are starting or running.")
    active.add_metric([], snapshot.active)
    yield active
    info = InfoMetricFamily(_name(""), "The campaign's names and state.", labels=["campaign_id"])
    for campaign_id, label in snapshot.labels.items():
        info.add_metric([campaign_id], vars(label))
    yield info
    families = {
        name: GaugeMetricFamily(_name(name), HELP[name], labels=labels) for name, labels in LABELS.items()
    }
    for (campaign_id, name), count in snapshot.counts.items():
        families[name].add_metric([campaign_id], count)
    for (campaign_id, name, currency), amount in snapshot.amounts.items():
        families[name].add_metric([campaign_id, currency], float(amount))
    yield from families.values()


def _name(name: str) -> str:
    return f"{metrics.PREFIX}campaign_{name}".rstrip("_")


describe()
