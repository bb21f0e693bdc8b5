"""What the judge of the drills on mails makes of a ledger."""

from collections import Counter

import pytest

from bench.chaos.counted import Ledger, judge

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
