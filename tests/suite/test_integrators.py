"""The client in the integrators' guide hears a whole demonstration, and every event fits its schema."""

from collections import Counter, defaultdict

import pytest
import requests

from contracts.roles import SERVICE
from fanfare.local.process import wait_until
from tests.suite.conftest import Stage, client_of_the_guide

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SECONDS = 30


def heard(stage: Stage) -> list[list[str]]:
    """What the client printed: type, subject, sequence and verdict of each event."""
    assert stage.outsider is not None
    return [line.split(" ", 3) for line in stage.outsider.log.read_text().splitlines()[1:]]


def archived(stage: Stage) -> Counter[str]:
    """The events in the archive by type, read through the feed by somebody who sees every department."""
    token = stage.stack.token(subject="warehouse", roles=[SERVICE])
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
