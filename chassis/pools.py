"""Shows the pools of database connections to Prometheus. A scrape reads memory only."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import WeakSet

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chassis import metrics

if TYPE_CHECKING:
    from chassis.database import Database

CONNECTIONS = metrics.PREFIX + "database_connections"
SIZE = metrics.PREFIX + "database_pool_size"
TEXTS = {
    CONNECTIONS: "Connections to the database that are in use.",
    SIZE: "Connections to the database that may be in use at once.",
}

_opened: "WeakSet[Database]" = WeakSet()


def watch(database: "Database") -> None:
    """Show the pool of ``database`` for as long as somebody holds it."""
    _opened.add(database)


class PoolCollector(Collector):
    """Figures by whose pool it is; those of several pools of one name are added up."""

    def collect(self) -> Iterator[Metric]:
        """The series of one scrape."""
        used: Counter[str] = Counter()
        size: Counter[str] = Counter()
        for database in list(_opened):
            if database.service:
                used[database.service] += database.in_use
                size[database.service] += database.pool_size
        for name, figures in ((CONNECTIONS, used), (SIZE, size)):
            family = GaugeMetricFamily(name, TEXTS[name], labels=["pool"])
            for service, figure in figures.items():
                family.add_metric([service], figure)
            yield family

    def describe(self) -> list[Metric]:
        """What ``collect`` may yield, so that to register it does not ask."""
        return [GaugeMetricFamily(name, text, labels=["pool"]) for name, text in TEXTS.items()]


for _name, _text in TEXTS.items():
    metrics.CATALOGUE[_name] = metrics.Metric(_name, "gauge", _text, ("pool",))
REGISTRY.register(PoolCollector())
