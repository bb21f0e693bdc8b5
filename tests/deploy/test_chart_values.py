"""The values of the chart fit the code: its commands, settings, ports, workers and routes."""

import importlib
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.config import PREFIX, Settings, describe, load
from chassis.database import Database
from chassis.http import declarations
from chassis.work import chosen
from fanfare.commands import SERVICES, WITH_WORKERS, service_class
from services.outreach.settings import OutreachSettings
from tests.deploy.chart import CI, component, processes, values
from tests.docs.test_commands import parse

EVERY = ("", *CI)
DOCKERFILE = Path("deploy/Dockerfile").read_text("utf-8")
makers = {name: importlib.import_module(f"services.{name}.worker").workers for name in WITH_WORKERS}


def known(service: str) -> set[str]:
    """The names of the settings of a service."""
    return {row.name for row in describe(service_class(service).Settings)}


def commands(given: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Every command in the chart, with the service that it is for."""
    found = [(service, one["args"]) for service, _, one in processes(given)]
    for service, one in given["services"].items():
        found += [(service, one["migration"]["args"])]
        found += [(service, job["args"]) for job in one["jobs"].values()]
    return found


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_one_of_fanfare_and_for_its_own_service(name: str) -> None:
    found = commands(values(name))
    assert len(found) >= 17
    for service, args in found:
        parse(shlex.join(args))
        assert service in args


@pytest.mark.parametrize("name", EVERY)
def test_every_variable_is_a_setting_of_its_service(name: str) -> None:
    given = values(name)
    assert set(given["settings"]) <= {row.name for row in describe(Settings)}
    for service, one in given["services"].items():
        assert {*one["settings"], *one["secret"]["settings"]} <= known(service)
    for service, _, process in processes(given):
        assert set(process["settings"]) <= known(service)


@pytest.mark.parametrize("name", EVERY)
def test_every_service_is_given_the_keys_that_postgresql_wants(name: str) -> None:
    given = values(name)["services"]
    with_key = {service for service in SERVICES if "FANFARE_LINK_KEY" in known(service)}
    assert {
        service for service in given if "FANFARE_LINK_KEY" in given[service]["secret"]["settings"]
    } == with_key
    assert {service for service in given if "files" in given[service]} == {
        service for service in SERVICES if "FANFARE_FILES_URL" in known(service)
    }


def test_every_process_of_the_composed_stack_is_a_deployment_with_its_command() -> None:
    composed = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))["services"]
    run = {
        name: one["command"]
        for name, one in composed.items()
        if one.get("command", [""])[0] in {"run", "work"}
    }
    assert {component(service, process): one["args"] for service, process, one in processes(values())} == run


def test_ports_are_those_of_the_image() -> None:
    exposed = {int(port) for port in re.findall(r"\d+", re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.M)[0])}
    for _, process, one in processes(values()):
        if process == "service":
            assert {*one["ports"].values(), 9000} == exposed
        else:
            assert one["args"][-2:] == ["--probe-port", "9000"]
    assert "FANFARE_HTTP_PORT=8000" in DOCKERFILE and "FANFARE_PROBE_PORT=9000" in DOCKERFILE
    composed = yaml.safe_load(Path("docker-compose.yml").read_text("utf-8"))["services"]
    assert {port.rpartition(":")[2] for service in SERVICES for port in composed[service]["ports"]} == {
        "8000"
    }


def test_the_user_and_the_folder_of_files_are_those_of_the_image() -> None:
    assert "USER 10001:10001" in DOCKERFILE
    assert re.search(r"mkdir -p .*/files .*chown 10001:10001 .*/files", DOCKERFILE)


@pytest.mark.parametrize("name", EVERY)
def test_a_process_may_take_the_time_that_its_longest_step_takes(name: str) -> None:
    for service, process, one in processes(values(name)):
        longest = 0.0
        if service == "outreach" and {"mail", "web"} & set(one["needs"]) and process != "service":
            settings = OutreachSettings(service="outreach", link_key="x" * 32)
            longest = max(settings.smtp_seconds, settings.print_seconds)
        assert one["graceSeconds"] > longest, (service, process)


def test_every_public_route_is_on_the_host_of_links_and_no_path_is_there_twice() -> None:
    given = values()["services"]
    paths = [path for one in given.values() for path in one["ingress"]["paths"]]
    assert len(paths) == len(set(paths))
    for service in SERVICES:
        public = {one.path for one, _ in declarations(service_class(service)) if one.public}
        missing = {
            path
            for path in public - {"/openapi.json"}
            if not any(
                path == own or path.startswith(f"{own}/") for own in given[service]["ingress"]["paths"]
            )
        }
        assert missing == set(), service


@pytest.mark.parametrize("service", WITH_WORKERS)
@pytest.mark.parametrize("name", EVERY)
def test_the_processes_of_a_service_have_every_worker_between_them(
    name: str, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = values(name)
    database = Database(f"sqlite:///{tmp_path / 'any.db'}", service=service)
    working, possible = set[str](), set[str]()
    for owner, process, one in processes(given):
        if owner == service and process != "service":
            variables = {**given["settings"], **given["services"][service]["settings"], **one["settings"]}
            settings = settings_from(service, variables, monkeypatch)
            everyone = makers[service](settings, database)
            possible |= {worker.name for worker in everyone}
            working |= {worker.name for worker in chosen(everyone, settings)}
    database.close()
    assert working == possible
    assert len(possible) > 0


def settings_from(service: str, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a process reads from its variables, and from the secret that it needs."""
    with monkeypatch.context() as environment:
        for variable in [one for one in os.environ if one.startswith(PREFIX)]:
            environment.delenv(variable)
        for variable, value in {**variables, "FANFARE_LINK_KEY": "x" * 32}.items():
            # What is only there in a pod, such as a certificate.
            if not value.startswith("/etc/"):
                environment.setenv(variable, value)
        kind: type[Settings] = service_class(service).Settings
        return load(kind, service)


@pytest.mark.parametrize("name", EVERY)
def test_every_need_is_a_peer_of_the_network(name: str) -> None:
    given = values(name)
    peers = set(given["networkPolicy"]["peers"])
    for service, process, one in processes(given):
        assert set(one["needs"]) <= peers
        assert "database" in one["needs"], (service, process)
        assert ({"broker", "issuer"} <= set(one["needs"])) == (process == "service")
    assert all(
        set(job["needs"]) <= peers for one in given["services"].values() for job in one["jobs"].values()
    )


def test_versions_are_those_of_the_project() -> None:
    chart = yaml.safe_load(Path("deploy/chart/Chart.yaml").read_text("utf-8"))
    version = re.findall(r'^version = "(.*)"$', Path("pyproject.toml").read_text("utf-8"), re.M)[0]
    assert (chart["version"], chart["appVersion"]) == (version, version)
