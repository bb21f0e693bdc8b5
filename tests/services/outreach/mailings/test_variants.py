"""Who tries which variant, and which one wins."""

from collections import Counter
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from services.outreach.mailings.variants import Tried, by_chance, decide, draw

WAVE = new_id()


def trial(sample: int, *shares: int) -> dict[str, Any]:
    return {
        "sample_percent": sample,
        "variants": [{"name": name, "share": share} for name, share in zip("ABCDEFGH", shares, strict=False)],
    }


def drawn(trial: dict[str, Any], number: int, *, wave_id: UUID = WAVE) -> Counter[int | None]:
    return Counter(draw(trial, wave_id=wave_id, target_id=UUID(int=one)) for one in range(number))


def test_sample_and_shares_come_out_as_asked_for() -> None:
    found = drawn(trial(20, 50, 30, 20), 50_000)
    assert found[None] == pytest.approx(40_000, rel=0.02)
    assert [found[number] for number in range(3)] == [
        pytest.approx(part, rel=0.06) for part in (5000, 3000, 2000)
    ]


def test_a_target_draws_the_same_whenever_it_is_asked() -> None:
    ids = [new_id() for _ in range(100)]
    once, again = ([draw(trial(50, 1, 1), wave_id=WAVE, target_id=one) for one in ids] for _ in range(2))
    assert once == again


def test_another_wave_tries_it_on_others() -> None:
    ids = [new_id() for _ in range(200)]
    here, there = (
        [draw(trial(50, 1, 1), wave_id=wave, target_id=one) for one in ids] for wave in (WAVE, new_id())
    )
    assert here != there


@given(shares=st.lists(st.integers(1, 100), min_size=2, max_size=8), number=st.integers(0, 2**128 - 1))
def test_when_all_are_in_the_sample_everybody_gets_a_variant(shares: list[int], number: int) -> None:
    found = draw(trial(100, *shares), wave_id=WAVE, target_id=UUID(int=number))
    assert found is not None and 0 <= found < len(shares)


def test_the_highest_rate_wins_and_the_reason_has_the_figures() -> None:
    decision = decide([Tried("plain", 500, 40), Tried("bold", 480, 62)], metric="clicks", fewest=30)
    assert decision.chosen == 1
    assert "bold 12.92% (62 of 480)" in decision.why
    assert "plain 8.00% (40 of 500)" in decision.why
    assert "1% of cases" in decision.why


def test_a_rate_counts_and_not_a_number() -> None:
    assert decide([Tried("a", 1000, 50), Tried("b", 100, 10)], metric="clicks", fewest=30).chosen == 1


def test_of_equals_the_first_is_chosen() -> None:
    decision = decide(
        [Tried("a", 100, 5), Tried("b", 100, 9), Tried("c", 200, 18)], metric="opens", fewest=30
    )
    assert decision.chosen == 1
    assert "first of those with the same highest rate" in decision.why


def test_with_too_few_copies_the_first_variant_stands() -> None:
    decision = decide([Tried("a", 100, 0), Tried("b", 29, 20)], metric="clicks", fewest=30)
    assert decision.chosen == 0
    assert "too few copies of b" in decision.why


def test_without_any_reaction_the_first_variant_stands() -> None:
    decision = decide([Tried("a", 100, 0), Tried("b", 100, 0)], metric="answers", fewest=30)
    assert (decision.chosen, "no answers at all" in decision.why) == (0, True)


def test_a_clear_difference_is_hardly_chance_and_none_is_certainly() -> None:
    # The z-test of 200 of 1000 against 250 of 1000: z = 2.68, p = 0.0074.
    assert by_chance(Tried("a", 1000, 200), Tried("b", 1000, 250)) == pytest.approx(0.0074, abs=0.0001)
    assert by_chance(Tried("a", 100, 10), Tried("b", 100, 10)) == 1.0
    assert by_chance(Tried("a", 100, 100), Tried("b", 100, 100)) == 1.0
