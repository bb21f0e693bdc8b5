"""The drills on a wave of mails, each in its short form; and what their judge makes of a ledger."""

import subprocess
import sys
from collections import Counter

import pytest

from bench.chaos.counted import Ledger, judge
from tests.architecture.source import ROOT


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("kill-sender", "kill-sender lost 0 duplicated 0 uncertain "),
        ("roll", "roll lost 0 duplicated 0 uncertain 0"),
        ("smtp", "smtp lost 0 duplicated 0 uncertain "),
    ],
)
def test_a_drill_keeps_its_promise(name: str, promise: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--short", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=580,
    )
    assert done.stdout.startswith(promise), done.stdout + done.stderr
    assert done.returncode == 0, done.stdout


GOOD = {"a@x": ("accepted", ""), "b@x": ("uncertain", "sender_lost"), "c@x": ("suppressed", "no_consent")}


def test_a_ledger_that_agrees_with_the_mail_server_is_kept() -> None:
    for arrived in (Counter(["a@x"]), Counter(["a@x", "b@x"])):
        assert judge("drill", Ledger(GOOD), arrived, most_uncertain=1).kept


@pytest.mark.parametrize(
    ("arrived", "lost", "duplicated", "broken"),
    [
        (Counter[str](), 1, 0, 0),
        (Counter(["a@x", "a@x"]), 0, 1, 0),
        (Counter(["a@x", "c@x"]), 0, 0, 1),
        (Counter(["a@x", "d@x"]), 0, 0, 1),
    ],
)
def test_any_disagreement_breaks_the_promise(
    arrived: Counter[str], lost: int, duplicated: int, broken: int
) -> None:
    verdict = judge("drill", Ledger(GOOD), arrived, most_uncertain=1)
    assert (verdict.lost, verdict.duplicated, len(verdict.broken)) == (lost, duplicated, broken)
    assert not verdict.kept


def test_more_uncertain_than_allowed_breaks_the_promise() -> None:
    assert not judge("drill", Ledger(GOOD), Counter(["a@x"]), most_uncertain=0).kept


def test_who_has_no_end_is_lost() -> None:
    assert judge("drill", Ledger({"a@x": ("leased", "")}), Counter(), most_uncertain=0).lost == 1
