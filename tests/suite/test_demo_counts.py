"""The evaluation of a demonstration says what counting by hand gives, on every stack the same."""

import dataclasses
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from fanfare.demo.count import count, differences, stated
from fanfare.demo.people import WATCHER
from fanfare.demo.recipients import mails_of
from fanfare.demo.world import World
from tests.suite.conftest import Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


def evaluation_of(world: World) -> dict[str, object]:
    found: dict[str, object] = world.api.get(WATCHER, "reporting", f"{world.campaign}/evaluation")
    return found


def test_the_evaluation_equals_the_count_by_hand(played: Stage) -> None:
    counted = count(played.world)
    assert differences(counted, evaluation_of(played.world)) == []
    values = {name: one.value for name, one in counted.items()}
    assert values["executed_targets"] == 550
    assert values["cost"] == Decimal("1860.40")
    assert [values[name] for name in ("leads", "valid_leads", "committed")] == [53, 43, 480]


def test_both_stacks_come_to_the_same_figures(embedded: Stage, real: Stage) -> None:
    assert stated(evaluation_of(embedded.world)) == stated(evaluation_of(real.world))


def test_nobody_gets_two_mails(played: Stage) -> None:
    copies = Counter(recipient for recipient, _ in mails_of(played.world))
    assert [recipient for recipient, times in copies.items() if times > 1] == []


def test_a_mail_that_is_missing_from_the_sink_is_noticed(embedded: Stage, tmp_path: Path) -> None:
    mailbox = tmp_path / "mail"
    shutil.copytree(embedded.world.mailbox, mailbox)
    next((mailbox / "new").glob("*.eml")).unlink()
    found = differences(
        count(dataclasses.replace(embedded.world, mailbox=mailbox)), embedded.world.evaluation
    )
    assert any(one.startswith("executed_targets: the evaluation says 550, ") for one in found), found


def test_a_figure_that_nobody_counted_is_noticed(embedded: Stage) -> None:
    counted = {name: one for name, one in embedded.world.counted.items() if name != "roi"}
    assert differences(counted, embedded.world.evaluation) == ["roi: nobody counted it"]
