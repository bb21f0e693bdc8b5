"""The examples beside the chart give its example values what they ask for, and nothing that is not there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from fanfare.commands import SERVICES
from services.outreach.mailings import leases
from tests.deploy.chart import values
from tests.harness.databases import DatabaseFactory, PostgresDatabases
from tests.services.outreach.builders import a_card, a_mailing

EXAMPLES = Path("deploy/examples")


def objects(name: str) -> Iterator[dict[str, Any]]:
    """The objects in an example."""
    return (one for one in yaml.safe_load_all((EXAMPLES / f"{name}.yaml").read_text("utf-8")) if one)


def of_kind(name: str, kind: str) -> dict[str, dict[str, Any]]:
    """Those of one kind, by name."""
    return {one["metadata"]["name"]: one for one in objects(name) if one["kind"] == kind}


@pytest.mark.parametrize("name", ["external-secrets", "keda", "postgres", "rabbitmq", "secrets"])
def test_everything_is_in_the_namespace_of_the_installation(name: str) -> None:
    assert {one["metadata"]["namespace"] for one in objects(name)} == {"fanfare"}


def test_the_secrets_by_hand_have_the_keys_that_a_small_installation_mounts() -> None:
    made = {name: set(one["stringData"]) for name, one in of_kind("secrets", "Secret").items()}
    given = values("small")
    assert made == {
        f"fanfare-{name}": set(one["secret"]["settings"]) for name, one in given["services"].items()
    }
    (keys,) = of_kind("secrets", "ConfigMap").values()
    assert keys["metadata"]["name"] == given["jwks"]["configMap"]
    assert given["jwks"]["key"] in keys["data"]


def test_the_secrets_of_a_vault_have_the_keys_that_production_mounts() -> None:
    made = of_kind("external-secrets", "ExternalSecret")
    for service, one in values("production")["services"].items():
        spec = made[f"fanfare-{service}"]["spec"]
        assert set(spec["target"]["template"]["data"]) == set(one["secret"]["settings"])
        assert f"/{service}?" in spec["target"]["template"]["data"]["FANFARE_DATABASE_URL"]


def test_every_service_has_a_database_and_a_role_of_its_own() -> None:
    (cluster,) = of_kind("postgres", "Cluster").values()
    roles = {one["name"]: one["passwordSecret"]["name"] for one in cluster["spec"]["managed"]["roles"]}
    assert roles == {service: f"fanfare-postgres-{service}" for service in SERVICES}
    assert set(roles.values()) <= set(of_kind("external-secrets", "ExternalSecret"))
    owners = {one["spec"]["name"]: one["spec"]["owner"] for one in of_kind("postgres", "Database").values()}
    assert owners == {service: service for service in SERVICES}


def test_the_peers_of_production_are_the_servers_of_the_examples() -> None:
    peers = values("production")["networkPolicy"]["peers"]
    (cluster,) = of_kind("postgres", "Cluster")
    (broker,) = of_kind("rabbitmq", "RabbitmqCluster")
    assert peers["database"]["to"] == [{"podSelector": {"matchLabels": {"cnpg.io/cluster": cluster}}}]
    assert peers["broker"]["to"] == [{"podSelector": {"matchLabels": {"app.kubernetes.io/name": broker}}}]


def test_the_broker_has_the_plugin_and_the_schedulers_of_the_composed_one() -> None:
    (broker,) = of_kind("rabbitmq", "RabbitmqCluster").values()
    plugins = Path("deploy/rabbitmq-plugins").read_text("utf-8")
    assert all(plugin in plugins for plugin in broker["spec"]["rabbitmq"]["additionalPlugins"])
    composed = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))["services"]["rabbitmq"]
    arguments = composed["environment"]["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"]
    assert arguments in broker["spec"]["rabbitmq"]["envConfig"]
    assert broker["spec"]["secretBackend"]["externalSecret"]["name"] in of_kind(
        "external-secrets", "ExternalSecret"
    )


def test_senders_are_scaled_by_the_mails_that_wait_for_one(
    fresh_database: DatabaseFactory, postgres: PostgresDatabases
) -> None:
    sender = values("production")["services"]["outreach"]["processes"]["sender"]
    (trigger,) = sender["autoscaling"]["keda"]["triggers"]
    database = fresh_database("outreach", "postgresql")

    def waiting() -> int:
        with database.reading() as session:
            return int(session.execute(text(trigger["metadata"]["query"])).scalar_one())

    assert waiting() == 0
    mailing_id = a_mailing(database, [a_card() for _ in range(5)])
    assert waiting() == 5
    with database.transaction() as session:
        assert leases.take(session, mailing_id, size=2, seconds=60.0)
    assert waiting() == 3
    (signed_in,) = of_kind("keda", "TriggerAuthentication")
    assert trigger["authenticationRef"]["name"] == signed_in
    assert trigger["metadata"]["host"].startswith(f"{next(iter(of_kind('postgres', 'Cluster')))}-rw.")


def test_every_operator_in_the_examples_is_known_to_the_check() -> None:
    known = Path("deploy/check.py").read_text("utf-8")
    groups = {
        one["apiVersion"].partition("/")[0]
        for name in ("external-secrets", "keda", "postgres", "rabbitmq")
        for one in objects(name)
    }
    assert len(groups) == 5
    assert all(f'"{group}"' in known for group in groups)
