"""Tests of the rules for ``promtool test rules``: alerts fire where they must, and nowhere else."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from deploy.monitoring.alarms import CAUSES
from deploy.monitoring.burning import EVENTS, alerts
from deploy.monitoring.causes import Series
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


@dataclass(frozen=True)
class Claim:
    """What is said of alerts where there are these series."""

    series: Series
    checks: list[dict[str, Any]]

    @property
    def metrics(self) -> set[str]:
        """The names of its series."""
        return {name.partition("{")[0] for name in self.series}


def of_objectives() -> dict[str, Any]:
    """The proofs of the alerts on objectives."""
    tests: list[dict[str, Any]] = []
    for case, (burn, firing) in SHARES.items():
        shares = [(one, burn * one.budget * A_MINUTE) for one in OBJECTIVES]
        claims = [_claim(one, right=A_MINUTE - wrong, wrong=wrong, firing=firing) for one, wrong in shares]
        tests += _tests(f"the budget burns {case}", claims)
    few = [(one, Decimal(one.least) / 2 / LONG) for one in OBJECTIVES]
    claims = [_claim(one, right=Decimal(), wrong=wrong, firing=()) for one, wrong in few]
    tests += _tests("few events, all wrong", claims)
    # A hundred rules over an hour and more: to look at them every minute would take long.
    return _file("../rules/objectives.yml", [*tests, _restarted()], every="5m")


def of_causes() -> dict[str, Any]:
    """The proofs of the alerts on causes."""
    firing = [Claim(one.fires, [_check(one, at=one.at, labels=one.of)]) for one in CAUSES]
    quiet = [Claim(one.quiet, [_check(one, at=one.at, labels=None)]) for one in CAUSES]
    return _file("../rules/causes.yml", [*_tests("what fires", firing), *_tests("what does not", quiet)])


def of_totals() -> dict[str, Any]:
    """The proofs of the business metrics: two replicas, of which one goes and another comes."""
    return _file("../rules/business.yml", [_replicas(name) for name in COUNTS[:3]])


def _tests(name: str, claims: Iterable[Claim]) -> Iterator[dict[str, Any]]:
    """Few tests, since each takes its time to begin: claims about different metrics share one."""
    batches: list[list[Claim]] = []
    for claim in claims:
        free = (one for one in batches if all(claim.metrics.isdisjoint(other.metrics) for other in one))
        batch = next(free, None)
        if batch is None:
            batches.append([claim])
        else:
            batch.append(claim)
    for number, batch in enumerate(batches, start=1):
        series = {name: values for claim in batch for name, values in claim.series.items()}
        checks = [check for claim in batch for check in claim.checks]
        yield _test(f"{name}, {number}", series) | {"alert_rule_test": checks}


def _test(name: str, series: Series) -> dict[str, Any]:
    given = [{"series": one, "values": values} for one, values in series.items()]
    return {"name": name, "interval": "1m", "input_series": given}


def _claim(one: Objective, *, right: Decimal, wrong: Decimal, firing: tuple[str, ...]) -> Claim:
    """Where so many events go right and wrong a minute, the alerts whose names end in ``firing`` fire."""
    amounts = {"right": right, "wrong": wrong, "all": right + wrong}
    series = {name: f"0+{amounts[counted]:.3f}x{LONG}" for name, counted in one.samples.items()}
    labels = {"service": "lead"} if "service" in one.by else {}
    checks = []
    for alert in alerts(one):
        fires = alert.name.removeprefix(one.alert) in firing
        checks.append(_check(alert, at=LONG, labels=labels if fires else None))
    return Claim(series, checks)


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
    return _test("http after a restart", series) | {"promql_expr_test": [check]}


def _check(alert: Alert, *, at: int, labels: Mapping[str, str] | None) -> dict[str, Any]:
    """That the alert fires with ``labels`` after so many minutes, or not at all."""
    found: dict[str, Any] = {"eval_time": f"{at}m", "alertname": alert.name, "exp_alerts": []}
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
    return _test(f"{name} with two replicas", series) | {"promql_expr_test": [*always, one]}


def _file(rules: str, tests: list[dict[str, Any]], *, every: str = "1m") -> dict[str, Any]:
    return {"rule_files": [rules], "evaluation_interval": every, "tests": tests}
