"""Which verdict an answer gets that came in by itself, and which of several answers counts."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest

from chassis.ids import new_id
from services.campaign.answers.verdicts import last_score, last_word, verdict_of
from tests.services.campaign.builders import minutes


@dataclass(frozen=True)
class Says:
    """The rules of a campaign."""

    click_means: str = "interested"
    interested_from: Decimal | None = None


@dataclass(frozen=True)
class Given:
    """An answer as it was judged."""

    kind: str
    verdict: str
    responded_at: datetime
    score: Decimal | None = None
    judged_at: datetime | None = None
    id: UUID = field(default_factory=new_id)


def verdict(
    kind: str, *, interested: bool | None = None, score: str | None = None, rules: Says | None = None
) -> str:
    given = Decimal(score) if score else None
    return verdict_of(kind=kind, interested=interested, score=given, rules=rules or Says())


@pytest.mark.parametrize("meaning", ["interested", "undecided"])
def test_a_click_means_what_the_campaign_says(meaning: str) -> None:
    assert verdict("click", rules=Says(click_means=meaning)) == meaning


@pytest.mark.parametrize("kind", ["form", "survey", "registration", "reply", "sms"])
@pytest.mark.parametrize(("flag", "expected"), [(True, "interested"), (False, "not_interested")])
def test_what_an_answer_says_itself_wins(kind: str, flag: bool, expected: str) -> None:
    assert verdict(kind, interested=flag, score="5", rules=Says(interested_from=Decimal(9))) == expected


@pytest.mark.parametrize("kind", ["registration", "check_in"])
def test_who_registers_or_comes_is_interested(kind: str) -> None:
    assert verdict(kind) == "interested"


@pytest.mark.parametrize("kind", ["form", "survey", "reply", "sms"])
def test_an_answer_that_says_nothing_is_undecided(kind: str) -> None:
    assert verdict(kind) == "undecided"


@pytest.mark.parametrize(("score", "expected"), [("7.9", "undecided"), ("8", "interested")])
def test_a_score_means_interested_from_where_the_campaign_says(score: str, expected: str) -> None:
    assert verdict("survey", score=score, rules=Says(interested_from=Decimal(8))) == expected


def test_the_latest_answer_counts_in_whatever_order_they_came() -> None:
    early = Given("form", "interested", minutes(1))
    late = Given("call", "not_interested", minutes(2))
    assert {last_word(order) for order in permutations([early, late])} == {late}


def test_what_somebody_said_outweighs_a_later_click() -> None:
    said, clicked = Given("form", "not_interested", minutes(1)), Given("click", "interested", minutes(2))
    assert last_word([said, clicked]) is said


def test_a_click_that_somebody_judged_is_a_word_of_that_moment() -> None:
    said = Given("form", "not_interested", minutes(2))
    judged = Given("click", "interested", minutes(1), judged_at=minutes(3))
    assert last_word([judged, said]) is judged


def test_the_score_is_that_of_the_last_survey() -> None:
    answers = [
        Given("survey", "undecided", minutes(at), score=Decimal(score))
        for at, score in ((1, 9), (3, 4), (2, 7))
    ]
    random.Random(1).shuffle(answers)
    assert last_score([*answers, Given("form", "interested", minutes(9))]) == 4
