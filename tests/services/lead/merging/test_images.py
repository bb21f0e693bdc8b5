"""What a survivor takes over, and what an undo gives back."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.merging.images import given_back, merged_consent, taken_over
from tests.services.lead.builders import NOON

FIELDS = ("company", "phone", "role", "attributes", "reach")
words = st.sampled_from(["", "a", "b"])
keyed = st.dictionaries(st.sampled_from(["x", "y", "phone"]), words, max_size=3)
images = st.fixed_dictionaries(
    {"company": words, "phone": st.none() | words, "role": words, "attributes": keyed, "reach": keyed}
)
choices = st.sets(st.sampled_from(FIELDS[:4]))


def test_blanks_are_filled_and_what_is_chosen_is_taken() -> None:
    mine = {"company": "ACME", "phone": None, "role": "user", "attributes": {"x": 1}, "reach": {}}
    theirs = {"company": "Acme Inc", "phone": "1", "role": "", "attributes": {"x": 2, "y": 3}, "reach": {}}
    assert taken_over(mine, theirs, take=("company",), fill_blanks=True) == {
        "company": "Acme Inc",
        "phone": "1",
        "attributes": {"x": 1, "y": 3},
    }
    assert taken_over(mine, theirs, take=("attributes",), fill_blanks=False) == {
        "attributes": {"x": 2, "y": 3}
    }


@settings(max_examples=50)
@given(images, images, choices, st.booleans())
def test_an_undo_at_once_gives_back_all_that_was(
    mine: dict[str, Any], theirs: dict[str, Any], take: set[str], fill: bool
) -> None:
    after = mine | taken_over(mine, theirs, take=take, fill_blanks=fill)
    assert after | given_back(after, before=mine, after=after) == mine


@settings(max_examples=50)
@given(images, images, choices, images)
def test_what_somebody_changed_since_stays(
    mine: dict[str, Any], theirs: dict[str, Any], take: set[str], now: dict[str, Any]
) -> None:
    after = mine | taken_over(mine, theirs, take=take, fill_blanks=True)
    undone = now | given_back(now, before=mine, after=after)
    for name in ("company", "phone", "role"):
        assert undone[name] == (mine[name] if now[name] == after[name] else now[name])


@pytest.mark.parametrize(
    ("mine", "theirs", "holds"),
    [(None, True, True), (None, False, False), (True, False, False), (False, True, None), (True, True, None)],
)
def test_a_withdrawal_of_either_wins(mine: bool | None, theirs: bool, holds: bool | None) -> None:
    merged = merged_consent(None if mine is None else (mine, NOON), (theirs, NOON))
    assert (merged[0] if merged else None) is holds
