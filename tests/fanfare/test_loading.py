"""A process loads no more than its command needs, and not less than what it does there stands on."""

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

from fanfare.commands import SERVICES, service_class, settings_class
from tests.docs.tables import ROOT

LOADED = """
import importlib, json, sys
from fanfare import commands
import chassis.work

for service in commands.WITH_WORKERS:
    commands.settings_class(service)
ours = [name for name in sys.modules if name.startswith("services.")]
routes = sorted(name for name in ours if name.endswith((".api", ".service")))
for service in commands.WITH_WORKERS:
    importlib.import_module(f"services.{service}.worker")
tables = {
    service: importlib.import_module(f"services.{service}.base").Base.metadata.tables
    for service in commands.WITH_WORKERS
}
print(json.dumps({
    "routes": routes,
    "serving": sorted(sys.modules.keys() & {"nameko", "eventlet", "chassis.http"}),
    "tables": {service: sorted(each) for service, each in tables.items()},
    "missing": sorted(
        key.target_fullname
        for each in tables.values()
        for table in each.values()
        for key in table.foreign_keys
        if key.target_fullname.partition(".")[0] not in each
    ),
}))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, Any]:
    """What a process has loaded for the settings of each service, and then for the workers of all."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_who_asks_for_settings_loads_no_routes(loaded: dict[str, Any]) -> None:
    assert loaded["routes"] == []


def test_the_settings_of_a_service_are_those_that_it_runs_with() -> None:
    assert [settings_class(one) for one in SERVICES] == [service_class(one).Settings for one in SERVICES]


def test_workers_load_nothing_that_serves(loaded: dict[str, Any]) -> None:
    assert loaded["serving"] == []


def test_workers_know_every_table_that_theirs_refer_to(loaded: dict[str, Any]) -> None:
    assert loaded["missing"] == []


def test_the_workers_of_lead_know_every_table_that_refers_to_a_contact(loaded: dict[str, Any]) -> None:
    # An undo looks through all tables that are known; `fanfare import` loads the workers for that.
    service_class("lead")
    tables = importlib.import_module("services.lead.base").Base.metadata.tables
    referring = {
        name
        for name, table in tables.items()
        if "contact_id" in table.columns
        or any(key.column.table is tables["contacts"] for key in table.foreign_keys)
    }
    assert referring <= set(loaded["tables"]["lead"])
