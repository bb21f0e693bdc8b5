"""The five services run as processes of their own, and each can be stopped and started alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from contracts.roles import ANALYST
from fanfare.local.postgres import PostgresServer
from fanfare.local.stack import SERVICES, Stack, sqlite_databases
from tests.harness.brokers import Brokers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(brokers: Brokers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    with PostgresServer() as server:
        databases = {service: server.create_service_database(service) for service in SERVICES}
        with Stack(databases=databases, broker_url=brokers.fresh_url(), folder=folder) as stack:
            yield stack


def budgets(stack: Stack) -> requests.Response:
    token = stack.token(subject="ada", roles=[ANALYST])
    return requests.get(
        f"{stack.url('finance')}/budgets", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )


def test_every_process_of_the_stack_is_ready(stack: Stack) -> None:
    assert {name for name in stack.processes if stack.ready(name)} == {
        *SERVICES,
        "campaign-worker",
        "finance-worker",
        "lead-worker",
        "outreach-worker",
    }


def test_a_token_of_the_stack_opens_its_services(stack: Stack) -> None:
    assert budgets(stack).json() == {"items": [], "next": None}


def test_a_killed_service_comes_back_under_its_address(stack: Stack) -> None:
    stack.kill("finance")
    with pytest.raises(requests.ConnectionError):
        budgets(stack)
    stack.start(["finance"])
    assert budgets(stack).ok


def test_a_restarted_service_had_ended_in_order(stack: Stack) -> None:
    assert stack.restart("outreach-worker") == 0
    assert stack.ready("outreach-worker")


def test_all_services_run_in_one_process_on_sqlite(tmp_path: Path) -> None:
    stack = Stack(
        databases=sqlite_databases(tmp_path), broker_url="memory://", folder=tmp_path, embedded=True
    )
    with stack:
        assert budgets(stack).ok
    assert stack.processes["all"].exit_code == 0
