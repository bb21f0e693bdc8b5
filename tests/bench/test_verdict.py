"""What a drill says of itself. Short forms of the drills are in ``.ci/run``."""

import subprocess
import sys

import pytest

from bench.chaos.verdict import Verdict
from tests.architecture.source import ROOT


def test_a_drill_that_does_not_exist_is_named() -> None:
    command = [sys.executable, "-m", "bench.chaos", "flood"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "There is no drill flood" in done.stderr


@pytest.mark.parametrize(
    "fault",
    [{"lost": 1}, {"duplicated": 1}, {"uncertain": 1}, {"differences": ["-x"]}, {"broken": ["too slow"]}],
)
def test_any_fault_breaks_the_promise_and_shows(fault: dict[str, object]) -> None:
    values: dict[str, object] = {"lost": 0, "duplicated": 0, "uncertain": 0, "differences": []} | fault
    verdict = Verdict("storm", **values)  # type: ignore[arg-type]
    assert not verdict.kept
    assert "BROKEN" in str(verdict)


def test_a_kept_promise_is_one_line_that_starts_with_the_name() -> None:
    verdict = Verdict("storm", lost=0, duplicated=0, uncertain=0, differences=[])
    assert verdict.kept
    assert str(verdict).startswith("storm lost 0 duplicated 0 uncertain 0")
