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

FIGURES = """
    targets 600; executed_targets 550; responses 72; responding_targets 64; response_rate 0.1164
    leads 53; valid_leads 43; lead_conversion 0.0782; cost_per_lead 43.2651
    budget 12500; committed 480; direct_cost 1860.40; allocated_cost 0; cost 1860.40
    opportunities 0; contracts 0; revenue 0; roi -1
    status targeted 50; status contacted 475; status responded 11; status opted_out 11
    status lead 53; status opportunity 0; status won 0
    goal responses 0.48; goal response_rate 0.97; goal leads 0.53; goal valid_leads 0.5375
    committed of Landing page 480; committed of Mail production 0; committed of Follow-up calls 0
    incurred of Landing page 0; incurred of Mail production 1860.40; incurred of Follow-up calls 0
    mails accepted 550; mails not sent 50
"""
"""What the sample comes to, wherever it is played."""


def evaluation_of(world: World) -> dict[str, object]:
    found: dict[str, object] = world.api.get(WATCHER, "reporting", f"{world.campaign}/evaluation")
    return found


def test_the_evaluation_equals_the_count_by_hand(played: Stage) -> None:
    counted = count(played.world)
    assert differences(counted, evaluation_of(played.world)) == []


def test_both_stacks_come_to_the_same_figures(played: Stage) -> None:
    lines = [line.strip() for line in FIGURES.replace(";", "\n").splitlines()]
    named = [line.rpartition(" ") for line in lines if line]
    assert stated(evaluation_of(played.world)) == {name: Decimal(value) for name, _, value in named}


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
