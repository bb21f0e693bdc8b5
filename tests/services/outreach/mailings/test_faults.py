"""Whose fault it is that a copy did not arrive."""

from datetime import timedelta

import pytest

from chassis.clock import now
from chassis.ids import new_id
from services.outreach.channels.channel import Answer, Fate
from services.outreach.mailings import faults
from services.outreach.mailings.ledger import Ending
from services.outreach.mailings.model import ACCEPTED, FAILED, SUPPRESSED, UNCERTAIN, Ended
from services.outreach.mailings.verdicts import GIVE_UP, Patience


@pytest.mark.parametrize(
    ("outcome", "reason", "answer", "whose"),
    [
        (ACCEPTED, "", "250 Ok", None),
        (SUPPRESSED, "never_allowed", "", None),
        (FAILED, "cannot be rendered: no such field", "", "ours"),
        (FAILED, "550 no such user", "550 no such user", "theirs"),
        (UNCERTAIN, "no_answer", "", "theirs"),
        (UNCERTAIN, faults.SENDER_LOST, "", "ours"),
    ],
)
def test_ours_is_what_never_came_to_an_answer(
    outcome: Ended, reason: str, answer: str, whose: str | None
) -> None:
    assert faults.whose_fault(Ending(new_id(), outcome, reason, answer)) == whose


@pytest.mark.parametrize(("fate", "whose"), [("unreached", "ours"), ("refused", "theirs")])
def test_a_server_that_was_never_reached_is_ours_to_answer_for(fate: Fate, whose: str) -> None:
    begun = now() - GIVE_UP - timedelta(hours=1)
    verdict = Patience(begun, base=1.0, limit=3).verdict(Answer(new_id(), fate, "no"), attempts=0)
    assert isinstance(verdict, Ending)
    assert faults.whose_fault(verdict) == whose


def test_endings_are_counted_by_outcome_and_by_fault() -> None:
    counted = [faults.ended.labels(outcome=FAILED), faults.blamed.labels(whose="ours")]
    before = [one._value.get() for one in counted]
    faults.count([Ending(new_id(), FAILED, "unknown_contact"), Ending(new_id(), ACCEPTED)])
    assert [one._value.get() for one in counted] == [was + 1 for was in before]
