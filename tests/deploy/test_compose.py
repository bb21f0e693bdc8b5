"""The composed stack is sound: it passes the linter, shows nothing to the network, and fits the code."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.config import describe
from fanfare.commands import SERVICES, WITH_WORKERS, service_class
from fanfare.demo.given import GivenStack

FILE = Path("docker-compose.yml")
EXAMPLE = Path("deploy/compose.env")
BUILT = [*SERVICES, *(f"{name}-worker" for name in WITH_WORKERS), *(f"migrate-{name}" for name in SERVICES)]


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load(FILE.read_text())


def test_the_linter_finds_nothing_but_what_has_a_written_reason() -> None:
    tool = Path(sys.executable).with_name("compose-lint")
    command = [str(tool), "check", "--strict-config", "--fail-on", "low", "--skip-suppressed", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_is_published_wider_than_this_machine(compose: Any) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", ())]
    assert len(published) == len(set(published)) >= len(SERVICES)
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("name", BUILT)
def test_every_process_is_there_and_runs_its_own_image(compose: Any, name: str) -> None:
    service = name.removeprefix("migrate-").removesuffix("-worker")
    declared = compose["services"][name]
    assert declared["image"].startswith(f"fanfare-{service}:")
    assert declared["build"]["args"]["SERVICE"] == service
    assert declared["command"][1] == service


@pytest.mark.parametrize("name", BUILT)
def test_every_variable_is_a_setting_of_its_service(compose: Any, name: str) -> None:
    service = name.removeprefix("migrate-").removesuffix("-worker")
    known = {row.name for row in describe(service_class(service).Settings)}
    assert set(compose["services"][name]["environment"]) <= known


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_for_its_migration_and_knows_only_its_own_database(compose: Any, name: str) -> None:
    declared = compose["services"][name]
    assert declared["depends_on"][f"migrate-{name}"] == {"condition": "service_completed_successfully"}
    url = declared["environment"]["FANFARE_DATABASE_URL"]
    assert f"//{name}:${{{name.upper()}_DB_PASSWORD:?}}@postgres:5432/{name}" in url
    assert sum(other.upper() in str(declared["environment"]) for other in SERVICES) == 1


def test_the_demo_finds_every_service_and_its_mails(compose: Any) -> None:
    declared, sink = compose["services"]["demo"], compose["services"]["mailsink"]
    given = declared["environment"]
    known = {row.name.replace("FANFARE_", "FANFARE_DEMO_", 1) for row in describe(GivenStack)}
    assert set(given) <= known
    assert {given[f"FANFARE_DEMO_{name.upper()}_URL"] for name in SERVICES} == {
        f"http://{name}:8000" for name in SERVICES
    }
    assert (
        given["FANFARE_DEMO_LINKS_URL"]
        == compose["services"]["outreach"]["environment"]["FANFARE_PUBLIC_URL"]
    )
    assert f"mail:{given['FANFARE_DEMO_MAILBOX']}:ro" in declared["volumes"]
    assert sink["command"][-1] == given["FANFARE_DEMO_MAILBOX"]


def test_every_password_must_be_given_and_has_an_example() -> None:
    asked = set()
    for piece in FILE.read_text().split("${")[1:]:
        name, _, rest = piece.partition("}")[0].partition(":")
        if "PASSWORD" in name or "KEY" in name:
            assert rest == "?", name
            asked.add(name)
    given = {line.partition("=")[0] for line in EXAMPLE.read_text().splitlines() if "=" in line}
    assert given == asked | {"COMPOSE_PROJECT_NAME"}


def test_prometheus_reads_every_process(compose: Any) -> None:
    config = yaml.safe_load(Path("deploy/prometheus.yml").read_text())
    read = {
        target
        for job in config["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    processes = {f"{name}:9000" for name in BUILT if not name.startswith("migrate-")}
    assert read == processes | {"rabbitmq:15692"}
    assert processes <= {f"{name}:9000" for name in compose["services"]}


def test_prometheus_has_the_rules_and_tells_alertmanager(compose: Any) -> None:
    config = yaml.safe_load(Path("deploy/prometheus.yml").read_text())
    mounts = dict(mount.split(":")[:2] for mount in compose["services"]["prometheus"]["volumes"])
    [rules] = config["rule_files"]
    folder = next(Path(here) for here, there in mounts.items() if there == str(Path(rules).parent))
    assert sorted(path.name for path in folder.glob("*.yml")) == [
        "business.yml",
        "causes.yml",
        "objectives.yml",
    ]
    [told] = config["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    host, _, port = told.partition(":")
    assert f"127.0.0.1:{port}:{port}" in compose["services"][host]["ports"]


def test_alerts_go_to_the_mail_sink_of_the_stack(compose: Any) -> None:
    config = yaml.safe_load(Path("deploy/prometheus/alertmanager.yml").read_text())
    host, _, port = config["global"]["smtp_smarthost"].partition(":")
    assert compose["services"][host]["command"][:4] == ["--host", "0.0.0.0", "--port", port]


def test_grafana_finds_its_source_and_every_dashboard(compose: Any) -> None:
    folder = Path("deploy/grafana/provisioning")
    [source] = yaml.safe_load((folder / "datasources" / "prometheus.yml").read_text())["datasources"]
    assert source["url"].removeprefix("http://").partition(":")[0] in compose["services"]
    [provider] = yaml.safe_load((folder / "dashboards" / "fanfare.yml").read_text())["providers"]
    mounts = {
        there: here for here, there, *_ in (m.split(":") for m in compose["services"]["grafana"]["volumes"])
    }
    assert len(list(Path(mounts[provider["options"]["path"]]).glob("*.json"))) == 5
