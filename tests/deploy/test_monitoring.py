"""What is generated for Prometheus and Grafana stands on metrics that exist, and its alerts are proved."""

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy import generate
from deploy.monitoring.alarms import CAUSES
from deploy.monitoring.burning import alerts
from deploy.monitoring.causes import PROCESSES
from deploy.monitoring.objectives import OBJECTIVES, Objective
from deploy.monitoring.pace import DAY, HOUR, MINUTE, Pace
from deploy.monitoring.rules import RUNBOOK, Alert
from deploy.monitoring.totals import AMOUNTS, COUNTS
from fanfare.local.prometheus import PACKAGES, find_programs
from services.reporting.metrics import snapshot
from tests.docs.catalogue import Listed, catalogue
from tests.harness.links import anchors

MADE = generate.files()
ALERTS = [*CAUSES, *(alert for one in OBJECTIVES for alert in alerts(one))]
OF_OTHERS = {
    *("up", "ALERTS", "process_resident_memory_bytes", "process_cpu_seconds_total"),
    *("rabbitmq_detailed_queue_messages_ready", "rabbitmq_detailed_queue_messages_unacked"),
    *("rabbitmq_connections", "rabbitmq_process_resident_memory_bytes"),
    *("rabbitmq_disk_space_available_bytes", "rabbitmq_global_messages_received_total"),
    *("rabbitmq_global_messages_delivered_total", "rabbitmq_alarms_memory_used_watermark"),
    "rabbitmq_alarms_free_disk_space_watermark",
}
"""Metrics of Prometheus, of every process, and of RabbitMQ."""

METRIC = re.compile(r"\b(?:fanfare|rabbitmq|process)[_:][a-z_:0-9]+\b|\bup\b|\bALERTS\b")
SELECTOR = re.compile(r"([a-zA-Z_:0-9]+)\{([^}]*)\}")
QUOTED = re.compile(r'"[^"]*"')
OF_TARGETS = {"instance", "job", "service", "process"}


@cache
def files(folder: str) -> list[Any]:
    """What is generated into a folder, read again."""
    return [
        yaml.load(text, Loader=yaml.CSafeLoader) for path, text in MADE.items() if path.startswith(folder)
    ]


def rules() -> Iterator[dict[str, Any]]:
    for file in files("prometheus/rules/"):
        for group in file["groups"]:
            yield from group["rules"]


def boards() -> list[dict[str, Any]]:
    return [json.loads(text) for path, text in MADE.items() if path.startswith("grafana/")]


def queries() -> Iterator[str]:
    for board in boards():
        for panel in board["panels"]:
            yield from (target["expr"] for target in panel.get("targets", ()))


def known() -> dict[str, Listed]:
    """Every series name that may be asked for, with the metric behind it."""
    found: dict[str, Listed] = {}
    for one in catalogue():
        names = [one.name]
        if one.kind == "histogram":
            names = [f"{one.name}_{part}" for part in ("bucket", "count", "sum")]
        found |= dict.fromkeys(names, one)
    return found


def expressions() -> list[str]:
    return [*(rule["expr"] for rule in rules()), *queries()]


def test_what_is_written_is_as_the_code_has_it() -> None:
    assert generate.main(["--check"]) == 0, "run python -m deploy.generate"


def test_every_metric_that_is_asked_for_exists() -> None:
    names = {name for one in expressions() for name in METRIC.findall(QUOTED.sub('""', one))}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert names - OF_OTHERS - recorded - known().keys() - {"process"} == set()
    assert "fanfare_outbox_lag_seconds" in names


def test_every_label_that_is_chosen_by_is_one_of_its_metric() -> None:
    listed = known()
    for expression in expressions():
        for name, matchers in SELECTOR.findall(expression):
            labels = {part.strip(",") for part in re.findall(r",?\w+(?==|!=)", QUOTED.sub("", matchers))}
            if name in listed:
                own = (
                    {*listed[name].labels, "le"} if listed[name].kind == "histogram" else listed[name].labels
                )
                assert labels <= {*own} | OF_TARGETS, (name, labels)


