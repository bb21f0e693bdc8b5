"""``make test`` and ``make test-embedded`` divide the tests: none is in both, and none in neither."""

import os
import shlex
import subprocess

import pytest

from tests.conftest import COLLECTED
from tests.docs.tables import ROOT
from tests.harness.databases import POSTGRESQL, SQLITE, DatabaseFactory

SERVERS = {"postgres", "brokers", "chromium"}


@pytest.fixture
def collected(request: pytest.FixtureRequest) -> list[pytest.Item]:
    """All that this run found, chosen or not; what stands in this file at least."""
    return request.config.stash[COLLECTED]


def is_embedded(item: pytest.Item) -> bool:
    return item.get_closest_marker("embedded") is not None


def lanes_of(*target: str) -> list[str]:
    """What a target of the Makefile gives to the lanes."""
    listing = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *target],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    command = shlex.split(listing.stdout.splitlines()[-1])
    return command[command.index("tests.harness.lanes") + 1 :]


def test_a_test_of_databases_has_the_kind_that_it_is_run_for(
    fresh_database: DatabaseFactory, backend: str
) -> None:
    assert fresh_database("lead", backend).engine.dialect.name == backend


def test_one_command_leaves_out_what_the_other_runs() -> None:
    assert lanes_of("test") == ["-m", "not embedded"]
    assert lanes_of("test-embedded") == ["-m", "embedded"]


def test_who_names_some_tests_runs_them_on_both_kinds() -> None:
    assert lanes_of("test", "TESTS=tests/harness") == ["tests/harness"]
    assert lanes_of("test-embedded", "TESTS=tests/harness") == ["-m", "embedded", "tests/harness"]


def test_what_is_left_out_of_this_run_is_what_the_other_runs(
    request: pytest.FixtureRequest, collected: list[pytest.Item]
) -> None:
    left_out = set(collected) - set(request.session.items)
    if request.config.getoption("markexpr") == "not embedded":
        assert left_out == {item for item in collected if is_embedded(item)}
        assert left_out
    elif not request.config.getoption("keyword"):
        assert not any(is_embedded(item) for item in left_out)


def test_what_one_runs_on_sqlite_the_other_runs_on_postgresql(collected: list[pytest.Item]) -> None:
    there = {item.nodeid for item in collected if not is_embedded(item)}
    here = [item for item in collected if is_embedded(item) and SQLITE in item.name]
    assert here
    lonely = [
        item.nodeid
        for item in here
        if item.nodeid.removesuffix(item.name) + item.name.replace(SQLITE, POSTGRESQL) not in there
    ]
    assert lonely == []


def test_the_embedded_ones_need_no_server(collected: list[pytest.Item]) -> None:
    asking = {
        item.nodeid: asked
        for item in collected
        if is_embedded(item) and (asked := SERVERS & set(getattr(item, "fixturenames", ())))
    }
    assert asking == {}
