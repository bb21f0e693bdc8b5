"""Bounces that mail servers really wrote: how often we agree with those who know what they mean."""

from collections import Counter
from pathlib import Path

import pytest

from bench.bounces import Verdict, expected, verdicts
from services.outreach.hearing.reading import understand

ROOT = Path(__file__).parents[5] / "shared" / "data" / "bounces"

pytestmark = pytest.mark.skipif(not ROOT.is_dir(), reason="the shared data is not here")


@pytest.fixture(scope="module")
def compared() -> list[tuple[bool, Verdict]]:
    """For each recipient whether the address is lost, and what we found."""
    return [(known.hard, found) for known, found in verdicts(ROOT)]


def test_hard_or_not_is_agreed_on_in_at_least_95_of_100(compared: list[tuple[bool, Verdict]]) -> None:
    agreed = sum(lost == found.hard for lost, found in compared)
    assert len(compared) >= 284
    assert agreed / len(compared) >= 0.95


def test_fewer_than_3_of_100_good_addresses_are_lost(compared: list[tuple[bool, Verdict]]) -> None:
    good = [found for lost, found in compared if not lost]
    assert sum(found.hard for found in good) / len(good) < 0.03


def test_complaints_and_automatic_answers_are_seldom_taken_for_bounces() -> None:
    kinds = {"feedback": "complaint", "vacation": "auto_reply"}
    known = [one for one in expected(ROOT) if one.reason in kinds and one.number == 0]
    found = [understand((ROOT / "mail" / one.file).read_bytes(), sender="")[1].kind for one in known]
    right = Counter(kinds[one.reason] == kind for one, kind in zip(known, found, strict=True))
    assert "bounce" not in found
    assert right[True] >= len(known) - 2


@pytest.mark.parametrize("file", sorted((ROOT / "mail").glob("*.eml")), ids=lambda path: path.stem)
def test_every_mail_can_be_read(file: Path) -> None:
    mail, reading = understand(file.read_bytes(), sender="")
    assert reading.kind
    assert "\0" not in mail.text + mail.notice + mail.returned