@pytest.mark.parametrize("one", OBJECTIVES, ids=lambda one: one.name)
def test_an_objective_of_time_is_a_bound_of_its_histogram(one: Objective) -> None:
    if one.within:
        name = one.within.partition("{")[0]
        [bound] = re.findall(r'le="([\d.]+)"', one.within)
        assert float(bound) in known()[name].bounds
    assert one.least > 0


def test_the_objectives_are_those_that_were_promised() -> None:
    assert {one.name: str(one.target) for one in OBJECTIVES} == {
        "events-not-dead": "0.999",
        "event-age": "0.99",
        "outbox": "0.999",
        "sends": "0.995",
        "http": "0.999",
        "projection-lag": "0.99",
        "first-response": "0.95",
    }


def test_the_runbook_has_a_heading_for_every_alert_and_no_other() -> None:
    places = {alert.runbook_url.removeprefix(f"{RUNBOOK}#") for alert in ALERTS}
    assert places <= anchors(Path(RUNBOOK))
    assert places == {one for one in anchors(Path(RUNBOOK)) if one.startswith("fanfare")}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_every_alert_is_proved_to_fire_and_not_to_fire(alert: Alert) -> None:
    proofs = files("prometheus/tests/")
    checks = [check for file in proofs for test in file["tests"] for check in test.get("alert_rule_test", ())]
    own = [bool(check["exp_alerts"]) for check in checks if check["alertname"] == alert.name]
    assert set(own) == {True, False}


def test_every_process_of_the_composed_stack_is_missed_when_it_is_not_there() -> None:
    compose = yaml.safe_load(Path("deploy/prometheus.yml").read_text())
    groups = compose["scrape_configs"][0]["static_configs"]
    assert {(one["labels"]["service"], one["labels"]["process"]) for one in groups} == set(PROCESSES)
    assert compose["scrape_configs"][0]["honor_labels"] is True


def test_every_figure_of_campaigns_is_recorded_once_for_all_replicas() -> None:
    assert (COUNTS, AMOUNTS) == (snapshot.COUNTS, snapshot.AMOUNTS)
    of_campaigns = [rule["expr"] for rule in rules() if rule.get("record", "").startswith("fanfare:campaign")]
    assert all(expr.startswith("max without (pod, instance)") for expr in of_campaigns)


def test_dashboards_take_their_source_as_a_choice() -> None:
    found = boards()
    assert len({board["uid"] for board in found}) == len(found) == 5
    for board in found:
        assert board["templating"]["list"][0]["type"] == "datasource"
        pictures = [panel for panel in board["panels"] if panel["type"] != "row"]
        assert {panel["datasource"]["uid"] for panel in pictures} == {"${datasource}"}
        assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
        assert all(panel["targets"] for panel in pictures)


def test_panels_of_a_dashboard_do_not_lie_over_each_other() -> None:
    for board in boards():
        cells = [
            (x, y)
            for panel in board["panels"]
            for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
            for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
        ]
        assert len(cells) == len(set(cells)) and max(x for x, _ in cells) < 24, board["title"]


def test_durations_are_written_in_their_largest_whole_unit() -> None:
    pace = Pace()
    written = [pace.duration(one) for one in (0, 30, 5 * MINUTE, 90 * MINUTE, 6 * HOUR, 3 * DAY)]
    assert written == ["0s", "30s", "5m", "90m", "6h", "3d"]
    assert Pace(1 / 60).duration(30) == "500ms"
    assert Pace(1 / 60).scaled('rate(x{y="z"}[5m]) > 300') == 'rate(x{y="z"}[5s]) > 300'


@pytest.mark.skipif(find_programs() is None, reason=f"there is no {' and no '.join(PACKAGES)}")
@pytest.mark.parametrize(
    "arguments",
    [
        ["promtool", "check", "config", "--syntax-only", "deploy/prometheus.yml"],
        ["promtool", "check", "rules", "--lint=all", "--lint-fatal", "deploy/prometheus/rules/*.yml"],
        ["promtool", "test", "rules", "deploy/prometheus/tests/*.yml"],
        ["amtool", "check-config", "deploy/prometheus/alertmanager.yml"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_the_tools_of_prometheus_find_nothing_wrong(arguments: list[str]) -> None:
    *command, files = arguments
    found = [str(path) for path in sorted(Path().glob(files))]
    assert found
    done = subprocess.run([*command, *found], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
