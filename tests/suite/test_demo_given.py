"""``fanfare demo --stack given`` plays on services that are there already, and disturbs nobody on them."""

import dataclasses
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fanfare.demo.count import count, differences
from fanfare.demo.people import WATCHER
from fanfare.demo.running import await_mail
from fanfare.demo.world import NotArrived
from fanfare.local.process import Child
from fanfare.local.stack import SERVICES
from tests.suite.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SECONDS = 200


@pytest.fixture(scope="module")
def demo(embedded: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    """The command, run to its end on the stack of ``embedded``, whose mailbox is full of other mails."""
    folder = tmp_path_factory.mktemp("given")
    given = folder / "given.env"
    addresses = {f"FANFARE_DEMO_{service.upper()}_URL": embedded.stack.url(service) for service in SERVICES}
    settings = addresses | {
        "FANFARE_OIDC_JWKS": embedded.stack.environment["FANFARE_OIDC_JWKS"],
        "FANFARE_DEMO_MAILBOX": str(embedded.world.mailbox),
        "FANFARE_DEMO_PEOPLE": "200",
    }
    given.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    demo = Child(
        "demo",
        [sys.executable, "-m", "fanfare", "demo", "--stack", "given"],
        log=folder / "printed",
        environment=os.environ | {"FANFARE_CONFIG": str(given)},
        folder=Path.cwd(),
    ).start()
    try:
        assert demo.wait(seconds=SECONDS), demo.tail()
        yield demo
    finally:
        demo.kill()


def test_every_figure_agrees_on_a_stack_that_ran_before(embedded: Stage, demo: Child) -> None:
    printed = demo.tail(lines=1000)
    assert demo.exit_code == 0, printed
    assert "202 rows: 200 created, 1 updated (the same person again), 1 rejected" in printed
    assert f"all {len(embedded.world.counted)} figures agree with the evaluation" in printed


def test_what_was_there_before_is_as_it_was(embedded: Stage, demo: Child) -> None:
    assert demo.exit_code == 0
    world = embedded.world
    evaluation = world.api.get(WATCHER, "reporting", f"{world.campaign}/evaluation")
    assert evaluation["figures"] == world.evaluation["figures"]
    assert differences(count(world), evaluation) == []


def test_the_stack_outlives_the_demonstration(embedded: Stage, demo: Child) -> None:
    assert demo.exit_code == 0
    embedded.world.check()
    assert embedded.stack.wait_ready(seconds=5)


def test_mails_that_go_to_another_sink_are_missed_at_once(embedded: Stage, tmp_path: Path) -> None:
    elsewhere = dataclasses.replace(embedded.world, mailbox=tmp_path)
    with pytest.raises(NotArrived, match=f"none of these mails came to {tmp_path}. Does FANFARE_SMTP_URL"):
        await_mail(elsewhere)
