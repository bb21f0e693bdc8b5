"""The schema of the values takes what is meant and refuses what is not, before anything is installed."""

import json
from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft7Validator

from chassis.config import PREFIX
from fanfare.commands import SERVICES, service_class
from tests.deploy.chart import CHART, CI, merged, values

SCHEMA = json.loads((CHART / "values.schema.json").read_text("utf-8"))
HPA = {"metrics": [{"type": "Resource"}]}
KEDA = {"triggers": [{"type": "cpu"}]}
LIMITS = {"minReplicas": 2, "maxReplicas": 4}


def takes(changes: dict[str, Any]) -> bool:
    """Whether the schema takes the values of a small installation with ``changes``."""
    return bool(Draft7Validator(SCHEMA).is_valid(merged(values("small"), changes)))


def process(**changes: Any) -> dict[str, Any]:
    """Values that change the process of a service."""
    return {"services": {"lead": {"processes": {"service": changes}}}}


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", CI)
def test_it_takes_the_values_of_every_example(name: str) -> None:
    assert [error.message for error in Draft7Validator(SCHEMA).iter_errors(values(name))] == []


@pytest.mark.parametrize("autoscaling", [{}, {**LIMITS, "hpa": HPA}, {**LIMITS, "keda": KEDA}])
def test_a_process_is_scaled_by_one_of_hpa_and_keda_or_by_neither(autoscaling: dict[str, Any]) -> None:
    assert takes(process(autoscaling=autoscaling))


@pytest.mark.parametrize(
    "autoscaling", [{**LIMITS, "hpa": HPA, "keda": KEDA}, LIMITS, {"hpa": HPA}, {**LIMITS, "kedo": KEDA}]
)
def test_both_are_refused_and_so_is_half_of_one(autoscaling: dict[str, Any]) -> None:
    assert not takes(process(autoscaling=autoscaling))


@pytest.mark.parametrize("service", SERVICES)
def test_no_secret_is_taken_among_the_settings(service: str) -> None:
    secrets = [
        one.name.upper() for one in fields(service_class(service).Settings) if one.metadata.get("secret")
    ]
    assert len(secrets) >= 2
    settings = Draft7Validator(SCHEMA["definitions"]["settings"])
    assert settings.is_valid({"FANFARE_LOG_LEVEL": "info"})
    for secret in secrets:
        for name in (f"{PREFIX}{secret}", f"{PREFIX}{service.upper()}_{secret}"):
            assert not settings.is_valid({name: "x"}), name


def test_all_settings_are_under_that_rule() -> None:
    secret = {"FANFARE_BROKER_URL": "amqp://fanfare:secret@rabbitmq"}
    assert not takes({"settings": secret})
    assert not takes({"services": {"lead": {"settings": secret}}})
    assert not takes(process(settings=secret))


@pytest.mark.parametrize("name", ["GRACE_SECONDS", "HTTP_PORT", "PROBE_PORT", "PROBE_HOST", "FILES_URL"])
def test_what_the_chart_sets_itself_is_not_taken_as_a_setting(name: str) -> None:
    assert not takes({"settings": {f"FANFARE_{name}": "1"}})


@pytest.mark.parametrize(
    "changes",
    [
        {"replicas": 3},
        {"services": {"billing": {"enabled": True}}},
        {"services": {"lead": {"replicas": 3}}},
        {"settings": {"FANFARE_BATCH_SIZE": 200}},
        {"settings": {"LOG_LEVEL": "info"}},
        {"jwks": {"configMap": ""}},
        {"ingress": {"host": ""}},
        {"migration": {"mode": "later"}},
        {"image": {"pullPolicy": "Sometimes"}},
        {"services": {"lead": {"image": {"digest": "sha256:abc"}}}},
        {"services": {"lead": {"secret": {"settings": ["FANFARE_BROKER_URL"]}}}},
        {"services": {"lead": {"files": {"url": "file:///files"}}}},
        {"services": {"lead": {"processes": {"service": None}}}},
        {"services": {"lead": {"processes": {"importer": {"replicas": 2}}}}},
        {"networkPolicy": {"peers": {"database": {"ports": [0]}}}},
        process(ports={"probes": 9000}),
        process(killMarginSeconds=0),
    ],
)
def test_it_refuses(changes: dict[str, Any]) -> None:
    assert takes({})
    assert not takes(changes)
