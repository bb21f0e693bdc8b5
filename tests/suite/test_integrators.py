"""The client in the integrators' guide hears a whole demonstration, and every event fits its schema."""

import os
import shutil
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import requests

from contracts.roles import SERVICE
from fanfare.local.process import Child, wait_until
from tests.suite.conftest import Stage, client_of_the_guide, program_of_the_guide

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SECONDS = 30


def heard(stage: Stage) -> list[list[str]]:
    """What the client printed: type, subject, sequence and verdict of each event."""
    assert stage.outsider is not None
    return [line.split(" ", 3) for line in stage.outsider.log.read_text().splitlines()[1:]]


def access(stage: Stage) -> dict[str, str]:
    """What a reader of the feed is told, who sees every department."""
    token = stage.stack.token(subject="warehouse", roles=[SERVICE])
    return {"TOKEN": token, "REPORTING_URL": stage.stack.url("reporting")}


def archived(stage: Stage) -> Counter[str]:
    """The events in the archive by type, read through the feed."""
    token = access(stage)["TOKEN"]
    base, path = stage.stack.url("reporting"), "/events?limit=1000"
    types: Counter[str] = Counter()
    while True:
        answer = requests.get(base + path, headers={"Authorization": f"Bearer {token}"}, timeout=30)
        answer.raise_for_status()
        if not answer.json():
            return types
        types.update(event["type"] for event in answer.json())
        path = answer.links["next"]["url"]


def test_the_client_hears_every_event_and_finds_each_valid(real: Stage) -> None:
    expected = archived(real)
    assert wait_until(lambda: len(heard(real)) >= expected.total(), seconds=SECONDS), len(heard(real))
    assert Counter(type for type, *_ in heard(real)) == expected
    assert {verdict for *_, verdict in heard(real)} == {"valid"}
    assert len(expected) >= 25


def test_the_client_hears_each_subject_in_order_and_without_gaps(real: Stage) -> None:
    sequences: dict[str, list[int]] = defaultdict(list)
    for _, subject, sequence, _ in heard(real):
        sequences[subject].append(int(sequence))
    wrong = {subject: got for subject, got in sequences.items() if got != list(range(1, len(got) + 1))}
    assert wrong == {}


def test_the_client_is_about_thirty_lines() -> None:
    assert len([line for line in client_of_the_guide().splitlines() if line.strip()]) <= 30


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_reader_in_javascript_reads_the_whole_feed_once_and_waits(real: Stage, tmp_path: Path) -> None:
    (tmp_path / "reader.mjs").write_text(program_of_the_guide("javascript"))
    log, environment = tmp_path / "reader.log", os.environ | access(real)
    expected = archived(real)
    for _ in range(2):
        reader = Child("reader", ["node", "reader.mjs"], log=log, environment=environment, folder=tmp_path)
        reader.start()
        try:
            assert wait_until(lambda: read_types(log).total() >= expected.total(), seconds=SECONDS), (
                reader.tail()
            )
        finally:
            reader.stop(grace=5)
    assert read_types(log) == expected


@pytest.mark.skipif(not shutil.which("jq") or not shutil.which("curl"), reason="curl or jq is not installed")
def test_the_job_in_the_shell_takes_what_is_new_and_ends(real: Stage, tmp_path: Path) -> None:
    def run() -> Counter[str]:
        command = ["sh", "-c", program_of_the_guide("sh")]
        environment = os.environ | access(real)
        ended = subprocess.run(
            command,
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return Counter(line.split(" ", 1)[0] for line in ended.stdout.splitlines())

    assert run() == {type: count for type, count in archived(real).items() if type.startswith("lead.")}
    assert run() == {}


def read_types(log: Path) -> Counter[str]:
    """The types of the events that a reader printed, a line for each."""
    return Counter(line.split(" ", 1)[0] for line in log.read_text().splitlines())
