"""Tests of the rules for ``promtool test rules``: alerts fire where they must, and nowhere else."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from deploy.monitoring.alarms import CAUSES
from deploy.monitoring.burning import EVENTS, alerts
from deploy.monitoring.causes import Cause, Series
from deploy.monitoring.objectives import OBJECTIVES, Objective
from deploy.monitoring.rules import Alert
from deploy.monitoring.totals import COUNTS, all_campaigns, one_campaign

A_MINUTE = 10_000
"""Events a minute in the proofs of objectives: enough for whole numbers of errors."""

SHARES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "not": (0, ()),
    "slowly": (4, ("Slowly",)),
    "fast": (18, ("Fast", "Slowly")),
}
"""How many times as fast as it may the budget burns, and which alerts fire then."""

LONG = 75
"""Minutes after which the windows of an hour are full of it."""


def of_objectives() -> dict[str, Any]:
    """The proofs of the alerts on objectives."""
    tests = [test for one in OBJECTIVES for test in _objective(one)]
    return _file("../rules/objectives.yml", [*tests, _restarted()])


def of_causes() -> dict[str, Any]:
    """The proofs of the alerts on causes."""
    return _file("../rules/causes.yml", [test for cause in CAUSES for test in _cause(cause)])


def of_totals() -> dict[str, Any]:
    """The proofs of the business metrics: two replicas, of which one goes and another comes."""
    return _file("../rules/business.yml", [_replicas(name) for name in COUNTS[:3]])


def _objective(one: Objective) -> Iterator[dict[str, Any]]:
    for case, (burn, firing) in SHARES.items():
        wrong = burn * one.budget * A_MINUTE
        series = _samples(one, right=A_MINUTE - wrong, wrong=wrong)
        yield _test(f"{one.name} burns {case}", series, at=LONG, checks=_burning(one, firing))
    few = Decimal(one.least) / 2 / LONG
    series = _samples(one, right=Decimal(), wrong=few)
    yield _test(f"{one.name} has few events", series, at=LONG, checks=_burning(one, ()))


def _restarted() -> dict[str, Any]:
    """One of two replicas starts anew and counts from nothing: what is added up does not fall back."""
    series = {
        'fanfare_http_requests_total{service="lead",status="2xx",instance="a"}': "0+100x40 0+100x34",
        'fanfare_http_requests_total{service="lead",status="2xx",instance="b"}': f"0+100x{LONG}",
        'fanfare_http_requests_total{service="lead",status="5xx",instance="b"}': f"0+0x{LONG}",
    }
    told = f'{EVENTS}1h{{slo="http"}}'
    check = {
        "expr": f"({told} > bool 11600) * ({told} < bool 12100)",
        "eval_time": f"{LONG}m",
        "exp_samples": [{"labels": '{service="lead",slo="http"}', "value": 1}],
    }
    name = "http after a restart"
    return {"name": name, "interval": "1m", "input_series": _input(series), "promql_expr_test": [check]}


def _samples(one: Objective, *, right: Decimal, wrong: Decimal) -> Series:
    """The series of a proof, of which so many go right and wrong a minute."""
    amounts = {"right": right, "wrong": wrong, "all": right + wrong}
    return {series: f"0+{amounts[counted]:.3f}x{LONG}" for series, counted in one.samples.items()}


def _burning(one: Objective, firing: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    labels = {"service": "lead"} if "service" in one.by else {}
    for alert in alerts(one):
        fires = alert.name.removeprefix(one.alert) in firing
        yield _check(alert, labels=labels if fires else None)


def _cause(cause: Cause) -> Iterator[dict[str, Any]]:
    name, at = cause.alert.name, cause.at
    yield _test(f"{name} fires", cause.fires, at=at, checks=[_check(cause.alert, labels=cause.labels)])
    yield _test(f"{name} is quiet", cause.quiet, at=at, checks=[_check(cause.alert, labels=None)])


def _check(alert: Alert, *, labels: Mapping[str, str] | None) -> dict[str, Any]:
    """That the alert fires with ``labels``, or not at all."""
    found: dict[str, Any] = {"alertname": alert.name, "exp_alerts": []}
    if labels is not None:
        summary = alert.summary
        for name, value in labels.items():
            summary = summary.replace(f"{{{{ $labels.{name} }}}}", value)
        shown = {"severity": alert.severity, **alert.labels, **labels}
        told = {"summary": summary, "runbook_url": alert.runbook_url}
        found["exp_alerts"].append({"exp_labels": shown, "exp_annotations": told})
    return found


def _replicas(name: str) -> dict[str, Any]:
    """One replica lists two campaigns, another only one of them by itself; the first goes, and comes back."""
    metric = f"fanfare_campaign_{name}"
    series = {
        f'{metric}{{instance="a",campaign_id="x"}}': "7+0x9 stale _x9 7+0x20",
        f'{metric}{{instance="a",campaign_id="y"}}': "3+0x9 stale _x9 3+0x20",
        f'{metric}{{instance="b",campaign_id="x"}}': "7+0x40",
        f'{metric}{{instance="b",campaign_id="_other"}}': "3+0x40",
    }
    always = [
        {
            "expr": all_campaigns(name),
            "eval_time": f"{at}m",
            "exp_samples": [{"labels": all_campaigns(name), "value": 10}],
        }
        for at in (5, 15, 30)
    ]
    one = {
        "expr": f'{one_campaign(name)}{{campaign_id="x"}}',
        "eval_time": "15m",
        "exp_samples": [{"labels": f'{one_campaign(name)}{{campaign_id="x"}}', "value": 7}],
    }
    return {
        "name": f"{name} with two replicas",
        "interval": "1m",
        "input_series": _input(series),
        "promql_expr_test": [*always, one],
    }


def _test(name: str, series: Series, *, at: int, checks: Iterable[dict[str, Any]]) -> dict[str, Any]:
    found = [{**check, "eval_time": f"{at}m"} for check in checks]
    return {"name": name, "interval": "1m", "input_series": _input(series), "alert_rule_test": found}


def _input(series: Series) -> list[dict[str, str]]:
    return [{"series": name, "values": values} for name, values in series.items()]


def _file(rules: str, tests: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rule_files": [rules], "evaluation_interval": "30s", "tests": tests}
