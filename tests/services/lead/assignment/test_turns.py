"""Nobody gets more than his share: equal reps within one lead, weighted ones exactly over time."""

from collections import Counter
from collections.abc import Iterable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lead.assignment.turns import Turns, first

LEADS = 10_000
CREW = ("rita", "rolf", "rosa", "ravi", "ruth", "remy", "rene")


def share_out(
    turns: Turns, leads: int, crew: Iterable[str], weights: Mapping[str, int] | None = None
) -> Counter[str]:
    """Who gets how many of so many leads that anybody may have."""
    here, got = list(crew), Counter[str]()
    for _ in range(leads):
        standing = turns.standing(here, here)
        chosen = first(standing, here)
        turns.take(standing, chosen, weight=(weights or {}).get(chosen, 1))
        got[chosen] += 1
    return got


def test_over_10_000_leads_equal_reps_differ_by_one_at_most() -> None:
    got = share_out(Turns(), LEADS, CREW)
    assert sum(got.values()) == LEADS
    assert max(got.values()) - min(got.values()) <= 1


def test_over_10_000_leads_weighted_shares_are_within_one_percent() -> None:
    weights = dict(zip(CREW, (1, 2, 3, 5, 7, 50, 100), strict=True))
    got = share_out(Turns(), LEADS, CREW, weights)
    for subject, weight in weights.items():
        fair = LEADS * weight / sum(weights.values())
        assert abs(got[subject] - fair) <= max(0.01 * fair, 1), subject


@settings(max_examples=50)
@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(1, 400))
def test_at_every_moment_no_pair_is_further_apart_than_one_lead_each(weights: list[int], leads: int) -> None:
    named = {f"rep{number}": weight for number, weight in enumerate(weights)}
    turns, got = Turns(), Counter[str]()
    for _ in range(leads):
        standing = turns.standing(named, named)
        chosen = first(standing, named)
        turns.take(standing, chosen, weight=named[chosen])
        got[chosen] += 1
        served = [got[one] / weight for one, weight in named.items()]
        assert max(served) - min(served) <= 1 / min(named.values()) + 1e-9


def test_who_joins_gets_no_flood() -> None:
    turns = Turns()
    share_out(turns, 1000, CREW)
    got = share_out(turns, 80, (*CREW, "newcomer"))
    assert set(got.values()) == {10}


def test_who_comes_back_is_owed_nothing_of_what_was_given_out_meanwhile() -> None:
    turns = Turns()
    share_out(turns, 70, CREW)
    share_out(turns, 600, CREW[1:])
    got = share_out(turns, 70, CREW)
    assert max(got.values()) - min(got.values()) <= 1


def test_who_leaves_and_comes_back_at_once_gains_nothing_by_it() -> None:
    turns, got = Turns(), Counter[str]()
    for number in range(700):
        crew = CREW[1:] if number % 3 else CREW
        got += share_out(turns, 1, crew)
    assert got["rita"] <= min(got[one] for one in CREW[1:]) + 1


def test_seniority_gives_nobody_the_first_turn_for_good() -> None:
    turns = Turns()
    firsts = [share_out(turns, 3, ("ada", "bob", "cyd")).most_common() for _ in range(5)]
    assert all(dict(one) == {"ada": 1, "bob": 1, "cyd": 1} for one in firsts)


def test_those_who_are_no_reps_any_more_are_forgotten() -> None:
    turns = Turns()
    share_out(turns, 7, CREW)
    turns.forget(["rita"])
    assert (set(turns.places), turns.here) == ({"rita"}, frozenset({"rita"}))
