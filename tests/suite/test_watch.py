"""A real Prometheus watches over the played demonstration: what it shows, what it says when something dies.

It loads the shipped rules, whose durations are a thirtieth: who is gone for five minutes is missed after ten
seconds. Reporting runs twice.
"""

import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from deploy import generate
from deploy.monitoring.pace import Pace
from deploy.monitoring.totals import COUNTS, all_campaigns
from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, wait_until
from fanfare.local.prometheus import PACKAGES, PrometheusServer, find_programs
from fanfare.local.stack import Stack
from tests.harness.brokers import Brokers, VirtualHosts
from tests.suite.conftest import Stage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_programs() is None, reason=f"there is no {' and no '.join(PACKAGES)}"),
]

PACE = Pace(1 / 30)
SCRAPE = "1s"
SECONDS = 60.0
MOST_SERIES = 2_000
MOST_SCRAPE_SECONDS = 0.05
SCRAPES = 10
CPU = re.compile(r"^process_cpu_seconds_total (\S+)$", re.MULTILINE)
OF_THE_MACHINE = {"FanfareEventLoopBlocked"}
"""What also fires where others need the cores of the machine."""


@dataclass(frozen=True)
class Watch:
    """The watched stack, the second process of reporting, and whether the broker is watched too."""

    prometheus: PrometheusServer
    stack: Stack
    replica: Child
    probes: dict[str, int]
    with_broker: bool

    def firing(self) -> set[str]:
        return self.prometheus.firing() - OF_THE_MACHINE

    def value(self, expression: str) -> float | None:
        found = self.prometheus.query(expression)
        return float(found[0]["value"][1]) if len(found) == 1 else None


@pytest.fixture(scope="module")
def watch(real: Stage, brokers: Brokers) -> Iterator[Watch]:
    stack, http, probe = real.stack, free_port(), free_port()
    settings = {"FANFARE_REPORTING_HTTP_PORT": str(http), "FANFARE_REPORTING_PROBE_PORT": str(probe)}
    replica = Child(
        "reporting-2",
        [sys.executable, "-m", "fanfare", "run", "reporting"],
        log=stack.folder / "reporting-2.log",
        environment=stack.environment | settings,
        folder=stack.folder,
    )
    probes = {name: stack.probe_port(name) for name in stack.processes} | {"reporting-2": probe}
    jobs = [_of_processes(probes)]
    if isinstance(brokers, VirtualHosts):
        jobs += _of_broker(f"{HOST}:{brokers.server.measure()}")
    times = {"scrape_interval": SCRAPE, "scrape_timeout": SCRAPE, "evaluation_interval": SCRAPE}
    configuration = {"global": times, "scrape_configs": jobs}
    try:
        replica.start().wait_ready(lambda: _is_ready(probe), seconds=SECONDS)
        with PrometheusServer(configuration, generate.rules(PACE)) as prometheus:
            yield Watch(prometheus, stack, replica, probes, with_broker=len(jobs) > 1)
    finally:
        replica.kill()


def _is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://{HOST}:{port}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


def _of_processes(probes: dict[str, int]) -> dict[str, Any]:
    groups = []
    for name, port in probes.items():
        service, _, kind = name.partition("-")
        labels = {"service": service, "process": "worker" if kind == "worker" else "service"}
        groups.append({"targets": [f"{HOST}:{port}"], "labels": labels})
    return {"job_name": "fanfare", "honor_labels": True, "static_configs": groups}


def _of_broker(target: str) -> list[dict[str, Any]]:
    where: dict[str, Any] = {"static_configs": [{"targets": [target]}]}
    queues = {"metrics_path": "/metrics/detailed", "params": {"family": ["queue_coarse_metrics"]}}
    return [{"job_name": "rabbitmq", **where}, {"job_name": "rabbitmq-queues", **queues, **where}]


def asked(expression: str) -> str:
    """A query of a dashboard as Grafana sends it, with everything chosen."""
    return expression.replace("$__rate_interval", "10s").replace("$service", ".*")


def empty_panels(watch: Watch) -> list[str]:
    boards = [board for board in generate.BOARDS if watch.with_broker or board.uid != "fanfare-broker"]
    return [
        f"{board.title}, {panel.title}: {query.expr}"
        for board in boards
        for panel in board.panels()
        for query in panel.queries
        if not watch.prometheus.query(asked(query.expr))
    ]


def scraped(port: int) -> tuple[int, float]:
    """How many series a process shows, and how many seconds of CPU it takes to show them."""
    pages = [requests.get(f"http://{HOST}:{port}/metrics", timeout=30).text for _ in range(SCRAPES + 1)]
    first, last = (float(line[1]) for line in map(CPU.search, (pages[0], pages[-1])) if line)
    series = sum(not line.startswith("#") for line in pages[-1].splitlines())
    return series, (last - first) / SCRAPES


def test_no_panel_of_any_dashboard_is_empty_after_the_demonstration(watch: Watch) -> None:
    assert wait_until(lambda: not empty_panels(watch), seconds=SECONDS, pause=1.0), empty_panels(watch)


def test_no_process_shows_too_many_series_or_takes_long_to_show_them(watch: Watch) -> None:
    shown = {name: scraped(port) for name, port in watch.probes.items()}
    assert {name: many for name, (many, _) in shown.items() if many >= MOST_SERIES} == {}
    assert {name: took for name, (_, took) in shown.items() if took >= MOST_SCRAPE_SECONDS} == {}


def test_the_killed_are_missed_nothing_else_is_said_and_totals_neither_double_nor_fall(watch: Watch) -> None:
    targets = "fanfare_campaign_targets"
    both = f"count({targets}) == 2 and max({targets}) == min({targets})"
    assert wait_until(lambda: bool(watch.prometheus.query(both)), seconds=SECONDS, pause=0.2)
    assert wait_until(lambda: not watch.firing(), seconds=SECONDS, pause=0.2), watch.firing()
    expected = {name: watch.value(f"max({name})") for name in map(all_campaigns, COUNTS)}
    assert expected[all_campaigns("targets")]
    began = time.time()
    watch.stack.kill("lead")
    watch.replica.kill()
    try:
        told = {"FanfareProcessAbsent", "FanfareReplicaDown"}
        assert wait_until(lambda: watch.firing() >= told, seconds=SECONDS, pause=0.2), watch.firing()
        assert watch.firing() == told
        [missed] = watch.prometheus.query('ALERTS{alertname="FanfareProcessAbsent",alertstate="firing"}')
        assert (missed["metric"]["service"], missed["metric"]["process"]) == ("lead", "service")
        assert watch.prometheus.query(f"count({targets}) == 1")
    finally:
        watch.stack.start(["lead"])
    assert wait_until(lambda: watch.firing() == {"FanfareReplicaDown"}, seconds=SECONDS, pause=0.2)
    for name, value in expected.items():
        [series] = watch.prometheus.history(name, start=began - 5, end=time.time(), step=1)
        assert {float(figure) for _, figure in series["values"]} == {value}, name
