"""The figures of a survey."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.outreach.forms.scoring import Rating, overall, recommendation

steps = st.integers(0, 10)


def test_the_score_is_the_weighted_mean_of_what_was_experienced() -> None:
    ratings = [Rating("quality", 6, 9), Rating("price", 8, 3)]
    assert overall(ratings, {"quality": 2, "price": 1}) == Decimal("7.00")


def test_sides_that_were_not_rated_do_not_count() -> None:
    ratings = [Rating("quality", 6, 9), Rating("price", 8, None)]
    assert overall(ratings, {"quality": 1, "price": 99}) == Decimal("9.00")
    assert overall([Rating("price", 8, None)], {"price": 1}) is None


def test_the_score_is_rounded_half_up_to_two_decimals() -> None:
    ratings = [Rating(side, None, experience) for side, experience in (("a", 1), ("b", 0), ("c", 0))]
    assert overall(ratings, {"a": 1, "b": 1, "c": 6}) == Decimal("0.13")


@given(st.lists(st.tuples(steps, st.integers(1, 100)), min_size=1, max_size=20))
def test_the_score_lies_between_the_lowest_and_the_highest_experience(rated: list[tuple[int, int]]) -> None:
    ratings = [Rating(str(number), None, experience) for number, (experience, _) in enumerate(rated)]
    score = overall(ratings, {str(number): weight for number, (_, weight) in enumerate(rated)})
    assert score is not None
    assert min(one for one, _ in rated) <= score <= max(one for one, _ in rated)


def test_promoters_less_detractors_is_the_net_promoter_score() -> None:
    found = recommendation([10, 9, 8, 7, 6, 0])
    assert (found.promoters, found.passives, found.detractors, found.score) == (2, 2, 2, Decimal(0))
    assert recommendation([10, 9, 9, 5]).score == Decimal("50.00")
    assert recommendation([]).score is None


@given(st.lists(steps, min_size=1))
def test_the_net_promoter_score_stays_within_a_hundred(answers: list[int]) -> None:
    found = recommendation(answers)
    assert found.promoters + found.passives + found.detractors == len(answers)
    assert found.score is not None and -100 <= found.score <= 100
