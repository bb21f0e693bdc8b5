"""Which campaigns get series of their own."""

from services.reporting.metrics.ranking import choose

TEN = {f"c{number}": 100 - number for number in range(10)}
"""Ten campaigns, c0 the largest."""


def test_the_largest_are_chosen() -> None:
    assert choose(TEN, frozenset(), shown=4, margin=1) == {"c0", "c1", "c2", "c3"}


def test_two_that_swap_ranks_at_the_limit_change_nothing() -> None:
    before = choose(TEN, frozenset(), shown=4, margin=1)
    assert choose(TEN | {"c4": 97, "c3": 96}, before, shown=4, margin=1) == before


def test_one_that_clearly_rises_takes_the_place_of_the_smallest() -> None:
    before = choose(TEN, frozenset(), shown=4, margin=1)
    assert choose(TEN | {"c9": 1000}, before, shown=4, margin=1) == {"c9", "c0", "c1", "c2"}


def test_one_that_clearly_falls_gives_its_place_to_the_next() -> None:
    before = choose(TEN, frozenset(), shown=4, margin=1)
    assert choose(TEN | {"c0": 1}, before, shown=4, margin=1) == {"c1", "c2", "c3", "c4"}


def test_few_campaigns_are_all_shown() -> None:
    assert choose({"a": 1, "b": 0}, frozenset()) == {"a", "b"}


def test_never_more_than_the_limit_are_shown() -> None:
    sizes = {f"c{number}": number for number in range(200)}
    before: frozenset[str] = frozenset()
    for step in range(20):
        sizes |= {f"c{step * 7}": 500 + step}
        before = choose(sizes, before)
        assert len(before) == 50
