"""The processes of a stack can be stopped, killed and started one by one, whatever they have done before."""

import pytest
import requests

from contracts.roles import ANALYST
from fanfare.demo import staging
from fanfare.local.stack import SERVICES, Stack
from tests.suite.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def budgets(stack: Stack) -> requests.Response:
    token = stack.token(subject="ada", roles=[ANALYST])
    return requests.get(
        f"{stack.url('finance')}/budgets", headers={"Authorization": f"Bearer {token}"}, timeout=10
    )


def test_every_process_of_the_stack_is_ready(real: Stage) -> None:
    assert {name for name in real.stack.processes if real.stack.ready(name)} == {
        *SERVICES,
        "campaign-worker",
        "finance-worker",
        "lead-worker",
        "outreach-worker",
        "reporting-worker",
    }


def test_a_token_of_the_stack_opens_its_services(played: Stage) -> None:
    assert {budget["currency"] for budget in budgets(played.stack).json()["items"]} == {"EUR"}


def test_a_killed_service_comes_back_under_its_address(real: Stage) -> None:
    real.stack.kill("finance")
    with pytest.raises(requests.ConnectionError):
        budgets(real.stack)
    real.stack.start(["finance"])
    assert budgets(real.stack).ok


def test_a_restarted_worker_had_ended_in_order(real: Stage) -> None:
    assert real.stack.restart("outreach-worker") == 0
    assert real.stack.ready("outreach-worker")


def test_all_services_in_one_process_end_in_order_are_missed_with_their_last_words_and_come_back(
    embedded: Stage,
) -> None:
    assert embedded.stack.stop(["all"]) == {"all": 0}
    with pytest.raises(staging.Died, match=r"all ended with exit code 0. Its last lines:\n\{"):
        embedded.world.wait("something that never comes", lambda: None)
    embedded.stack.start(["all"])
    assert budgets(embedded.stack).ok
